"""The voices that providers offer, and samples of them."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any
from wave import open as open_wave

import pytest

from providers import voice_lists
from providers.demo_speech import DemoSpeech
from providers.errors import ProviderError
from providers.sound_contract import Voice
from schemas.voices import VoicesSchema
from settings.config import Settings
from tests.applications import create_app
from tests.people import Person

DEMO = {"x-speech-provider": "demo"}


def voices(person: Person, **query: str) -> list[dict[str, Any]]:
    listed = person.get("/api/voices", query_string={"provider": "demo", **query})
    assert listed.status_code == 200, listed.text
    assert VoicesSchema().validate(listed.get_json()) == {}
    found: list[dict[str, Any]] = listed.json["voices"]
    return found


def test_voices_are_found_by_language_and_text(ana):
    everything = voices(ana)
    german = voices(ana, language="German")

    assert len(everything) > 100
    assert german == [
        {
            "id": f"de-{kind}",
            "name": f"German ({kind})",
            "provider": "demo",
            "languages": ["deu"],
            "gender": gender,
            "style": "sounds like a machine",
        }
        for kind, gender in (("woman", "female"), ("man", "male"))
    ]
    assert voices(ana, language="de-AT") == german
    assert [each["id"] for each in voices(ana, q="brazil")] == ["pt-br-woman", "pt-br-man"]
    assert voices(ana, language="Japanese") == []


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ({"provider": "nobody"}, "provider", "expected"),
        ({"language": "Klingon"}, "language", "Unknown"),
    ],
)
def test_unknown_names_are_refused(ana, query, field, reason):
    answer = ana.get("/api/voices", query_string=query)

    assert answer.status_code == 400
    assert reason in answer.json["details"][field]


def test_provider_that_fails_is_named(settings, ana, monkeypatch):
    def fail(_model: DemoSpeech) -> Sequence[Voice]:
        raise ProviderError("demo", "Nobody is here")

    monkeypatch.setattr(DemoSpeech, "voices", fail)

    named = ana.get("/api/voices?provider=demo")
    everyone = Person(create_app(without_keys(settings)).test_client(), ana.token, ana.user)

    assert (named.status_code, named.json["details"]) == (502, "demo: Nobody is here")
    assert everyone.show("/api/voices") == {"voices": [], "warnings": ["demo: Nobody is here"]}


def test_key_of_the_request_is_sent_to_one_provider_only(ana, vendors, monkeypatch):
    monkeypatch.setattr(voice_lists, "_lists", {})
    given = {"x-speech-api-key": "key-for-gemini-1234", "x-speech-provider": "gemini"}

    listed = ana.get("/api/voices", headers=given)

    assert {each["provider"] for each in listed.json["voices"]} >= {"gemini", "elevenlabs"}
    assert {each["vendor"] for each in vendors.requests()} == {"elevenlabs"}  # with its own key
    assert "1234" not in {each["key"] for each in vendors.requests()}


def without_keys(settings: Settings) -> Settings:
    """Return the settings of a service without keys of vendors, where the demo is the default."""
    keys: Any = {name: "" for name in Settings.__dataclass_fields__ if name.endswith("_api_key")}
    return replace(settings, demo_provider="auto", **keys)


def test_sample_is_spoken_in_the_language_of_the_voice(ana):
    body = {"provider": "demo", "voice": "de-woman"}

    sample = ana.post("/api/voices/preview", json=body)

    assert sample.status_code == 200, sample.text
    assert sample.mimetype == "audio/wav"
    with open_wave(BytesIO(sample.data)) as file:
        assert 1 < file.getnframes() / file.getframerate() < 5
    [job] = ana.show("/api/jobs?all=1")
    assert (job["kind"], job["calls"][0]["provider"]) == ("voice", "demo")
    assert ana.get(job["result"]["sampleUrl"]).data == sample.data


def test_sample_says_the_text_at_the_speed_that_is_wanted(ana):
    body = {"voice": "en-us-man", "text": "One two three four five six"}

    usual, fast = (
        ana.post("/api/voices/preview", json={**body, **speed}, headers=DEMO)
        for speed in ({}, {"speed": 1.25})
    )

    assert len(fast.data) < 0.9 * len(usual.data)


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({"voice": "de-woman", "language": "Japanese"}, "language", "cannot speak Japanese"),
        ({"voice": "de-woman", "language": "French"}, "voice", "speaks German, not French"),
        ({"voice": "de-woman", "text": "<speak>Hallo</speak>"}, "text", "SSML"),
        ({"voice": "de-woman", "text": "a" * 301}, "text", ""),
        ({"voice": "nobody"}, "voice", "no voice of the demo"),
        ({"voice": "de-woman", "provider": "nobody"}, "provider", "expected"),
        ({}, "voice", ""),
    ],
)
def test_what_cannot_be_spoken_is_refused_before_a_call(ana, body, field, reason):
    answer = ana.post("/api/voices/preview", json={"provider": "demo", **body})

    assert answer.status_code == 400, answer.text
    assert reason in answer.json["details"][field]
    assert ana.show("/api/jobs?all=1") == []


def test_lines_are_checked_before_there_is_a_work(ana):
    lines = ["Guten Tag.", "こんにちは", "<speak>Hallo</speak>"]
    body = {"provider": "demo", "voice": "de-woman", "language": "German", "texts": lines}

    answer = ana.post("/api/voices/check", json=body)

    assert answer.status_code == 200, answer.text
    reasons = {each["index"]: each["reason"] for each in answer.json["problems"]}
    assert reasons.keys() == {1, 2}
    assert "cannot speak Japanese" in reasons[1]
    assert "SSML" in reasons[2]
    assert ana.show("/api/jobs?all=1") == []

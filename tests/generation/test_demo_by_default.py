"""DEMO_PROVIDER=auto, the default: the demo is there for those for whom nobody has a key."""

from dataclasses import replace
from typing import Any

import pytest

from providers.models import vendors
from settings.config import Settings
from tests.applications import create_app
from tests.people import Person

IMAGE = "/api/generate/image"


@pytest.fixture
def settings(settings):
    """The default, on a service without keys."""
    no_keys: dict[str, Any] = {f"{vendor}_api_key": "" for vendor in vendors()}
    return replace(settings, demo_provider=Settings.demo_provider, **no_keys)


def keep_key(person: Person) -> None:
    kept = person.put("/api/provider-keys/claude", json={"key": "key-of-ana"})
    assert kept.status_code == 204


def demo_roles(answer: Any) -> set[str]:
    return {each["category"] for each in answer.json if each["id"] == "demo"}


def has_demo(answer: Any) -> bool:
    return "image" in demo_roles(answer)


def generate(person: Person, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return person.post(IMAGE, json={"prompt": "A lamp"}, headers=sent)


def test_without_any_key_requests_that_name_nothing_go_to_the_demo(ana):
    assert generate(ana).json["imageUrl"].startswith("data:image/png")
    assert ana.show("/api/jobs")[0]["calls"][0]["provider"] == "demo"


@pytest.mark.tuning(demo_task=0.1)
def test_work_becomes_scenes_without_any_header(ana, work):
    ana.put(work, json={"resolution": {"width": 270, "height": 480}})
    assert len(ana.post(f"{work}/scenario").json["scenes"]) == 3

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 200, answer.text
    assert answer.json.keys() == {"imageUrl", "videoUrl"}


@pytest.mark.parametrize("headers", [{"x_image_provider": "gemini"}, {"x_model_id": "gpt-image-1"}])
def test_request_that_names_a_provider_or_model_needs_its_key(ana, headers):
    answer = generate(ana, **headers)

    assert answer.status_code == 400
    assert answer.json["error"] == "API key required (x-api-key header)"
    assert "The demo needs none: x-image-provider: demo chooses it." in answer.json["details"]


def test_request_with_a_key_goes_to_its_provider(ana, settings):
    nowhere = replace(settings, openai_base_url="http://127.0.0.1:9/v1")
    client = create_app(nowhere).test_client()

    answer = generate(Person(client, ana.token, ana.user), x_api_key="key-of-ana")

    assert answer.status_code == 502
    assert ana.show("/api/jobs")[0]["calls"][0]["provider"] == "dalle"


def test_user_who_keeps_a_key_has_no_demo(ana, ben):
    assert has_demo(ana.get("/api/providers"))

    keep_key(ana)

    assert not has_demo(ana.get("/api/providers"))
    assert has_demo(ben.get("/api/providers"))
    assert has_demo(ana.client.get("/api/providers"))
    assert has_demo(Person(ana.client, "nonsense", ana.user).get("/api/providers"))
    refused = generate(ana).json
    assert refused["error"] == "API key required (x-api-key header)"
    assert "demo" not in refused["details"]
    refused = generate(ana, x_image_provider="demo").json
    assert refused["error"] == "The demo is off"
    assert refused["details"].startswith(
        'x-image-provider is "demo", which is off because there is a key of a vendor, kept or the'
        " server's; expected "
    )


def test_server_with_a_key_has_no_demo(ana, settings):
    client = create_app(replace(settings, runway_api_key="key-of-server")).test_client()
    at_server = Person(client, ana.token, ana.user)

    assert not has_demo(client.get("/api/providers"))
    assert generate(at_server).json["error"] == "API key required (x-api-key header)"


def test_key_for_pictures_leaves_voices_music_and_sounds_to_the_demo(ana, settings, work):
    keep_key(ana)
    client = create_app(replace(settings, openai_api_key="key-of-server")).test_client()
    at_server = Person(client, ana.token, ana.user)

    listed = at_server.get("/api/providers")
    assert demo_roles(listed) == {"speech", "music", "sound"}
    defaults = {each["category"]: each["id"] for each in listed.json if each["default"]}
    assert [defaults[role] for role in ("speech", "music", "sound")] == ["demo"] * 3
    assert {each["provider"] for each in at_server.show("/api/voices")["voices"]} == {"demo"}
    sound = at_server.post(f"{work}/jobs", json={"kind": "sound", "prompt": "Rain", "seconds": 1})
    assert sound.json["calls"][0]["provider"] == "demo"


def test_work_with_the_voice_of_the_demo_is_narrated_once_there_is_a_key_for_pictures(ana, work):
    scene = {"scene_index": 0, "title": "", "image_prompt": "", "video_prompt": ""}
    spoken = {**scene, "narration": {"text": "Good morning."}}
    sound = {"narrator": {"provider": "demo", "voice": "en-us-man"}}
    changed = ana.patch(work, json={"scenes": [spoken], "sound": sound, "language": "English"})
    assert changed.status_code == 200, changed.text
    keep_key(ana)

    ordered = ana.post(f"{work}/jobs", json={"kind": "narration"})

    assert ordered.status_code == 202, ordered.text
    assert ordered.json["calls"][0]["provider"] == "demo"


def test_key_for_a_role_of_sound_makes_its_vendor_the_default_of_that_role(ana, work):
    assert ana.put("/api/provider-keys/runway", json={"key": "key-of-ana"}).status_code == 204

    listed = ana.get("/api/providers")

    assert demo_roles(listed) == {"music"}
    defaults = {each["category"]: each["id"] for each in listed.json if each["default"]}
    assert (defaults["speech"], defaults["music"], defaults["sound"]) == (
        "runway",
        "demo",
        "runway",
    )
    sound = ana.post(f"{work}/jobs", json={"kind": "sound", "prompt": "Rain", "seconds": 1})
    assert sound.json["calls"][0]["provider"] == "runway"


def test_key_of_a_request_goes_to_a_vendor_of_its_role(ana, work):
    order = {"kind": "sound", "prompt": "Rain", "seconds": 1}
    elsewhere = ana.post(f"{work}/jobs", json=order, headers={"x-image-api-key": "key-of-ana"})
    own = ana.post(f"{work}/jobs", json=order, headers={"x-sound-api-key": "key-of-ana"})

    assert [each.json["calls"][0]["provider"] for each in (elsewhere, own)] == [
        "demo",
        "elevenlabs",
    ]

"""Jobs that make sound, from their start to what is stored, with each vendor."""

from typing import Any

import pytest

from outbound.addresses import FetchError
from outbound.fetch import Fetched
from providers import voice_lists
from tests.cases import cases
from tests.generation.test_narration import new_spoken_work
from tests.jobs.helpers import start_job, wait_until_finished
from tests.people import Person
from tests.vendors import audio

LINE = "Steam rises over the tea."


def also(*values: Any) -> Any:
    """Return values of a test whose path others take as well."""
    return pytest.param(*values, marks=pytest.mark.thorough)


@pytest.fixture
def work(ana, project):
    """The path of a work in whose only scene a line is said."""
    return new_spoken_work(ana, project, LINE)


def run(person: Person, work: str, kind: str, provider: str, **body: Any) -> dict[str, Any]:
    """Run a job with a provider for all of its roles; return it once it has succeeded."""
    roles = ("speech", "music", "sound", "transcription")
    headers = {f"x-{role}-provider": provider for role in roles}
    job = wait_until_finished(person, start_job(person, work, kind, headers, **body))
    assert job["state"] == "succeeded", job
    return job


@pytest.mark.parametrize(
    ("provider", "source", "usage"),
    [
        ("runway", "estimate", {"credits": 25}),
        also("elevenlabs", "vendor", {"credits": len(LINE)}),
        also("gemini", "estimate", {"total_output_tokens": 42}),
    ],
)
def test_line_is_spoken_and_has_words(ana, work, vendors, provider, source, usage):
    job = run(ana, work, "narration", provider)

    assert usage.items() <= job["calls"][0]["usage"].items()
    [said] = ana.show(f"{work}/narration")["scenes"]
    assert (said["source"], said["isCurrent"]) == (source, True)
    assert said["voiceDuration"] == pytest.approx(1.7, abs=0.06)
    assert [word["text"] for word in said["words"]] == LINE.split()
    spoken = [span for word in said["words"] for span in (word["start"], word["end"])]
    expected = [edge for span in audio.timed(LINE).spoken() for edge in span]
    assert spoken == pytest.approx(expected, abs=0.08)
    assert [paid["vendor"] for paid in vendors.counts()] == [provider]


@pytest.mark.parametrize("provider", ["gemini", also("elevenlabs")])
def test_music_becomes_the_works(ana, work, provider):
    job = run(ana, work, "music", provider, seconds=4)

    music = ana.get(ana.show(work)["editorState"]["audioUrl"])
    assert music.mimetype == "audio/mpeg"
    assert audio.duration_of(music.data) == pytest.approx(4, abs=0.06)
    assert job["result"]["url"] == ana.show(work)["editorState"]["audioUrl"]


def test_music_of_a_model_that_makes_less_than_the_video_needs_is_repeated(ana, work, samples):
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    clip = {"id": "a", "sceneIndex": 0, "start": 0, "end": 200}
    ana.save(work, {"editorState": {"editorData": {"videoTrack": [clip]}}})

    job = run(ana, work, "music", "gemini")

    [told] = job["result"]["warnings"]
    assert told.endswith("seconds shorter than the video, and is repeated (loop).")
    assert ana.show(work)["editorState"]["audioLoop"] is True


@pytest.mark.parametrize("provider", ["elevenlabs", also("runway")])
def test_sound_becomes_an_asset(ana, work, provider):
    job = run(ana, work, "sound", provider, prompt="A door", seconds=1.5)

    sound = ana.get(job["result"]["url"])
    assert audio.duration_of(sound.data) == pytest.approx(1.5, abs=0.06)


@pytest.mark.parametrize(
    ("provider", "source"), [("elevenlabs", "alignment"), ("gemini", "transcription")]
)
def test_recorded_voice_gets_its_words(ana, work, vendors, tmp_path, provider, source):
    timed = audio.timed(LINE)
    recording = tmp_path / "voice.wav"
    recording.write_bytes(audio.wav(timed.spoken(), timed.seconds, LINE))
    ana.upload(f"{work}/media/scene/0/voice", recording)
    vendors.rule(kind="transcription", answer=LINE)

    run(ana, work, "captions", provider)

    words = ana.show(f"{work}/media/scene/0/voice/words")
    assert words["source"] == source
    assert [word["text"] for word in words["words"]] == LINE.split()
    starts = [start for start, _ in timed.spoken()]
    assert [word["start"] for word in words["words"]] == pytest.approx(starts, abs=0.02)


def test_voices_of_a_vendor_are_listed(ana, vendors, monkeypatch):
    monkeypatch.setattr(voice_lists, "_lists", {})
    for query in ("", "&q=sarah", "&language=tr"):
        listed = ana.show(f"/api/voices?provider=elevenlabs{query}")["voices"]
        names = [voice["name"] for voice in listed]
        assert "Sarah" in names
    assert names == ["Sarah", "Daniel"]
    assert listed[0] == {
        "id": "EXAVITQu4vr4xnSDxMaL",
        "name": "Sarah",
        "provider": "elevenlabs",
        "languages": ["eng", "spa", "tur"],
        "gender": "female",
        "style": "warm, british",
        "previewUrl": "https://storage.example/EXAVITQu4vr4xnSDxMaL.mp3",
    }
    assert [request["kind"] for request in vendors.requests()] == ["voices", "voices"]


@pytest.mark.parametrize(("provider", "voice"), [("runway", "Rachel"), also("gemini", "Puck")])
def test_sample_of_a_voice_is_paid(ana, vendors, provider, voice):
    body = {"provider": provider, "voice": voice, "text": LINE}

    sample = ana.post("/api/voices/preview", json=body)

    assert sample.status_code == 200, sample.text
    assert audio.label_of(sample.data) == LINE
    assert [paid["vendor"] for paid in vendors.counts()] == [provider]


@pytest.fixture
def fetched(monkeypatch):
    """The URLs of samples that are fetched, which those in Spanish cannot be."""
    urls: list[str] = []

    def get(url: str, **_limits: float) -> Fetched:
        urls.append(url)
        if "-es." in url:
            raise FetchError("storage.example answered with status 404.")
        return Fetched("audio/mpeg", audio.mp3([(0.0, 1.0)], 1.0, "vendor's own"))

    monkeypatch.setattr("outbound.fetch.get", get)
    return urls


@cases(
    ("fields", "said", "file"),
    {
        "usual": ({}, "vendor's own", "EXAVITQu4vr4xnSDxMaL.mp3"),
        "language": ({"language": "Turkish"}, "vendor's own", "EXAVITQu4vr4xnSDxMaL-tr.mp3"),
        "not found": ({"language": "es"}, "Hola, así suena mi voz.", "EXAVITQu4vr4xnSDxMaL-es.mp3"),
        "no sample": ({"language": "de"}, "Guten Tag, so klingt meine Stimme.", None),
        "text": ({"text": LINE}, LINE, None),
        "speed": ({"speed": 1.1}, "Hello, this is how I sound.", None),
    },
)
def test_sample_of_the_vendor_is_free(ana, vendors, fetched, fields, said, file):
    body = {"provider": "elevenlabs", "voice": "EXAVITQu4vr4xnSDxMaL", **fields}

    sample = ana.post("/api/voices/preview", json=body)

    assert (sample.status_code, sample.mimetype) == (200, "audio/mpeg")
    assert audio.label_of(sample.data) == said
    assert [url.rpartition("/")[2] for url in fetched] == ([file] if file else [])
    assert len(vendors.counts()) == (said != "vendor's own")

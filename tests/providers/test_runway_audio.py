"""Runway: speech and sound effects by tasks."""

from typing import Any

import pytest

from providers.errors import ProviderError, UnspeakableError
from tests.providers.adapters import LINE, download, finished_task, sound_request, speech_request
from tests.vendors import audio

pytestmark = pytest.mark.slow


def line(**fields: Any) -> Any:
    return speech_request(**{"voice": "Rachel", **fields})


def test_speech_is_a_task(adapters, vendors):
    model = adapters.speech("runway")

    assert model.runs_tasks
    task = finished_task(model, model.submit(line()))
    recording, media_type = download(model, task)

    assert (media_type, audio.label_of(bytes(recording))) == ("audio/mpeg", LINE)
    assert task.usage == {"credits": 25}
    [paid] = vendors.counts()
    assert (paid["role"], paid["model"], paid["prompt"]) == ("speech", "eleven_v4", LINE)
    assert (paid["asked"]["voice"], paid["asked"]["languageCode"]) == ("Rachel", "en")


@pytest.mark.parametrize(
    ("model", "fields", "prompt", "asked"),
    [
        ("eleven_v4", {"style": "calm", "speed": 1.1}, f"[calm] {LINE}", {"speed": 1.1}),
        ("eleven_v4", {"before": "A.", "after": "B."}, LINE, {"nextText": "B."}),
        ("eleven_v3", {"style": "[calm]", "before": "A."}, f"[calm] {LINE}", {}),
        ("eleven_multilingual_v2", {"style": "calm", "before": "A."}, LINE, {}),
        ("eleven_v4", {"voice": ""}, LINE, {"voice": "Maya"}),
    ],
)
def test_models_are_asked_for_what_they_know(adapters, vendors, model, fields, prompt, asked):
    adapters.speech("runway", model).submit(line(**fields))

    [paid] = vendors.counts()
    assert paid["prompt"] == prompt
    assert asked.items() <= paid["asked"].items()


@pytest.mark.parametrize(
    ("model", "fields", "message"),
    [
        ("eleven_multilingual_v2", {"speed": 1.1}, "speaks at a speed of 1, not 1.1"),
        ("eleven_multilingual_v2", {"text": "a" * 1001}, "at most 1000"),
        ("eleven_v3", {"language": "khm"}, "does not speak Khmer"),
    ],
)
def test_what_a_model_cannot_speak_is_found_before_it_is_paid(
    adapters, vendors, model, fields, message
):
    with pytest.raises(UnspeakableError) as error:
        adapters.speech("runway", model).check(line(**fields))

    assert message in str(error.value.details)
    assert vendors.requests() == []


def test_voices_are_the_presets(adapters, vendors):
    voices = adapters.speech("runway").voices()

    assert len({voice.id for voice in voices}) == len(voices) == 49
    assert vendors.requests() == []


@pytest.mark.parametrize("model_id", ["eleven_text_to_sound_v2", "mirelo_sfx_2_0"])
@pytest.mark.parametrize(("seconds", "asked"), [(1.5, 1.5), (0.1, 0.5), (90, 30)])
def test_sound_is_a_task_of_the_nearest_length(adapters, vendors, model_id, seconds, asked):
    model = adapters.sound("runway", model_id)

    task = finished_task(model, model.submit(sound_request(seconds=seconds)))
    recording, _ = download(model, task)

    assert audio.duration_of(bytes(recording)) == pytest.approx(asked, abs=0.05)
    assert vendors.counts()[0]["role"] == "sound"


def test_failed_task_has_its_reason(adapters, vendors):
    vendors.rule(kind="submit", fail="Out of breath")
    model = adapters.speech("runway")

    task = finished_task(model, model.submit(line()))

    assert (task.state, task.reason) == ("failed", "Out of breath (INTERNAL.BAD_OUTPUT.CODE01)")


def test_running_task_can_be_cancelled(adapters, vendors):
    vendors.rule(kind="submit", polls=100)
    model = adapters.sound("runway")
    task_id = model.submit(sound_request())

    model.cancel(task_id)

    assert model.poll(task_id).state == "cancelled"


def test_unknown_voice_is_an_error_of_the_vendor(adapters):
    with pytest.raises(ProviderError, match="presetId: Invalid enum value") as error:
        adapters.speech("runway").submit(line(voice="Nobody"))

    assert not error.value.uncertain

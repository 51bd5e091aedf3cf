"""The official SDK of Runway against the fake vendor: speech and sound effects."""

from typing import Any

import pytest
import runwayml
from runwayml import RunwayML

from tests.vendors import audio
from tests.vendors.helpers import download

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

_TEXT = "Steam rises over the tea."
_VOICE = {"type": "runway-preset", "preset_id": "Maya"}


def _speak(runway: RunwayML, **fields: Any) -> Any:
    body: Any = {"model": "eleven_v4", "prompt_text": _TEXT, "voice": _VOICE, **fields}
    return runway.text_to_speech.create(**body)


def test_runway_speaks(runway, vendors):
    vendors.rule(kind="submit", polls=0)

    task = _speak(runway, language_code="en", speed=1.2, previous_text="Look.")

    assert task.estimated_cost.credits > 0
    done: Any = runway.tasks.retrieve(task.id)
    assert done.status == "SUCCEEDED"
    recording = download(done.output[0])
    assert audio.label_of(recording) == _TEXT
    assert audio.duration_of(recording) == pytest.approx(1.42, abs=0.05)
    [paid] = vendors.counts()
    assert (paid["role"], paid["task"]) == ("speech", task.id)
    assert (paid["asked"]["speed"], paid["asked"]["previousText"]) == (1.2, "Look.")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"model": "eleven_v9"}, "model"),
        ({"prompt_text": ""}, "promptText"),
        ({"model": "eleven_multilingual_v2", "prompt_text": "a" * 1001}, "promptText"),
        ({"voice": {"type": "runway-preset", "preset_id": "Nobody"}}, "voice"),
        ({"speed": 1.25}, "speed"),
        ({"model": "eleven_v3", "next_text": "So."}, "nextText"),
        ({"model": "eleven_multilingual_v2", "speed": 1.1}, "speed"),
    ],
)
def test_runway_rejects_invalid_speech(runway, fields, field):
    with pytest.raises(runwayml.BadRequestError, match=field):
        _speak(runway, **fields)


@pytest.mark.parametrize("model", ["eleven_text_to_sound_v2", "mirelo_sfx_2_0"])
def test_runway_makes_sounds(runway, vendors, model):
    vendors.rule(kind="submit", polls=0)

    task = runway.sound_effect.create(model=model, prompt_text="A door", duration=1.5)

    done: Any = runway.tasks.retrieve(task.id)
    assert audio.duration_of(download(done.output[0])) == pytest.approx(1.5, abs=0.05)
    assert vendors.counts()[0]["role"] == "sound"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"model": "eleven_text_to_sound_v2", "duration": 31}, "duration"),
        ({"model": "mirelo_sfx_2_0"}, "duration"),
        ({"model": "eleven_text_to_sound_v2", "prompt_text": ""}, "promptText"),
    ],
)
def test_runway_rejects_invalid_sounds(runway, fields, field):
    body: Any = {"prompt_text": "A door", **fields}
    with pytest.raises(runwayml.BadRequestError, match=field):
        runway.sound_effect.create(**body)

"""The demo's music and sounds: their length and their level."""

import io

import av
import numpy as np
import pytest

from providers.demo_sound import DemoMusic, DemoSound
from providers.sound_contract import Audio, MusicRequest, SoundRequest


def samples(audio: Audio) -> tuple[np.ndarray, int]:
    """Return the samples of a file, channels first, and their rate."""
    with av.open(io.BytesIO(audio.data)) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
        return np.concatenate(frames, axis=1), stream.rate


def test_music_is_a_quiet_loop_of_the_length_that_was_ordered():
    audio = DemoMusic().compose(MusicRequest("upbeat music for a lamp", 8))

    data, rate = samples(audio)
    assert audio.media_type == "audio/mp4"
    assert data.shape[0] == 2
    assert data.shape[1] / rate == pytest.approx(8, abs=0.05)
    assert 0.1 < np.abs(data).max() < 0.5
    seconds = [np.sqrt(np.mean(data[:, i * rate : (i + 1) * rate] ** 2)) for i in range(1, 7)]
    assert min(seconds) > 0.02  # no second of it is silent
    assert np.abs(np.diff(data[0])).max() < 0.1  # no click where the loop begins anew


@pytest.mark.thorough
def test_music_depends_on_the_prompt_alone():
    first, again, other = (
        samples(DemoMusic().compose(MusicRequest(prompt, 1)))[0]
        for prompt in ("calm", "calm", "dark drama")
    )

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("prompt", "pitch"), [("wind in trees", "low"), ("a boom", "low"), ("a bell", "high")]
)
def test_sound_is_of_the_kind_that_the_prompt_names(prompt, pitch):
    data, rate = samples(DemoSound().make(SoundRequest(prompt, 2)))

    assert data.shape[1] / rate == pytest.approx(2, abs=0.05)
    assert 0.1 < np.abs(data).max() <= 0.95
    spectrum = np.abs(np.fft.rfft(data[0]))
    loudest = np.fft.rfftfreq(data.shape[1], 1 / rate)[spectrum.argmax()]
    assert ("low" if loudest < 800 else "high") == pitch

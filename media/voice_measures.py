"""How long the voice of a scene is, and what brings it to its level; measured when it is stored."""

from collections.abc import Mapping
from typing import Any

from errors import MediaTypeError, TooLargeError
from media.exceeded import more_than
from media.ffmpeg import FFmpegError, FFmpegStartError
from media.levelling import LEVELLING
from media.limits import MediaBusyError, Pool
from media.loudness import voice_levelling
from media.measures import measure_file
from media.streams import AudioStream
from storage.store import Store

DURATION, GAIN = "voiceDuration", LEVELLING[0]
VOICE_MEASURES = (DURATION, *LEVELLING)
MEASURED = "voiceMeasured"

MAX_SECONDS = 600

_VERSION = 2  # to be raised when voices are measured otherwise: all are measured anew once


def is_measured(facts: Mapping[str, Any]) -> bool:
    """Return whether the facts of a voice have its measures, as they are measured now."""
    return facts.get(MEASURED) == _VERSION and {DURATION, GAIN} <= facts.keys()


def measure_voice(
    store: Store, path: str, pool: Pool, before: float | None = None
) -> dict[str, Any]:
    """Return the measures of a voice; none if FFmpeg is busy or cannot be started.

    Those that it does not have are None. `before` is the gain that it had, if that was measured
    otherwise: one that is right stays. Raises MediaTypeError for a file without sound
    that can be read, TooLargeError for one of more than ten minutes.
    """
    try:
        audio = _audio_of(store, path, pool)
        _check_length(audio)
        levelling = voice_levelling(path, audio, pool, before)
        seconds = round(audio.seconds, 3)
        return {DURATION: seconds, **levelling.facts(), MEASURED: _VERSION}
    except (MediaBusyError, FFmpegStartError):
        return {}
    except FFmpegError as exc:
        raise MediaTypeError("The voice cannot be read", f"{exc}.") from exc


def _audio_of(store: Store, path: str, pool: Pool) -> AudioStream:
    audio = measure_file(store, path, pool).streams.audio
    if audio is None or audio.seconds <= 0:
        raise FFmpegError("There is no sound in it")
    return audio


def _check_length(audio: AudioStream) -> None:
    if audio.seconds > MAX_SECONDS:
        lasts = f"It lasts {more_than(MAX_SECONDS, audio.seconds)} s"
        message = f"{lasts}; the voice of a scene may last {MAX_SECONDS} s."
        raise TooLargeError("The voice is too long", message)

"""How long the voice of a scene is, and how much louder it is to be; measured when it is stored."""

from errors import MediaTypeError, TooLargeError
from media.ffmpeg import FFmpegError, FFmpegStartError
from media.limits import MediaBusyError, Pool
from media.loudness import voice_gain
from media.measures import measure_file
from media.streams import AudioStream
from storage.store import Store

DURATION, GAIN = VOICE_MEASURES = ("voiceDuration", "voiceGain")

MAX_SECONDS = 600


def measure_voice(store: Store, path: str, pool: Pool) -> dict[str, float]:
    """Return the measures of a voice; none if FFmpeg is busy or cannot be started.

    Raises MediaTypeError for a file without sound that can be read, TooLargeError for one of more
    than ten minutes.
    """
    try:
        audio = _audio_of(store, path, pool)
        _check_length(audio)
        return {DURATION: round(audio.seconds, 3), GAIN: voice_gain(path, audio, pool)}
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
        message = f"It lasts {audio.seconds:.0f} s; the voice of a scene may last {MAX_SECONDS} s."
        raise TooLargeError("The voice is too long", message)

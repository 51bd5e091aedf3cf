"""The sound of a recording, as models that write down speech take it: small, and without tricks.

Whatever the recording is, they get one file of one kind: 16,000 samples a second, mono, FLAC.
"""

from errors import InvalidError, TooLargeError
from media.exceeded import more_than
from media.ffmpeg import FFmpegError, FFmpegStartError, input_args, run_logged
from media.limits import RECORDINGS
from media.measures import measure_file
from media.processes import Check
from storage.store import Store

MEDIA_TYPE = "audio/flac"
MAX_SECONDS = 3600

_TIMEOUT = 600
# Sound that begins late begins with silence, so that times are those of the recording.
_SOUND = ("-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", "16000")


def write_speech(store: Store, path: str, target: str, check: Check) -> None:
    """Write the sound of a recording to a file that is there.

    `check` is called often, and may raise to end that. Raises InvalidError for a recording without
    sound that can be read, TooLargeError for one of more than an hour, MediaBusyError,
    FFmpegStartError, MediaReplacedError.
    """
    try:
        audio = measure_file(store, path, RECORDINGS, check).streams.audio
        if audio is None:
            raise InvalidError("The recording has no sound", "There is nothing to write down.")
        if audio.seconds > MAX_SECONDS:
            most = MAX_SECONDS // 60
            limit = f"It lasts {more_than(most, audio.seconds / 60)} minutes; at most {most} can be"
            raise TooLargeError("The recording is too long", f"{limit} written down.")
        output = ["-c:a", "flac", "-f", "flac", "-y", f"file:{target}"]
        run_logged(["-vn", *input_args(path), *_SOUND, *output], _TIMEOUT, RECORDINGS, check=check)
    except FFmpegStartError:
        raise
    except FFmpegError as exc:
        raise InvalidError("The recording cannot be read", f"{exc}.") from exc

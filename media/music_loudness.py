"""How loud music is: its integrated loudness, as it is mixed."""

from media.ffmpeg import FFmpegError, input_args, run_logged
from media.limits import Pool
from media.loudness import levels_of
from media.processes import Check, go_on
from media.streams import AudioStream

_SHORT_SECONDS, _REPEATS = 1, "9"  # loudness is measured in blocks of 0.4 s
_LONGEST = "3600"  # seconds that are measured: what follows is hardly ever heard
_TIMEOUT = 180
# As music is mixed: mono is heard on both sides, more channels on two.
_BOTH, _TWO = "pan=stereo|c0=c0|c1=c0", "aformat=channel_layouts=stereo"
_METER = "ebur128=peak=sample:framelog=verbose"


def loudness_of(path: str, audio: AudioStream, pool: Pool, check: Check = go_on) -> float:
    """Return the loudness of a sound in LUFS, -70 of silence.

    `check` is called often, and may raise to end that. Raises FFmpegError, MediaBusyError.
    """
    repeated = ["-stream_loop", _REPEATS] if audio.seconds < _SHORT_SECONDS else []
    filters = f"{_BOTH if audio.is_mono else _TWO},{_METER}"
    measured = ["-vn", "-map", "0:a:0", "-t", _LONGEST, "-af", filters, "-f", "null", "-"]
    arguments = [*repeated, *input_args(path), *measured]
    levels = levels_of(run_logged(arguments, _TIMEOUT, pool, "info", check=check).log)
    if levels is None:
        raise FFmpegError("Its loudness cannot be measured")
    return levels.loudness

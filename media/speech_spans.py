"""The sound of a recording, as models that write down speech take it, and where it has pauses.

Whatever the recording is, models get one file of one kind: 16,000 samples a second, mono, FLAC.
"""

from collections.abc import Sequence
from itertools import groupby

from errors import InvalidError, TooLargeError
from media.exceeded import more_than
from media.ffmpeg import FFmpegError, FFmpegStartError, input_args, run_logged
from media.lanes import PEAKS_PER_SECOND, peaks_of
from media.limits import RECORDINGS, Pool
from media.measures import measure_file
from media.processes import Check
from storage.store import Store

Span = tuple[float, float]  # seconds

# In intervals of the peaks, since seconds are rounded.
_SHORTEST_PAUSE = 8  # 0.16 s: stops within words are shorter
_SHORTEST_SOUND = 3  # 0.06 s: shorter ones are clicks
_QUIET = 0.08  # of the level of loud parts: what is below is a pause
_LOUD = 0.9  # the share of parts with a sound that are less loud than the loud ones
_STEADY = ("highpass=f=40",)  # or a constant in samples (DC) would be heard in pauses
_NOISE = 3  # a level below which there is no sound at all, of 255

MEDIA_TYPE = "audio/flac"
MAX_SECONDS = 3600

_TIMEOUT = 600
# Sound that begins late begins with silence, so that times are those of the recording.
_SOUND = ("-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", "16000")


def speech_spans(store: Store, path: str, pool: Pool) -> list[Span]:
    """Return when something is heard in a recording, in the order of time.

    Raises FFmpegError, MediaBusyError, FileNotFoundError, MediaReplacedError.
    """
    audio = measure_file(store, path, pool).streams.audio
    return [] if audio is None else spans_of(peaks_of(path, audio, pool, _STEADY))


def spans_of(peaks: Sequence[int]) -> list[Span]:
    """Return when something is heard, from how loud each 1/50 s is."""
    heard = sorted(level for level in peaks if level > _NOISE)
    if not heard:
        return []
    limit = max(_NOISE, _QUIET * heard[int(_LOUD * (len(heard) - 1))])
    spans: list[tuple[int, int]] = []
    position = 0
    for is_loud, group in groupby(level > limit for level in peaks):
        start, position = position, position + len(list(group))
        if is_loud:
            _add(spans, (start, position))
    return [
        (start / PEAKS_PER_SECOND, end / PEAKS_PER_SECOND)
        for start, end in spans
        if end - start >= _SHORTEST_SOUND
    ]


def _add(spans: list[tuple[int, int]], span: tuple[int, int]) -> None:
    """Add a span, joined with the one before if there is no pause between them."""
    if spans and span[0] - spans[-1][1] < _SHORTEST_PAUSE:
        span = (spans.pop()[0], span[1])
    spans.append(span)


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

"""Which segments are rendered together: those of one clip, which is then decoded once.

A batch depends on the plan alone, and its segments are kept together: so an export that was killed
renders the same batches again, or finds them, and its video is the same as that of one which was
not disturbed.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction

from export.pieces import MAX_PIXELS
from export.plan import Segment
from schemas.exports import MAX_VISIBLE

MAX_SEGMENTS = 8  # of a batch: what a killed export renders again at most
MAX_OVERLAYS = MAX_VISIBLE  # of a batch: each is an input of FFmpeg

WorkOf = Callable[[Segment], int]


def batches(segments: Sequence[Segment], fps: Fraction, work: WorkOf) -> Iterator[list[int]]:
    """Yield the numbers of the segments of each batch; `work` returns the pixels of one."""
    batch: list[int] = []
    overlays: set[int] = set()
    pixels = 0
    for number, segment in enumerate(segments):
        fits = len(batch) < MAX_SEGMENTS and len(overlays.union(segment.overlays)) <= MAX_OVERLAYS
        fits = fits and pixels + work(segment) <= MAX_PIXELS
        if batch and not (fits and _goes_on(segments[number - 1], segment, fps)):
            yield batch
            batch, overlays, pixels = [], set(), 0
        batch.append(number)
        overlays.update(segment.overlays)
        pixels += work(segment)
    if batch:
        yield batch


def runs(batch: Sequence[int], missing: Collection[int]) -> Iterator[list[int]]:
    """Yield the parts of a batch that are missing without a gap."""
    run: list[int] = []
    for number in batch:
        if number in missing:
            run.append(number)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _goes_on(segment: Segment, following: Segment, fps: Fraction) -> bool:
    """Return whether the pictures of a segment go on in the following one."""
    if segment.view is None or following.view is None or segment.incoming or following.incoming:
        return False
    at = segment.view.at + float(segment.frames / fps)
    return segment.view.scene == following.view.scene and abs(following.view.at - at) < 1e-6

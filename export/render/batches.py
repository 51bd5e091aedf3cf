"""What one FFmpeg renders: a piece of a long segment, or a batch of short ones of one clip. Pure.

So an export that lets others go first can soon pause, a killed one renders little again, several
nodes share a long clip, and a clip with many segments is decoded once.

Pieces and batches depend on the plan and its media alone, and the segments of a batch are kept
together: so an export that was killed renders the same batches again, or finds them, and its video
is the same as that of one which was not disturbed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from export.plan.clips import View
from export.plan.frame_size import Frame
from export.plan.plan import Plan, Segment
from export.sources.held_media import Media
from export.sources.openers import clip_name
from schemas.exports import MAX_VISIBLE

# Pixels that are rendered at once: some seconds on two processors. Ten seconds of 1080 x 1920 at 30
# a second are one piece.
MAX_PIXELS = 800_000_000
MAX_SEGMENTS = 8  # of a batch: what a killed export renders again at most
MAX_OVERLAYS = MAX_VISIBLE  # of a batch: each is an input of FFmpeg
_SOURCE_SHARE = 4  # pixels of a source that take as long to decode as one to encode
_SAMPLED = 2  # pixels that take as long to encode as one to sample through a moving window
_FRAME_PIXELS = 50_000  # that take as long as what each frame takes, however small it is


class Effort(NamedTuple):
    """How much it takes to render the segments of a plan, in pixels."""

    frame: Frame
    media: Mapping[str, Media]

    def of(self, segment: Segment) -> int:
        """Return how much it takes to render a segment."""
        return segment.frames * self.of_frame(segment)

    def of_frame(self, segment: Segment) -> int:
        """Return how much it takes to render a frame of a segment."""
        views = (view for view in (segment.view, segment.incoming) if view is not None)
        return self._frame_pixels + sum(map(self._to_show, views)) + _FRAME_PIXELS

    def to_begin(self, segment: Segment, fps: Fraction) -> int:
        """Return how much it may take to decode the clips of a segment from key frames on."""
        return sum(
            int(video.key_gap * fps) * (video.width * video.height // _SOURCE_SHARE)
            for view in (segment.view, segment.incoming)
            if view is not None and (video := self.media[clip_name(view.media)].video)
        )

    @property
    def _frame_pixels(self) -> int:
        return self.frame.width * self.frame.height

    def _to_show(self, view: View) -> int:
        """Return how much it takes to decode a frame, to map wide colours, and to move over it.

        Of an image that stands still, it takes nothing.
        """
        video = self.media[clip_name(view.media)].video
        moves = view.framing is not None and view.framing.moves
        sampled = _SAMPLED * self._frame_pixels if moves else 0
        if video is None:
            return sampled
        mapped = self._frame_pixels if video.signal.is_wide else 0
        decoded = int(max(view.speed, 1)) * video.width * video.height
        return decoded // _SOURCE_SHARE + mapped + sampled


def in_pieces(plan: Plan, effort: Effort) -> Plan:
    """Return the plan with its long segments cut into pieces of nearly equal lengths."""
    pieces = [piece for segment in plan.segments for piece in _pieces(segment, plan, effort)]
    return replace(plan, segments=pieces)


def batches(
    segments: Sequence[Segment], fps: Fraction, effort: Callable[[Segment], int]
) -> Iterator[list[int]]:
    """Yield the numbers of the segments of each batch; `effort` returns the pixels of one."""
    batch: list[int] = []
    overlays: set[int] = set()
    pixels = 0
    for number, segment in enumerate(segments):
        fits = len(batch) < MAX_SEGMENTS and len(overlays.union(segment.overlays)) <= MAX_OVERLAYS
        fits = fits and pixels + effort(segment) <= MAX_PIXELS
        if batch and not (fits and _goes_on(segments[number - 1], segment, fps)):
            yield batch
            batch, overlays, pixels = [], set(), 0
        batch.append(number)
        overlays.update(segment.overlays)
        pixels += effort(segment)
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


def _pieces(segment: Segment, plan: Plan, effort: Effort) -> Iterator[Segment]:
    # A piece begins in between two key frames: to get there takes no longer than to render it.
    pixels = max(MAX_PIXELS, effort.to_begin(segment, plan.fps))
    longest = max(1, pixels // effort.of_frame(segment))
    count = -(-segment.frames // longest)
    edges = [segment.frames * number // count for number in range(count + 1)]
    for begin, end in pairwise(edges):
        yield _part(segment, begin, end, plan) if count > 1 else segment


def _part(segment: Segment, begin: int, end: int, plan: Plan) -> Segment:
    """Return the frames of a segment from `begin` up to `end`, counted from its own first one."""
    part = segment._replace(start=segment.start + begin, frames=end - begin)
    if segment.incoming is not None:
        return part._replace(skip=segment.skip + begin)
    if segment.view is None:
        return part
    return part._replace(view=segment.view.after(begin, plan.fps))


def _goes_on(segment: Segment, following: Segment, fps: Fraction) -> bool:
    """Return whether the pictures of a segment go on in the following one."""
    if segment.view is None or following.view is None or segment.incoming or following.incoming:
        return False
    return segment.view.after(segment.frames, fps).is_same(following.view)

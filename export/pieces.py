"""Long segments are cut into pieces: a bounded part of an export is rendered at once. Pure.

So an export that steps back for others soon comes to an edge, a killed one renders little again,
and several nodes share a long clip. What is cut depends on the plan and its media alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from export.encoding import Frame
from export.plan import Plan, Segment, View
from export.sources import Media, scene_name

# Pixels that are rendered at once: some seconds on two processors. Ten seconds of 1080 x 1920 at 30
# a second are one piece.
MAX_PIXELS = 800_000_000
_SOURCE_SHARE = 4  # pixels of a source that take as long to decode as one to encode
_FRAME_PIXELS = 50_000  # that take as long as what each frame takes, however small it is


class Work(NamedTuple):
    """How much it takes to render the segments of a plan, in pixels."""

    frame: Frame
    media: Mapping[str, Media]

    def of(self, segment: Segment) -> int:
        """Return how much it takes to render a segment."""
        return segment.frames * self.of_frame(segment)

    def of_frame(self, segment: Segment) -> int:
        """Return how much it takes to render a frame of a segment."""
        views = (view for view in (segment.view, segment.incoming) if view is not None)
        decoded = sum(map(self._decoded, views))
        return self.frame.width * self.frame.height + decoded // _SOURCE_SHARE + _FRAME_PIXELS

    def to_begin(self, segment: Segment, fps: Fraction) -> int:
        """Return how much it may take to decode the clips of a segment from key frames on."""
        return sum(
            int(video.key_gap * fps) * (video.width * video.height // _SOURCE_SHARE)
            for view in (segment.view, segment.incoming)
            if view is not None and (video := self.media[scene_name(view.scene)].video)
        )

    def _decoded(self, view: View) -> int:
        """Return the pixels that are decoded for each frame: of an image, none."""
        video = self.media[scene_name(view.scene)].video
        return 0 if video is None else video.width * video.height


def in_pieces(plan: Plan, work: Work) -> Plan:
    """Return the plan with its long segments cut into pieces of nearly equal lengths."""
    pieces = [piece for segment in plan.segments for piece in _pieces(segment, plan, work)]
    return replace(plan, segments=pieces)


def _pieces(segment: Segment, plan: Plan, work: Work) -> Iterator[Segment]:
    # A piece begins in between two key frames: to get there takes no longer than to render it.
    pixels = max(MAX_PIXELS, work.to_begin(segment, plan.fps))
    longest = max(1, pixels // work.of_frame(segment))
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
    at = segment.view.at + float(begin / plan.fps)
    return part._replace(view=segment.view._replace(at=at))

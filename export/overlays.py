"""The overlays of an export, drawn when a segment needs them: one picture for each segment."""

from collections.abc import Mapping
from pathlib import Path

from export.encoding import Frame
from export.plan import Segment
from export.segments import Overlay
from export.sources import Media
from export.timeline import Timeline


class Overlays:
    """Draws the texts and pictures of a timeline into files."""

    def __init__(
        self, timeline: Timeline, frame: Frame, media: Mapping[str, Media], directory: Path
    ) -> None:
        self._timeline = timeline
        self._frame = frame
        self._media = media
        self._directory = directory

    def draw(self, segment: Segment) -> Overlay | None:
        """Return the overlay of a segment, if it has any."""
        return None

"""From a plan to its segments: found in the cache or rendered."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from errors import InvalidError
from export.plan.clips import View, in_order
from export.plan.framing import Framing
from export.plan.overlays import Animation
from export.plan.plan import Plan, Segment
from export.plan.spoken_captions import State, within
from export.render.batches import Effort, batches, runs
from export.render.drawn_overlays import Overlay, Overlays, Shown, playlist
from export.render.encoding import DRAFT_VERSION, VERSION, is_large, video_args
from export.render.filters import Look
from export.render.moving import MOVING_VERSION
from export.render.segment_args import output_args, output_path, segment_args
from export.render.segment_cache import SegmentCache
from export.sources.held_media import Media
from export.sources.openers import clip_name
from jobs.concurrency import run_concurrently
from media.digests import key_of
from media.ffmpeg import FFmpegError, FFmpegStartError, version
from media.processes import Check
from media.rendering import ALWAYS, Turn, render
from storage.files.files import write_private
from timeline.scene_numbers import IN_ORDER

_CONCURRENCY = 2  # FFmpegs at once: one alone leaves processors idle at its start and end

OnFrames = Callable[[int, float], None]  # gets a segment's number, and how many frames are there


@dataclass(frozen=True, slots=True)
class SegmentRenderer:
    """Puts the segments of a plan into a working directory. `check` raises to stop it.

    Its methods raise FFmpegError, DiskFullError, InvalidError for a clip that cannot be rendered
    or an overlay that cannot be drawn, and what `check` raises.
    """

    plan: Plan
    media: Mapping[str, Media]
    overlays: Overlays
    look: Look
    directory: Path
    cache: SegmentCache
    check: Check
    on_frames: OnFrames = lambda _number, _frames: None
    turn: Turn = ALWAYS
    number_of: Callable[[int], int] = IN_ORDER.__getitem__  # what a scene is called

    def paths(self) -> list[str]:
        """Return the path of each segment."""
        return [self._path(number) for number in range(len(self.plan.segments))]

    def batches(self) -> list[list[int]]:
        """Return the numbers of the segments of each batch, which are rendered together."""
        effort = Effort(self.look.frame, self.media)
        return list(batches(self.plan.segments, self.plan.fps, effort.of))

    def provide_all(self, beside: Callable[[], None]) -> None:
        """Provide all segments; another function runs beside that."""
        self.run([beside, *(partial(self.provide, batch) for batch in self.batches())])

    def run(self, tasks: Sequence[Callable[[], object]]) -> None:
        """Run tasks that render, as many at once as memory allows."""
        run_concurrently(tasks, 1 if is_large(self.look.frame) else _CONCURRENCY)

    def provide(self, batch: Sequence[int]) -> None:
        """Put a batch of segments into the working directory: from the cache, or rendered now."""
        self.check()
        keys = self._keys(batch)
        missing = {
            number for number in batch if not self.cache.find(keys[number], self._path(number))
        }
        for number in keys.keys() - missing:
            self.on_frames(number, self.plan.segments[number].frames)
        for run in runs(batch, missing):
            self._render(run)
            for number in run:
                self.cache.add(keys[number], self._path(number))
                self.on_frames(number, self.plan.segments[number].frames)

    def key(self, batch: Sequence[int]) -> str:
        """Return the key of a batch: its first segment's."""
        return self._keys(batch)[batch[0]]

    def _path(self, number: int) -> str:
        return str(self.directory / f"segment-{number:05}.mp4")

    def _render(self, run: Sequence[int]) -> None:
        """Render adjacent segments of a batch into the working directory."""
        segments = [self.plan.segments[number] for number in run]
        shown = self._shown(segments)
        target = self.directory / f"run-{run[0]:05}"
        target.mkdir(mode=0o700)
        arguments = segment_args(segments, self.media, shown, self.look)
        written = output_args(segments, str(target), self.look)
        frames = sum(segment.frames for segment in segments)

        def on_position(seconds: float) -> None:
            self.on_frames(run[0], min(seconds * float(self.look.fps), frames))

        try:
            render([*arguments, *written], self.check, on_position, turn=self.turn)
        except FFmpegStartError:
            raise
        except FFmpegError as exc:
            raise _failure(segments, exc, self.number_of) from exc
        for position, number in enumerate(run):
            os.rename(output_path(str(target), position), self._path(number))

    def _shown(self, segments: Sequence[Segment]) -> list[Shown]:
        """Return the overlays of adjacent segments, drawn, from bottom to top."""
        spans: dict[int, tuple[int, int]] = {}
        start = 0
        for segment in segments:
            for index in segment.overlays:
                first, _ = spans.get(index, (start, start))
                spans[index] = (first, start + segment.frames)
            start += segment.frames
        indexes = sorted(spans)
        drawn = zip(indexes, self.overlays.draw(indexes), strict=True)
        begin = segments[0].start
        return [
            Shown(
                overlay,
                *spans[index],
                self._animations(index, begin, *spans[index]),
                self._playlist(index, overlay, begin, spans[index]),
            )
            for index, overlay in drawn
            if overlay is not None
        ]

    def _playlist(
        self, index: int, overlay: Overlay, begin: int, shown: tuple[int, int]
    ) -> str | None:
        """Write the list of an overlay's pictures in some frames, counted from a frame on."""
        if not overlay.words:
            return None
        path = self.directory / f"words-{index}-{begin}.txt"
        states = self._states(index, begin, *shown)
        write_private(path, playlist(overlay, states, shown, self.plan.fps).encode())
        return str(path)

    def _states(self, index: int, begin: int, start: int, end: int) -> list[State]:
        """Return the states of a spoken caption in some frames, counted from a frame on."""
        return within(self.plan.spoken.get(index, ()), begin, start, end)

    def _animations(self, index: int, begin: int, start: int, end: int) -> tuple[Animation, ...]:
        """Return the animations of an overlay in some frames, counted from a frame on."""
        moved = (
            each._replace(start=each.start - begin) for each in self.plan.animations.get(index, ())
        )
        return tuple(each for each in moved if each.meets(start, end))

    def _keys(self, batch: Sequence[int]) -> dict[int, str]:
        """Return the keys of the segments of a batch, by their numbers."""
        alone = len(batch) == 1
        return {number: self._key(self.plan.segments[number], alone) for number in batch}

    def _key(self, segment: Segment, alone: bool) -> str:
        """Return the key of a segment; `alone`: nothing is rendered together with it.

        The pieces of an image are equal then, and rendered once.
        """
        views = [
            _view_key(view, media, alone=alone)
            for view in (segment.view, segment.incoming)
            if view is not None and (media := self.media[clip_name(view.media)])
        ]
        kind = [segment.frames, segment.transition, segment.transition_frames, segment.skip]
        placed = self.overlays.keys(segment.overlays)
        for place, index in enumerate(segment.overlays):
            if moves := self._animations(index, segment.start, 0, segment.frames):
                placed[place] = [placed[place], [[*each] for each in moves]]
            if states := self._states(index, segment.start, 0, segment.frames):
                placed[place] = [placed[place], "spoken", [[*each] for each in states]]
        look = self.look
        encoding = video_args(look.quality, look.fps, look.frame)
        shared = [*look.frame[:2], str(look.fps), look.fit, *encoding]
        shared += [DRAFT_VERSION] if look.is_draft else []
        return key_of(VERSION, version(), shared, views, kind, placed)


def _view_key(view: View, media: Media, *, alone: bool) -> list[Any]:
    times = [None] if alone and media.video is None else view.time_key
    framed = [] if view.framing is None else _framing_key(view.framing)
    return [media.digest, *times, *framed]


def _framing_key(framing: Framing) -> list[float]:
    return [*framing.key, *([MOVING_VERSION] if framing.moves else [])]


class Helpers:
    """Who else renders segments of the plan: nobody. export/assistance.py has a subclass."""

    def provide_all(self, renderer: SegmentRenderer, beside: Callable[[], None]) -> None:
        """Provide all segments; another function runs beside that."""
        renderer.provide_all(beside)

    def provided(self) -> set[int]:
        """Return the numbers of the segments that helpers have provided."""
        return set()


def _failure(
    segments: Sequence[Segment], exc: FFmpegError, number_of: Callable[[int], int]
) -> Exception:
    """Return the error that names the media of segments that could not be rendered."""
    views = (view for each in segments for view in (each.view, each.incoming) if view is not None)
    shown = in_order({view.media for view in views})
    if not shown:
        return exc
    scenes = [str(number_of(used)) for used in shown if isinstance(used, int)]
    assets = [used for used in shown if isinstance(used, str)]
    named = " and ".join(filter(None, (_named("scene", scenes), _named("asset", assets))))
    clips = "clip" if len(shown) == 1 else "clips"
    return InvalidError(f"The {clips} of {named} cannot be rendered", str(exc))


def _named(what: str, ids: Sequence[str]) -> str:
    """Return e.g. `scenes 1 and 2`; nothing for no ids."""
    return f"{what}{'s' * (len(ids) > 1)} {' and '.join(ids)}" if ids else ""

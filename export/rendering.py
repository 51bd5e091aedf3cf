"""From a plan to the file: segments from the cache or rendered, the sound, both joined."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from export.cache import SegmentCache, key_of
from export.captions import cues_of, to_vtt
from export.encoding import SOUND, VERSION, frame_of, timescale, video_args
from export.overlays import Overlays
from export.plan import Plan, Segment
from export.segments import Look, segment_args
from export.sound import loudness_filter, sound_args
from export.sources import Media, scene_name
from export.timeline import Timeline
from media.ffmpeg import version
from media.rendering import Check, render

# How much of the progress each part stands for.
_SEGMENTS_SHARE, _SOUND_SHARE = 0.9, 0.06


class Progress(NamedTuple):
    """How far an export is, from 0 to 1, and what it does."""

    fraction: float
    message: str


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders one plan in a working directory. `check` raises to stop it."""

    timeline: Timeline
    plan: Plan
    media: Mapping[str, Media]
    overlays: Overlays
    directory: Path
    cache: SegmentCache
    check: Check
    report: Report

    def render(self, output: str) -> None:
        """Write the video. Raises FFmpegError, DiskFullError, and what `check` raises."""
        look = self._look()
        names = []
        for number, segment in enumerate(self.plan.segments):
            path = str(self.directory / f"segment-{number:05}.mp4")
            self._provide(segment, look, path)
            names.append(path)
        sound = str(self.directory / "sound.m4a")
        self._sound(sound)
        self._join(names, sound, output)

    def _look(self) -> Look:
        output = self.timeline.output
        frame = frame_of(output, self.timeline.scale)
        return Look(frame, self.plan.fps, output.fit, output.quality)

    def _provide(self, segment: Segment, look: Look, path: str) -> None:
        """Link a segment to a path: from the cache, or rendered now."""
        self.check()
        done = segment.start - self.plan.first
        self._report_frames(done)
        key = self._key(segment, look)
        if self.cache.find(key, path):
            return
        seconds = float(segment.frames / look.fps)

        def on_position(position: float) -> None:
            self._report_frames(done + segment.frames * min(1.0, position / seconds))

        overlays = self.overlays.draw(segment.overlays)
        arguments = segment_args(segment, self.media, overlays, look)
        render([*arguments, "-f", "mp4", f"file:{path}"], self.check, on_position)
        self.cache.add(key, path)

    def _key(self, segment: Segment, look: Look) -> str:
        views = [
            [self.media[scene_name(view.scene)].key, round(view.at, 6)]
            for view in (segment.view, segment.incoming)
            if view is not None
        ]
        kind = [segment.frames, segment.transition, segment.transition_frames, segment.skip]
        placed = self.overlays.keys(segment.overlays)
        shared = [*look.frame[:2], look.fit, *video_args(look.quality, look.fps)]
        return key_of(VERSION, version(), shared, views, kind, placed)

    def _sound(self, path: str) -> None:
        self._report_sound(0.0)
        normalize = ""
        if self.timeline.output.loudness:
            measuring = sound_args(self.timeline, self.plan, self.media, loudness_filter(None))
            null = ["-f", "null", "-"]
            log = render([*measuring, *null], self.check, self._report_sound, level="info")
            normalize = loudness_filter(log)
        arguments = sound_args(self.timeline, self.plan, self.media, normalize)
        target = [*SOUND, "-f", "mp4", f"file:{path}"]
        render([*arguments, *target], self.check, self._report_sound)

    def _join(self, names: list[str], sound: str, output: str) -> None:
        """Join the segments and the sound without encoding anything."""
        self.report(Progress(_SEGMENTS_SHARE + _SOUND_SHARE, "Joining the parts"))
        playlist = self.directory / "segments.txt"
        lines = [f"file '{os.path.basename(name)}'" for name in names]
        playlist.write_text("ffconcat version 1.0\n" + "\n".join(lines) + "\n")
        ticks = str(timescale(self.plan.fps))
        inputs = ["-f", "concat", "-safe", "0", "-i", f"file:{playlist}", "-i", f"file:{sound}"]
        copied = ["-map", "0:v", "-map", "1:a", "-c", "copy", "-video_track_timescale", ticks]
        if captions := self._caption_file():
            inputs += ["-f", "webvtt", "-i", f"file:{captions}"]
            copied += ["-map", "2:s", "-c:s", "mov_text"]
        muxed = ["-movflags", "+faststart", "-f", "mp4", f"file:{output}"]
        render([*inputs, *copied, *muxed], self.check)

    def _caption_file(self) -> Path | None:
        """Write the captions that become a track, if there are any."""
        cues = cues_of(self.timeline, self.plan)
        if self.timeline.output.captions != "track" or not cues:
            return None
        path = self.directory / "captions.vtt"
        path.write_text(to_vtt(cues), encoding="utf-8")
        return path

    def _report_sound(self, seconds: float) -> None:
        share = _SOUND_SHARE * min(1.0, seconds / self.plan.seconds)
        self.report(Progress(_SEGMENTS_SHARE + share, "Mixing the sound"))

    def _report_frames(self, frames: float) -> None:
        fps = float(self.plan.fps)
        message = f"Rendering: {frames / fps:.1f} of {self.plan.seconds:.1f} seconds"
        self.report(Progress(_SEGMENTS_SHARE * frames / self.plan.frames, message))

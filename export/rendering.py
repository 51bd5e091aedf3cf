"""From a plan to the file: segments from the cache or rendered, the sound, both joined."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import NamedTuple

from export.batches import batches, runs
from export.cache import SegmentCache, key_of
from export.captions import TRACK_INPUT, cues_of, to_track
from export.copying import Part, copied_packets, copied_parts
from export.encoding import SOUND, VERSION, frame_of, is_large, timescale, video_args
from export.overlays import Overlays
from export.plan import Plan, Segment
from export.segments import Look, Shown, output_args, output_path, segment_args
from export.sound import (
    copied_sound_args,
    copied_sound_path,
    loudness_filter,
    sound_args,
    sound_input,
)
from export.sources import Media, music_name, scene_name
from export.timeline import Timeline
from jobs.run import run_concurrently
from media.ffmpeg import FFmpegError, FFmpegStartError, version
from media.rendering import Check, render
from web.errors import BadRequestError

_SEGMENTS_SHARE, _SOUND_SHARE = 0.9, 0.06  # of the progress
_SOUND = -1  # in place of a segment's number
_POSTER_PIXELS, _POSTER_SECONDS = 960, 1.0  # its longer side; which frame it is
_CONCURRENCY = 2  # FFmpegs at once: one alone leaves processors idle at its start and end


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
    # How many frames of each segment are rendered, and how many seconds of the sound mixed.
    _done: dict[int, float] = field(default_factory=lambda: {_SOUND: 0.0})

    def render(self, output: str, poster: str) -> None:
        """Write the video, and a picture of it.

        Raises FFmpegError, DiskFullError, BadRequestError for a clip that cannot be rendered or an
        overlay that cannot be drawn, and what `check` raises.
        """
        look = self._look()
        parts = copied_parts(self.timeline, self.plan, self.media, look)
        if parts is None:
            parts, sound = self._encoded(look), self._sound_path
        else:
            sound = self._copied_sound(parts)
        self._join(parts, sound, output, poster)

    def _encoded(self, look: Look) -> list[Part]:
        """Provide the segments, and the sound beside them; return the segments."""
        parts = [Part(self._path(number)) for number in range(len(self.plan.segments))]
        self._done.update(dict.fromkeys(range(len(parts)), 0.0))
        found = batches(self.plan.segments, self.plan.fps)
        tasks = [partial(self._provide, batch, look) for batch in found]
        run_concurrently([self._sound, *tasks], 1 if is_large(look.frame) else _CONCURRENCY)
        return parts

    def _look(self) -> Look:
        output = self.timeline.output
        frame = frame_of(output, self.timeline.scale)
        return Look(frame, self.plan.fps, output.fit, output.quality)

    def _path(self, number: int) -> str:
        return str(self.directory / f"segment-{number:05}.mp4")

    @property
    def _sound_path(self) -> str:
        return str(self.directory / "sound.m4a")

    def _provide(self, batch: Sequence[int], look: Look) -> None:
        """Put a batch of segments into the working directory: from the cache, or rendered now."""
        self.check()
        keys = {number: self._key(self.plan.segments[number], look) for number in batch}
        missing = {
            number for number in batch if not self.cache.find(keys[number], self._path(number))
        }
        for number in keys.keys() - missing:
            self._report_frames(number, self.plan.segments[number].frames)
        for run in runs(batch, missing):
            self._render(run, look)
            for number in run:
                self.cache.add(keys[number], self._path(number))
                self._report_frames(number, self.plan.segments[number].frames)

    def _render(self, run: Sequence[int], look: Look) -> None:
        """Render adjacent segments of a batch into the working directory."""
        segments = [self.plan.segments[number] for number in run]
        shown = self._shown(segments)
        target = self.directory / f"run-{run[0]:05}"
        target.mkdir()
        arguments = segment_args(segments, self.media, shown, look)
        written = output_args(segments, str(target), look)
        frames = sum(segment.frames for segment in segments)

        def on_position(seconds: float) -> None:
            self._report_frames(run[0], min(seconds * float(look.fps), frames))

        try:
            render([*arguments, *written], self.check, on_position)
        except FFmpegStartError:
            raise
        except FFmpegError as exc:
            raise _failure(segments, exc) from exc
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
        return [Shown(overlay, *spans[index]) for index, overlay in drawn if overlay is not None]

    def _key(self, segment: Segment, look: Look) -> str:
        views = [
            [self.media[scene_name(view.scene)].digest, round(view.at, 6)]
            for view in (segment.view, segment.incoming)
            if view is not None
        ]
        kind = [segment.frames, segment.transition, segment.transition_frames, segment.skip]
        placed = self.overlays.keys(segment.overlays)
        encoding = video_args(look.quality, look.fps, look.frame)
        shared = [*look.frame[:2], str(look.fps), look.fit, *encoding]
        return key_of(VERSION, version(), shared, views, kind, placed)

    def _sound(self) -> None:
        """Put the sound into the working directory: from the cache, or mixed now."""
        self.check()
        key, path = self._sound_key(), self._sound_path
        if not self.cache.find(key, path):
            self._mix(path)
            self.cache.add(key, path)
        self._report_sound(self.plan.seconds)

    def _sound_key(self) -> str:
        plan, music = self.plan, self.timeline.music
        names = [scene_name(sound.scene) for sound in plan.sounds]
        names += [music_name(each.asset) for each in music]
        files = [self.media[name].digest for name in names]
        sounds = [list(sound) for sound in plan.sounds]
        window = [str(plan.fps), plan.first, plan.last, self.timeline.output.loudness]
        return key_of(VERSION, version(), SOUND, window, files, sounds, list(map(asdict, music)))

    def _mix(self, path: str) -> None:
        normalize = ""
        if self.timeline.output.loudness:
            measuring = sound_args(self.timeline, self.plan, self.media, loudness_filter(None))
            null = ["-f", "null", "-"]
            log = render([*measuring, *null], self.check, self._report_sound, level="info").log
            normalize = loudness_filter(log)
        arguments = sound_args(self.timeline, self.plan, self.media, normalize)
        target = [*SOUND, "-f", "mp4", f"file:{path}"]
        render([*arguments, *target], self.check, self._report_sound)

    def _copied_sound(self, parts: Sequence[Part]) -> str:
        """Join the clips' own sound, or mix it if it has to change; return its path."""
        packets = copied_packets(self.timeline, self.plan, self.media)
        if packets is None:
            self._sound()
            return self._sound_path
        directory = str(self.directory)
        paths = [part.path for part in parts]
        render(copied_sound_args(paths, packets, directory), self.check)
        joined = f"{directory}/sound.aac"
        with open(joined, "wb") as file:
            for number in range(len(parts)):
                with open(copied_sound_path(directory, number), "rb") as part:
                    shutil.copyfileobj(part, file)
        return joined

    def _join(self, parts: Sequence[Part], sound: str, output: str, poster: str) -> None:
        """Join the segments and the sound without encoding anything. Raises FFmpegError."""
        self.report(Progress(_SEGMENTS_SHARE + _SOUND_SHARE, "Joining the parts"))
        playlist = self.directory / "segments.txt"
        lines = [part.to_line() for part in parts]
        playlist.write_text("ffconcat version 1.0\n" + "\n".join(lines) + "\n")
        ticks = str(timescale(self.plan.fps))
        # `-copyts`: or sound that begins before 0, as AAC does, would delay the pictures.
        # One thread: it decodes just one picture, the poster.
        inputs = ["-threads", "1", "-copyts"]
        inputs += ["-f", "concat", "-safe", "0", "-i", f"file:{playlist}", *sound_input(sound)]
        video = ["-map", f"0:{parts[0].stream}"]
        copied = [*video, "-map", "1:a", "-c", "copy", *_exact_times(self.plan.fps)]
        copied += ["-video_track_timescale", ticks]
        if captions := self._caption_file():
            inputs += [*TRACK_INPUT, "-i", f"file:{captions}"]
            copied += ["-map", "2:s", "-c:s", "mov_text"]
        muxed = ["-movflags", "+faststart", "-f", "mp4", f"file:{output}"]
        written = render([*inputs, *copied, *muxed, *video, *self._poster_args(poster)], self.check)
        if written.frames != self.plan.frames:
            count = f"{written.frames:,} of {self.plan.frames:,}"
            raise FFmpegError(f"The joined video has {count} frames")
        if not os.path.exists(poster):
            raise FFmpegError("No picture of the video could be taken")

    def _poster_args(self, path: str) -> list[str]:
        """Return the arguments that write the picture, as a second output."""
        seconds = min(_POSTER_SECONDS, float(self.plan.frames // 2 / self.plan.fps))
        scale = f"scale=w='min(iw,{_POSTER_PIXELS})':h='min(ih,{_POSTER_PIXELS})'"
        fit = f"{scale}:force_original_aspect_ratio=decrease:out_range=pc,format=yuvj420p"
        jpeg = ["-c:v", "mjpeg", "-q:v", "3", "-f", "image2", "-update", "1", f"file:{path}"]
        return ["-ss", f"{seconds:.3f}", "-frames:v", "1", "-vf", fit, *jpeg]

    def _caption_file(self) -> Path | None:
        """Write the captions that become a track, if there are any."""
        cues = cues_of(self.timeline, self.plan)
        if self.timeline.output.captions != "track" or not cues:
            return None
        path = self.directory / "captions.vtt"
        path.write_text(to_track(cues), encoding="utf-8")
        return path

    def _report_frames(self, number: int, frames: float) -> None:
        """Report how many frames of a segment are rendered."""
        self._done[number] = frames
        self._report()

    def _report_sound(self, seconds: float) -> None:
        """Report how many seconds of the sound are mixed."""
        self._done[_SOUND] = seconds
        self._report()

    def _report(self) -> None:
        frames = sum(self._done.values()) - self._done[_SOUND]
        sound = min(1.0, self._done[_SOUND] / self.plan.seconds)
        fraction = _SEGMENTS_SHARE * frames / self.plan.frames + _SOUND_SHARE * sound
        seconds = frames / float(self.plan.fps)
        message = f"Rendering: {seconds:.1f} of {self.plan.seconds:.1f} seconds"
        self.report(Progress(fraction, message))


def _failure(segments: Sequence[Segment], exc: FFmpegError) -> Exception:
    """Return the error that names the scenes of segments that could not be rendered."""
    views = (view for each in segments for view in (each.view, each.incoming) if view is not None)
    scenes = [str(scene) for scene in sorted({view.scene for view in views})]
    if not scenes:
        return exc
    clips = "clip of scene" if len(scenes) == 1 else "clips of scenes"
    return BadRequestError(f"The {clips} {' and '.join(scenes)} cannot be rendered", str(exc))


def _exact_times(fps: Fraction) -> list[str]:
    """Return the arguments that round times to whole frames.

    When segments are joined, each is placed with microseconds, and the errors add up.
    """
    rate = f"{fps.numerator}/{fps.denominator}"
    times = (f"{name}=round({name.upper()}*TB*{rate})/TB/({rate})" for name in ("pts", "dts"))
    return ["-bsf:v", f"setts={':'.join(times)}"]

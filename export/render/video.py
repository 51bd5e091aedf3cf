"""From a plan to the file: segments from the cache or rendered, the sound, both joined."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from export.plan.captions import TRACK_INPUT, cues_of, to_track
from export.plan.plan import Plan
from export.plan.timeline import Timeline
from export.render.copying import Part, copied_packets, copied_parts
from export.render.drawn_overlays import Overlays
from export.render.encoding import SOUND, VERSION, timescale
from export.render.filters import Look, look_of
from export.render.segment_cache import SegmentCache
from export.render.segments import Helpers, SegmentRenderer
from export.render.sound_args import (
    copied_sound_args,
    copied_sound_path,
    loudness_filter,
    sound_args,
    sound_input,
)
from export.sources.digests import key_of
from export.sources.held_media import Media
from export.sources.openers import music_name, scene_name
from media.ffmpeg import FFmpegError, version
from media.picture_filters import JPEG
from media.processes import Check
from media.rendering import ALWAYS, OnPosition, Rendered, Turn, render

_SEGMENTS_SHARE, _SOUND_SHARE = 0.9, 0.06  # of the progress
_SOUND = -1  # in place of a segment's number
_POSTER_PIXELS, _POSTER_SECONDS = 960, 1.0  # its longer side; which frame it is


class Progress(NamedTuple):
    """How far an export is, from 0 to 1, and what it does."""

    fraction: float
    message: str


Report = Callable[[Callable[[], Progress]], None]  # calls the function if it wants to know


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
    helpers: Helpers = field(default_factory=Helpers)
    turn: Turn = ALWAYS
    # How many frames of each segment are rendered, and how many seconds of the sound mixed.
    _done: dict[int, float] = field(default_factory=lambda: {_SOUND: 0.0})

    def render(self, output: str, poster: str) -> None:
        """Write the video, and a picture of it.

        Raises FFmpegError, DiskFullError, InvalidError for a clip that cannot be rendered or an
        overlay that cannot be drawn, and what `check` raises.
        """
        look = look_of(self.timeline, self.plan)
        parts = copied_parts(self.timeline, self.plan, self.media, look)
        if parts is None:
            segments = self._segments(look)
            self.helpers.provide_all(segments, beside=self._sound)
            parts, sound = [Part(path) for path in segments.paths()], self._sound_path
        else:
            sound = self._copied_sound(parts)
        self._join(parts, sound, output, poster)

    def _segments(self, look: Look) -> SegmentRenderer:
        return SegmentRenderer(
            self.plan,
            self.media,
            self.overlays,
            look,
            self.directory,
            self.cache,
            self.check,
            self._report_frames,
            self.turn,
        )

    @property
    def _sound_path(self) -> str:
        return str(self.directory / "sound.m4a")

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
            log = self._run([*measuring, *null], self._report_sound, level="info").log
            normalize = loudness_filter(log)
        arguments = sound_args(self.timeline, self.plan, self.media, normalize)
        target = [*SOUND, "-f", "mp4", f"file:{path}"]
        self._run([*arguments, *target], self._report_sound)

    def _copied_sound(self, parts: Sequence[Part]) -> str:
        """Join the clips' own sound, or mix it if it has to change; return its path."""
        packets = copied_packets(self.timeline, self.plan, self.media)
        if packets is None:
            self._sound()
            return self._sound_path
        directory = str(self.directory)
        paths = [part.path for part in parts]
        self._run(copied_sound_args(paths, packets, directory))
        joined = f"{directory}/sound.aac"
        with open(joined, "wb") as file:
            for number in range(len(parts)):
                with open(copied_sound_path(directory, number), "rb") as part:
                    shutil.copyfileobj(part, file)
        return joined

    def _join(self, parts: Sequence[Part], sound: str, output: str, poster: str) -> None:
        """Join the segments and the sound without encoding anything. Raises FFmpegError."""
        self.report(lambda: Progress(_SEGMENTS_SHARE + _SOUND_SHARE, "Joining the parts"))
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
        written = self._run([*inputs, *copied, *muxed, *video, *self._poster_args(poster)])
        if written.frames != self.plan.frames:
            count = f"{written.frames:,} of {self.plan.frames:,}"
            raise FFmpegError(f"The joined video has {count} frames")
        if not os.path.exists(poster):
            raise FFmpegError("No picture of the video could be taken")

    def _run(
        self,
        arguments: Sequence[str],
        on_position: OnPosition = lambda _seconds: None,
        level: str = "error",
    ) -> Rendered:
        """Run FFmpeg in the export's turn."""
        return render(arguments, self.check, on_position, level, self.turn)

    def _poster_args(self, path: str) -> list[str]:
        """Return the arguments that write the picture, as a second output."""
        seconds = min(_POSTER_SECONDS, float(self.plan.frames // 2 / self.plan.fps))
        milliseconds = int(seconds * 1000)  # rounded down: a later time may be after the last frame
        scale = f"scale=w='min(iw,{_POSTER_PIXELS})':h='min(ih,{_POSTER_PIXELS})'"
        colors = f"out_color_matrix={JPEG.matrix}:out_range={JPEG.range}"
        fit = f"{scale}:force_original_aspect_ratio=decrease:{colors},format=yuvj420p"
        jpeg = ["-c:v", "mjpeg", "-q:v", "3", "-f", "image2", "-update", "1", f"file:{path}"]
        return ["-ss", f"{milliseconds}ms", "-frames:v", "1", "-vf", fit, *jpeg]

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
        self.report(self._progress)

    def _report_sound(self, seconds: float) -> None:
        """Report how many seconds of the sound are mixed."""
        self._done[_SOUND] = seconds
        self.report(self._progress)

    def _progress(self) -> Progress:
        elsewhere = self.helpers.provided()
        frames = sum(
            segment.frames if number in elsewhere else self._done.get(number, 0.0)
            for number, segment in enumerate(self.plan.segments)
        )
        sound = min(1.0, self._done[_SOUND] / self.plan.seconds)
        fraction = _SEGMENTS_SHARE * frames / self.plan.frames + _SOUND_SHARE * sound
        seconds = frames / float(self.plan.fps)
        message = f"Rendering: {seconds:.1f} of {self.plan.seconds:.1f} seconds"
        return Progress(fraction, message)


def _exact_times(fps: Fraction) -> list[str]:
    """Return the arguments that round times to whole frames.

    When segments are joined, each is placed with microseconds, and the errors add up.
    """
    rate = f"{fps.numerator}/{fps.denominator}"
    times = (f"{name}=round({name.upper()}*TB*{rate})/TB/({rate})" for name in ("pts", "dts"))
    return ["-bsf:v", f"setts={':'.join(times)}"]

"""From a plan to the file: segments from the cache or rendered, the sound, both joined."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from export.plan.captions import Cues, cues_of, to_track
from export.plan.clips import used_media
from export.plan.plan import Plan, make_plan
from export.plan.timeline import Timeline
from export.render.copying import copied_parts, copied_sound
from export.render.drawn_overlays import Overlays
from export.render.encoding import LOSSLESS_SOUND, SOUND
from export.render.filters import Look, look_of
from export.render.joining import (
    POSTER_PIXELS,
    Joining,
    Part,
    SoundFile,
    join_args,
    output_args,
    poster_args,
    poster_frames,
    write_lists,
)
from export.render.mixing import Mixer
from export.render.segment_cache import SegmentCache
from export.render.segments import Helpers, SegmentRenderer
from export.sources.held_media import Media
from export.sources.openers import asset_name, clip_name
from jobs.concurrency import run_concurrently
from media.ffmpeg import FFmpegError, FFmpegStartError
from media.picture_filters import is_black
from media.processes import Check
from media.rendering import ALWAYS, OnPosition, Rendered, Turn, render
from media.thumbnails import scaled_jpeg
from storage.files.files import write_private
from timeline.frames import frame_shown_at
from timeline.scene_numbers import IN_ORDER

_log = logging.getLogger("vidworks.export")

_SEGMENTS_SHARE, _SOUND_SHARE = 0.9, 0.06  # of the progress
_SOUND = -1  # in place of a segment's number
_CONCURRENCY = 2  # FFmpegs at once: one joins, one takes a picture


class Progress(NamedTuple):
    """How far an export is, from 0 to 1, and what it does."""

    fraction: float
    message: str

    def of(self, share: float) -> "Progress":
        """Return the progress of what takes this share of the time."""
        return self._replace(fraction=share * self.fraction)


Report = Callable[[Callable[[], Progress]], None]  # calls the function if it wants to know
FindFrame = Callable[[int], tuple[Sequence[Part], int]]


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
    flush: Callable[[str], None] = lambda _path: None  # to the disk: the video, beside the picture
    number_of: Callable[[int], int] = IN_ORDER.__getitem__  # what a scene is called
    # How many frames of each segment are rendered, and how many seconds of the sound mixed.
    _done: dict[int, float] = field(default_factory=lambda: {_SOUND: 0.0})

    def render(self, output: str, poster: str) -> None:
        """Write the video, and a picture of it.

        Raises FFmpegError, DiskFullError, InvalidError for a clip that cannot be rendered or an
        overlay that cannot be drawn, and what `check` raises.
        """
        look = look_of(self.timeline, self.plan)
        clips = copied_parts(self.timeline, self.plan, self.media, look)
        if clips is None or not self._copy(clips, output, poster):
            self._join(self._rendered(look), self._sound_path, output, poster)

    def _copy(self, clips: Sequence[Part], output: str, poster: str) -> bool:
        """Join clips as they are; return whether that was possible. Raises FFmpegStartError."""
        sound = copied_sound(self.timeline, self.plan, self.media)
        if sound is None:
            self._sound()
        try:
            self._join(clips, sound or self._sound_path, output, poster)
        except FFmpegStartError:
            raise
        except FFmpegError as exc:  # decoders accept more than what reads headers
            _log.info("clips are encoded since they cannot be joined as they are: %s", exc)
            return False
        return True

    def _rendered(self, look: Look) -> list[Part]:
        """Render the segments, and the sound beside that."""
        renderer = self.segments(look)
        self.helpers.provide_all(renderer, beside=self._sound)
        lengths = (segment.frames for segment in self.plan.segments)
        return [Part(*each) for each in zip(renderer.paths(), lengths, strict=True)]

    def segments(self, look: Look) -> SegmentRenderer:
        """Return the renderer of the plan's segments."""
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
            self.number_of,
        )

    def render_sound(self, poster: str) -> str:
        """Write the sound alone, without any loss, and a picture of the video.

        Returns the path of the sound. Raises as `render`.
        """
        self._sound(LOSSLESS_SOUND)
        self._take_poster(lambda frame: ([self.still(self.plan.first + frame)], 0), poster)
        return self._sound_path

    def still(self, frame: int) -> Part:
        """Render a single frame, counted from the begin of the timeline. Raises as `render`."""
        fps = self.plan.fps
        window = replace(self.timeline, first=float(frame / fps), last=float((frame + 1) / fps))
        facts = {used: self.media[clip_name(used)].facts() for used in used_media(window)}
        plan = make_plan(window, facts)
        directory = self.directory / f"still-{frame}"
        directory.mkdir(mode=0o700, exist_ok=True)
        renderer = replace(self, timeline=window, plan=plan, directory=directory)
        segments = renderer.segments(look_of(window, plan))
        segments.provide_all(lambda: None)
        return Part(segments.paths()[0], 1)

    @property
    def _sound_path(self) -> str:
        return str(self.directory / "sound.m4a")

    def _sound(self, codec: Sequence[str] = SOUND) -> None:
        """Put the sound into the working directory: from the cache, or mixed now."""
        self.check()
        report = self._report_sound
        mixer = Mixer(self.timeline, self.plan, self.media, self.directory, self.run, report, codec)
        key, path = mixer.key, self._sound_path
        if not self.cache.find(key, path):
            mixer.mix(path)
            self.cache.add(key, path)
        self._report_sound(self.plan.seconds)

    def _join(self, parts: Sequence[Part], sound: SoundFile, output: str, poster: str) -> None:
        """Join the parts and the sound without encoding anything; take a picture beside that.

        Raises FFmpegError.
        """
        self.report(lambda: Progress(_SEGMENTS_SHARE + _SOUND_SHARE, "Joining the parts"))
        taking = partial(self._take_poster, lambda frame: (parts, frame), poster)
        run_concurrently([partial(self._write, parts, sound, output), taking], _CONCURRENCY)

    def _write(self, parts: Sequence[Part], sound: SoundFile, output: str) -> None:
        """Write the video. Raises FFmpegError."""
        cues = self._track()
        captions = self.directory / "captions.vtt"
        if cues:
            write_private(captions, to_track(cues).encode())
        joining = Joining(
            parts,
            sound,
            captions if cues else None,
            self.directory / "parts.txt",
            self.directory / "tags.txt",
            self.timeline.tags,
            self.plan.fps,
        )
        write_lists(joining)
        written = self.run([*join_args(joining), *output_args(joining, output, len(cues))])
        if written.frames != self.plan.frames:
            count = f"{written.frames:,} of {self.plan.frames:,}"
            raise FFmpegError(f"The joined video has {count} frames")
        self.flush(output)

    def _take_poster(self, find: FindFrame, poster: str) -> None:
        """Take a picture of the first seconds that is not black, if there is one.

        `find` returns the parts that have a frame of the video, and which of theirs it is. If a
        cover was chosen, that is taken.
        """
        if self._take_cover(find, poster):
            return
        frames = poster_frames(self.plan.frames, self.plan.fps)
        for frame in (*frames, frames[0]):
            if not is_black(self._take_frame(*find(frame), poster).log):
                break
        if not os.path.exists(poster):
            raise FFmpegError("No picture of the video could be taken")

    def _take_cover(self, find: FindFrame, poster: str) -> bool:
        """Write the cover that was chosen; return False if there is none in what is exported."""
        cover, fps = self.timeline.cover, self.plan.fps
        if cover is None:
            return False
        if cover.asset is not None:
            image = scaled_jpeg(self.media[asset_name(cover.asset)].path, POSTER_PIXELS)
            if image is not None:
                write_private(Path(poster), image)
            return image is not None
        frame = frame_shown_at(cover.at or 0.0, fps) - self.plan.first
        if not 0 <= frame < self.plan.frames:
            return False
        parts, number = find(frame)
        self.run(poster_args(parts, fps, number, poster, is_exact=True))
        return os.path.exists(poster)

    def _take_frame(self, parts: Sequence[Part], frame: int, poster: str) -> Rendered:
        """Write a frame as a picture, or one that follows it closely and is decoded sooner."""
        near = self.run(poster_args(parts, self.plan.fps, frame, poster), level="info")
        if near.frames:
            return near
        exact = poster_args(parts, self.plan.fps, frame, poster, is_exact=True)
        return self.run(exact, level="info")

    def _track(self) -> Cues:
        """Return the captions that become a track."""
        is_track = self.timeline.output.captions == "track"
        return cues_of(self.timeline, self.plan) if is_track else []

    def run(
        self,
        arguments: Sequence[str],
        on_position: OnPosition = lambda _seconds: None,
        level: str = "error",
    ) -> Rendered:
        """Run FFmpeg in the export's turn."""
        return render(arguments, self.check, on_position, level, self.turn)

    def _report_frames(self, number: int, frames: float) -> None:
        """Report how many frames of a segment are rendered."""
        self._done[number] = frames
        self.report(self._progress)

    def _report_sound(self, seconds: float) -> None:
        """Report how many seconds of the sound are mixed."""
        self._done[_SOUND] = seconds
        self.report(self._progress)

    def _progress(self) -> Progress:
        if self.timeline.is_sound:
            mixed = min(self._done[_SOUND], self.plan.seconds)
            message = f"Mixing: {mixed:.1f} of {self.plan.seconds:.1f} seconds"
            return Progress(mixed / self.plan.seconds, message)
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

"""Files of other formats, made of the finished video, or of its sound.

An animation has the colours of one palette, which FFmpeg finds by reading all frames first: a graph
that does both at once would hold all frames in memory. Its pattern of dots stands still, so what
does not move does not flicker, and takes no room; error diffusion makes files that are two thirds
larger, without a pattern a shade becomes steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from export.plan.frame_size import Frame
from export.plan.plan import Plan
from export.plan.targets import FORMATS, Target
from export.plan.timeline import Tags
from export.render.encoding import threads
from export.render.joining import tag_args, write_tags
from export.render.mixing import Run
from media.picture_filters import FLAGS
from storage.media.media_files import EXTENSIONS

_KEYFRAME_SECONDS = 5
_CRF = {"draft": 40, "standard": 32, "best": 26}  # of VP9
_WEBP_COLORS = "out_color_matrix=bt601:out_range=tv,format=yuv420p"  # as all are read
_WEBP_QUALITY = {"draft": 50, "standard": 75, "best": 90}
_DITHER = "paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle"
_PALETTE_SHARE = 0.3  # of the time that a GIF takes

# How much of the time of an export is that of the video; of what has no pictures, of the sound.
VIDEO_SHARES = {"gif": 0.6, "webp": 0.7, "webm": 0.5, "wav": 0.9, "mp3": 0.7}

OnShare = Callable[[float], None]  # gets how much is done, from 0 to 1


@dataclass(frozen=True, slots=True)
class TargetFile:
    """The file that is made of a video or a sound in a working directory."""

    target: Target
    plan: Plan
    frame: Frame
    quality: str
    tags: Tags
    directory: Path
    run: Run
    on_share: OnShare

    @property
    def path(self) -> str:
        """The path of the file."""
        return str(self.directory / f"target.{EXTENSIONS[FORMATS[self.target.format].media_type]}")

    def make(self, source: str) -> str:
        """Write the file and return its path. Raises FFmpegError, DiskFullError."""
        done = 0.0
        for arguments, share in self._passes(f"file:{source}"):

            def on_position(seconds: float, done: float = done, share: float = share) -> None:
                self.on_share(done + share * min(1.0, seconds / self.plan.seconds))

            self.run(arguments, on_position)
            done += share
        return self.path

    def _passes(self, source: str) -> Iterator[tuple[list[str], float]]:
        """Yield the arguments of each FFmpeg, and its share of the time."""
        match self.target.format:
            case "gif":
                yield from self._gif(source)
            case "webp":
                yield self._webp(source), 1.0
            case "webm":
                yield self._webm(source), 1.0
            case "wav":
                yield self._sound(source, "wav", "pcm_s16le"), 1.0
            case "mp3":
                yield self._sound(source, "mp3", "libmp3lame", "-b:a", "192k"), 1.0

    def _gif(self, source: str) -> Iterator[tuple[list[str], float]]:
        palette = f"file:{self.directory / 'palette.png'}"
        frames = self._frames()
        found = ["-vf", f"{frames},palettegen=stats_mode=full", "-update", "1", palette]
        yield ["-i", source, "-an", *found], _PALETTE_SHARE
        graph = f"[0:v]{frames}[frames];[frames][1:v]{_DITHER}"
        drawn = ["-i", source, "-i", palette, "-filter_complex", graph, "-loop", "0"]
        yield [*drawn, *self._output("gif")], 1 - _PALETTE_SHARE

    def _webp(self, source: str) -> list[str]:
        quality = str(_WEBP_QUALITY[self.quality])
        codec = ["-c:v", "libwebp_anim", "-quality", quality, "-loop", "0"]
        frames = ["-vf", f"{self._frames()}:{_WEBP_COLORS}"]
        return ["-i", source, "-an", *frames, *codec, *self._output("webp")]

    def _frames(self) -> str:
        """Return the filters that make the frames of an animation: each is the one at its time."""
        rate = self.target.rate(self.plan.fps)
        width, height = self.target.size(self.frame)
        fps = f"{rate.numerator}/{rate.denominator}"
        return f"fps={fps}:round=up,scale={width}:{height}:flags={FLAGS}"

    def _webm(self, source: str) -> list[str]:
        codec = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1"]
        codec += ["-b:v", "0", "-crf", str(_CRF[self.quality]), "-lag-in-frames", "0"]
        codec += ["-g", str(int(self.plan.fps * _KEYFRAME_SECONDS))]
        codec += ["-threads", str(threads(self.frame)), "-tile-columns", "2"]
        sound = ["-c:a", "libopus", "-b:a", "128k"]
        return [*self._tagged(source, "-map", "0:v"), *codec, *sound, *self._output("webm")]

    def _sound(self, source: str, container: str, *codec: str) -> list[str]:
        return [*self._tagged(source), "-c:a", *codec, *self._output(container)]

    def _tagged(self, source: str, *streams: str) -> list[str]:
        """Return the arguments that read the source, and give the file the tags of the video."""
        path = self.directory / "tags.txt"
        write_tags(path, self.tags)
        tags = ["-f", "ffmetadata", "-i", f"file:{path}"]
        return ["-i", source, *tags, *streams, "-map", "0:a", *tag_args(1, self.tags)]

    def _output(self, container: str) -> list[str]:
        """Return the arguments that write the file: equal exports are equal files."""
        return ["-fflags", "+bitexact", "-f", container, f"file:{self.path}"]

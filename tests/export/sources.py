"""Sample media of the tests of exports, each file made when it is first asked for."""

import hashlib
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageDraw

from tests.export.frame_numbers import blocks
from tests.export.measure import Color
from tests.media import video_files

SILENCE = "0"  # a track whose sound takes no time to encode
BEEP = 1000  # Hz
BEEP_SECONDS = 0.1
LATE = 0.3  # seconds at which the sound of "late-sound.mp4" begins
QUADRANTS: tuple[Color, ...] = ((200, 40, 40), (40, 200, 40), (40, 40, 200), (200, 200, 40))

# Of another profile than exports, which would be joined as they are.
_H264 = "-c:v libx264 -preset veryfast -crf 23 -pix_fmt yuv420p -profile:v main"
_SMALL = (96, 160)

# Numbered frames in unlike formats, by name: size and frame rate as stored, and options of FFmpeg.
# All last a second and have a tone of 440 Hz if there is sound in their options.
_MIXED: dict[str, tuple[tuple[int, int], int, str]] = {
    "24fps.mp4": (_SMALL, 24, f"{_H264} -c:a aac"),
    "30fps.mp4": (_SMALL, 30, f"{_H264} -c:a aac"),
    "60fps.mp4": (_SMALL, 60, f"{_H264} -c:a aac"),
    "odd.mp4": ((641, 361), 30, "-c:v libx264 -preset veryfast -pix_fmt yuv444p -c:a aac"),
    "anamorphic.mp4": ((180, 144), 25, f"{_H264} -vf setsar=64/45 -c:a aac"),
    "mono.mp4": (_SMALL, 30, f"{_H264} -c:a aac -ar 44100 -af pan=mono|c0=c0"),
    "late-sound.mp4": (_SMALL, 30, f"{_H264} -af atrim=start={LATE} -c:a aac"),
    "silent.mp4": (_SMALL, 30, f"{_H264} -an"),
    "vp9.webm": (
        _SMALL,
        30,
        "-c:v libvpx-vp9 -pix_fmt yuv420p -deadline realtime -cpu-used 8 -c:a libopus",
    ),
    "quicktime.mov": (_SMALL, 30, f"{_H264} -c:a pcm_s16le"),
    "mpeg4.avi": (_SMALL, 30, "-c:v mpeg4 -q:v 3 -c:a libmp3lame"),
    "10bit.mp4": (_SMALL, 30, "-c:v libx264 -preset veryfast -pix_fmt yuv420p10le -c:a aac"),
    "full-range.mp4": (
        _SMALL,
        30,
        f"-vf scale=out_range=full,format=yuv420p {_H264} -color_range pc -c:a aac",
    ),
}
MIXED = (*_MIXED, "variable.mp4", "rotated.mp4")

# Which frames of 60 a second "variable.mp4" has: each is held until the time of the next one.
HELD_FRAMES = (0, 1, 2, 7, 8, 20, 21, 22, 40, 41, 58, 59)


class Sources:
    """Sample media in a directory. The same arguments return the same file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def solid(
        self,
        color: str = "0xC83264",
        size: tuple[int, int] = _SMALL,
        fps: str = "30",
        seconds: float = 1.0,
        sound: str = "",
        matrix: str = "bt709",
        options: str = "-g 250",
    ) -> Path:
        """Return an MP4 of one colour, an RGB value in hexadecimal digits after 0x.

        `sound` is an expression such as `sine(440)` returns, and `matrix` a name of FFmpeg's.
        """
        picture = (
            f"-f lavfi -i color=c={color}:s={size[0]}x{size[1]}:r={fps}:d={seconds},format=rgb24,"
            f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p,"
            f"setparams=colorspace={matrix}:color_primaries={matrix}:color_trc={matrix}"
        )
        return self._made("solid.mp4", f"{picture} {_heard(sound, seconds)} {_H264} {options}")

    def moving(self, size: tuple[int, int] = _SMALL, fps: str = "30", seconds: float = 1.0) -> Path:
        """Return an MP4 without sound that is hard to compress: FFmpeg's `testsrc2`."""
        source = f"testsrc2=s={size[0]}x{size[1]}:r={fps}:d={seconds}"
        return self._made("moving.mp4", f"-f lavfi -i {source} {_H264}")

    def numbered(
        self,
        first: int = 0,
        count: int = 30,
        fps: str = "30",
        size: tuple[int, int] = _SMALL,
        sound: str = "",
        name: str = "numbered.mp4",
        options: str = f"{_H264} -c:a aac",
    ) -> Path:
        """Return a video whose frames' numbers `read_frame_number` reads: `first`, `first` + 1, …

        `options` is what comes between FFmpeg's inputs and the file.
        """
        numbers = self._numbers(first, count)
        sound = _heard(sound, count / float(Fraction(fps)))
        scaled = f"scale={size[0]}:{size[1]}:flags=neighbor"
        video = f"-f rawvideo -pix_fmt gray -s 4x4 -r {fps} -i {numbers} {sound}"
        if "-vf " in options:
            return self._made(name, f"{video} {options.replace('-vf ', f'-vf {scaled},', 1)}")
        return self._made(name, f"{video} -vf {scaled} {options}")

    def mixed(self, name: str) -> Path:
        """Return a video of `MIXED`, whose frames are numbered from 0 on and play for a second."""
        if name == "variable.mp4":
            return self._variable()
        if name == "rotated.mp4":
            return self._rotated()
        size, fps, options = _MIXED[name]
        sound = "" if "-an" in options else sine(440)
        return self.numbered(0, fps, str(fps), size, sound, name, options)

    def sound(self, expression: str, seconds: float = 2.0, name: str = "sound.wav") -> Path:
        """Return a file with sound alone, in the format that the name's suffix tells."""
        return self._made(name, _heard(expression, seconds))

    def quadrants(self, size: tuple[int, int] = (64, 48), name: str = "still.png") -> Path:
        """Return a PNG or JPEG with the colours of `QUADRANTS`: at the top, then at the bottom.

        A JPEG is stored turned, and its EXIF data tells to turn it back by 90° clockwise.
        """

        def save(path: Path) -> None:
            image = _quadrants(size)
            if path.suffix != ".jpg":
                image.save(path)
                return
            exif = Image.Exif()
            exif[0x0112] = 6
            turned = image.transpose(Image.Transpose.ROTATE_90)
            turned.save(path, exif=exif, quality=95, subsampling=0)

        return self._cached(f"{size} {name}", name, save)

    def _numbers(self, first: int, count: int) -> Path:
        def save(path: Path) -> None:
            path.write_bytes(b"".join(blocks(first + index) for index in range(count)))

        return self._cached(f"{first} {count}", "numbers.raw", save)

    def _variable(self) -> Path:
        chosen = "+".join(f"eq(n\\,{number})" for number in HELD_FRAMES)
        options = f"-vf select={chosen} -fps_mode vfr {_H264} -c:a aac"
        return self.numbered(0, 60, "60", sound=sine(440), name="variable.mp4", options=options)

    def _rotated(self) -> Path:
        """Make what a phone records when it is held upright: lying frames, to be turned by 90°."""
        stored = self.numbered(
            sound=sine(440), name="lying.mp4", options=f"-vf transpose=cclock {_H264} -c:a aac"
        )
        return self._made("rotated.mp4", f"-display_rotation -90 -i {stored} -c copy")

    def _made(self, name: str, options: str) -> Path:
        def save(path: Path) -> None:
            video_files.make(path, options)

        return self._cached(options, name, save)

    def _cached(self, key: str, name: str, save: Callable[[Path], None]) -> Path:
        digest = hashlib.sha256(f"{name} {key}".encode()).hexdigest()[:12]
        path = self._directory / f"{digest}-{name}"
        if not path.exists():
            unfinished = self._directory / f"{os.getpid()}-{path.name}"
            save(unfinished)
            unfinished.rename(path)  # another process may have made it as well
        return path


def sine(frequency: float, level: float = -20.0) -> str:
    """Return the expression of a steady tone whose RMS is this level in dB."""
    return f"{2**0.5 * 10 ** (level / 20):.6f}*sin(2*PI*{frequency}*t)"


def beeps(*times: float, level: float = -12.0) -> str:
    """Return the expression of beeps of 1 kHz for 0.1 s that begin at these times in seconds."""
    heard = "+".join(f"gte(t\\,{time})*lt(t\\,{time + BEEP_SECONDS})" for time in times)
    return f"{sine(BEEP, level)}*({heard})"


def _heard(expression: str, seconds: float) -> str:
    """Return FFmpeg's input of this sound, on both channels."""
    if not expression:
        return ""
    return f"-f lavfi -i aevalsrc={expression}|{expression}:s=48000:d={seconds}"


def _quadrants(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    width, height = size[0] // 2, size[1] // 2
    for index, color in enumerate(QUADRANTS):
        top, left = (index // 2) * height, (index % 2) * width
        draw.rectangle((left, top, left + width, top + height), fill=color)
    return image

"""Media that say what they are: clips of one colour and tone, with a mark that moves."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.export.measure import Color
from tests.media import video_files

FRAME = (270, 480)
FPS = 30
SECONDS = 2.0  # of each clip
MARK_TOP, MARK_HEIGHT, MARK_WIDTH = 430, 24, 12  # pixels of the frame
_SPEED = (FRAME[0] - MARK_WIDTH) / SECONDS  # of the mark, in pixels a second
MUSIC_TONE = 2000
MUSIC_SECONDS = 12
_ENCODED = "-c:v libx264 -preset veryfast -crf 16 -pix_fmt yuv420p -c:a aac"
_SIZE = f"s={FRAME[0]}x{FRAME[1]}:r={FPS}:d={SECONDS}"


class Clip(NamedTuple):
    """A clip of one colour and one tone (Hz). A white mark moves to the right along its bottom."""

    name: str
    color: Color
    tone: int


CLIPS = (
    Clip("red", (200, 40, 40), 440),
    Clip("green", (30, 150, 60), 620),
    Clip("blue", (40, 60, 200), 880),
    Clip("yellow", (210, 190, 30), 1240),
)
COLORS: dict[str, Color] = {**{clip.name: clip.color for clip in CLIPS}, "black": (0, 0, 0)}
TONES = {clip.name: clip.tone for clip in CLIPS}


@cache
def contents() -> dict[str, bytes]:
    """Make the files, once in each process, and return their contents by name."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        files = [*(_clip(directory, clip) for clip in CLIPS), *_others(directory)]
        return {file.name: file.read_bytes() for file in files}


def time_of_mark(x: float) -> float:
    """Return the time of a clip at which the middle of its mark is here."""
    return (x - MARK_WIDTH / 2) / _SPEED


def _clip(directory: Path, clip: Clip) -> Path:
    mark = f"s={MARK_WIDTH}x{MARK_HEIGHT}:r={FPS}:d={SECONDS}"
    return video_files.make(
        directory / f"{clip.name}.mp4",
        f"-f lavfi -i color={_hex(clip.color)}:{_SIZE} -f lavfi -i color=white:{mark}"
        f" -f lavfi -i sine={clip.tone}:d={SECONDS}"
        f" -filter_complex [0][1]overlay=x=t*{_SPEED}:y={MARK_TOP} {_ENCODED}",
    )


def _others(directory: Path) -> list[Path]:
    """Make pictures that are red in a part, and music."""
    return [
        _picture(directory / "square.png", (540, 960), "0x303030", "x=180:y=320:w=180:h=320"),
        _picture(directory / "halves.png", (640, 360), "0x283cc8", "x=0:y=0:w=320:h=360"),
        _picture(directory / "sticker.png", (200, 100), "0xff00ff", "x=0:y=0:w=100:h=100"),
        video_files.make(
            directory / "music.mp3", f"-f lavfi -i sine={MUSIC_TONE}:d={MUSIC_SECONDS}"
        ),
    ]


def _picture(path: Path, size: tuple[int, int], color: str, box: str) -> Path:
    """Make a picture of one colour with a red box."""
    source = f"-f lavfi -i color={color}:s={size[0]}x{size[1]}"
    return video_files.make(
        path, f"{source} -vf drawbox={box}:color={_hex(CLIPS[0].color)}:t=fill -frames:v 1"
    )


def _hex(color: Color) -> str:
    return "0x" + bytes(color).hex()

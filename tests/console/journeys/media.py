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


def _hex(color: Color) -> str:
    return "0x" + bytes(color).hex()


def _clip(clip: Clip) -> str:
    mark = f"s={MARK_WIDTH}x{MARK_HEIGHT}:r={FPS}:d={SECONDS}"
    return (
        f"-f lavfi -i color={_hex(clip.color)}:{_SIZE} -f lavfi -i color=white:{mark}"
        f" -f lavfi -i sine={clip.tone}:d={SECONDS}"
        f" -filter_complex [0][1]overlay=x=t*{_SPEED}:y={MARK_TOP} {_ENCODED}"
    )


def _picture(size: tuple[int, int], color: str, box: str) -> str:
    """Return the options for a picture of one colour with a red box."""
    source = f"-f lavfi -i color={color}:s={size[0]}x{size[1]}"
    return f"{source} -vf drawbox={box}:color={_hex(CLIPS[0].color)}:t=fill -frames:v 1"


# The options of FFmpeg for pictures that are red in a part, and for music.
_OTHERS = {
    "square.png": _picture((540, 960), "0x303030", "x=180:y=320:w=180:h=320"),
    "halves.png": _picture((640, 360), "0x283cc8", "x=0:y=0:w=320:h=360"),
    "sticker.png": _picture((200, 100), "0xff00ff", "x=0:y=0:w=100:h=100"),
    "music.mp3": f"-f lavfi -i sine={MUSIC_TONE}:d={MUSIC_SECONDS}",
}


@cache
def content(name: str) -> bytes:
    """Make a file, once in each process, and return its content."""
    clips = {f"{clip.name}.mp4": clip for clip in CLIPS}
    with TemporaryDirectory() as directory:
        options = _clip(clips[name]) if name in clips else _OTHERS[name]
        return video_files.make(Path(directory) / name, options).read_bytes()


def time_of_mark(x: float) -> float:
    """Return the time of a clip at which the middle of its mark is here."""
    return (x - MARK_WIDTH / 2) / _SPEED

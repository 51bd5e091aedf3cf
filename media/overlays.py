"""Texts and pictures over a video (media/drawing/overlays.py), as transparent PNG images.

They are drawn by a program of its own (media/drawing/), since fonts and images come from users.
"""

import functools
import hashlib
import itertools
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from media.colors import parse_color
from media.drawing.overlays import PictureOverlay, TextOverlay
from media.images import memory_for_file
from media.limits import JOBS, MEMORY_BYTES, LimitExceededError, run_limited
from media.processes import Check, go_on

_PROGRAM = Path(__file__).parent / "drawing"
FONTS = Path(__file__).parent / "fonts"
MODULES = [Path(__file__).parent / f"{name}.py" for name in ("color_profiles", "colors", "decoder")]
_LIBRARIES = ("Pillow", "uharfbuzz", "uniseg", "python-bidi", "fonttools")  # that it draws with
_BATCH = 16  # overlays of one run of the program, whose output is held in memory
_MEASURED_BATCH = 100  # texts of which only the heights are wanted
_TIMEOUT = 120  # seconds: on a busy machine, 10 of processor time take long
_MAX_NUMBER = 1_000_000  # pixels or degrees
_NO_MEMORY = 4  # exit status of the program


class Sprite(NamedTuple):
    """A PNG file, and where its image is in the frame: pixels from the frame's top left.

    Of a text with spoken words, the file shows none of them as spoken, and `words` has a file of
    the same size for each of them.
    """

    png: bytes
    x: int
    y: int
    width: int
    height: int
    words: tuple[bytes, ...] = ()


class OverlayError(Exception):
    """An overlay that cannot be drawn; `index` is its number in the sequence, from 0."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index


def draw_overlays(
    overlays: Sequence[TextOverlay | PictureOverlay],
    frame_width: int,
    frame_height: int,
    scale: float = 1.0,
    check: Check = go_on,
) -> Iterator[Sprite | None]:
    """Yield the image of each overlay, cropped to the frame; None if nothing is visible in it.

    The frame is in pixels of the images; each length of an overlay is multiplied by `scale`.
    `check` is called several times a second, and may raise to stop the drawing.
    Raises OverlayError for an unreadable file, an invalid colour or number, or an overlay that
    takes too much time or memory; MediaBusyError.
    """
    request = {"frame": (frame_width, frame_height), "scale": scale, "measured": False}
    for fields, data in _answers(overlays, request, _BATCH, check):
        sizes = fields.pop("sizes", [len(data)])
        ends = list(itertools.accumulate(sizes))
        png, *words = (data[end - size : end] for size, end in zip(sizes, ends, strict=True))
        yield Sprite(png, **fields, words=tuple(words)) if fields else None


def measure_heights(
    texts: Sequence[TextOverlay], frame_width: int, frame_height: int, scale: float, check: Check
) -> Iterator[float]:
    """Yield the height of the box of each text, in pixels of the frame.

    The arguments are those of `draw_overlays`, and so are the errors.
    """
    request = {"frame": (frame_width, frame_height), "scale": scale, "measured": True}
    for fields, _ in _answers(texts, request, _MEASURED_BATCH, check):
        yield fields["height"]


@functools.cache
def fonts_version() -> str:
    """Return what changes when the bundled fonts or the drawing do: for keys of caches."""
    digest = hashlib.sha256()
    words = (_PROGRAM / "words").iterdir()
    for path in sorted([*FONTS.iterdir(), *_PROGRAM.glob("*.py"), *words, *MODULES]):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}".encode())
    return digest.hexdigest()[:16]


def _answers(
    overlays: Sequence[TextOverlay | PictureOverlay],
    request: Mapping[str, Any],
    size: int,
    check: Check,
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield what the program answers for each overlay, in batches of a size: fields and a file.

    Raises OverlayError, MediaBusyError.
    """
    done = 0
    while done < len(overlays):
        batch = overlays[done : done + size]
        described = [_described(overlay, done + n) for n, overlay in enumerate(batch)]
        request_bytes = json.dumps({**request, "overlays": described}).encode()
        output = _run(request_bytes, max(map(_memory_for, batch)), check)
        before = done
        for answer in _results(output, before):
            done += 1
            yield answer
        if done == before:
            raise OverlayError(done, "The overlay takes too much time or memory to draw")


def _described(overlay: TextOverlay | PictureOverlay, index: int) -> dict[str, Any]:
    """Return what the program is told about an overlay. Raises OverlayError."""
    fields = overlay._asdict()
    for name, value in fields.items():
        if isinstance(value, float | int) and not abs(value) <= _MAX_NUMBER:  # true for NaN, too
            raise OverlayError(index, f"{name} must be a number of at most {_MAX_NUMBER:,}")
    if isinstance(overlay, PictureOverlay):
        return {"picture": fields}
    spoken = overlay.spoken
    colors = (overlay.color, overlay.outline_color, overlay.background, spoken and spoken.accent)
    try:
        for color in colors:
            if color is not None:
                parse_color(color)
    except ValueError as exc:
        raise OverlayError(index, str(exc)) from exc
    return {"text": {**fields, "spoken": spoken and spoken._asdict()}}


def _memory_for(overlay: TextOverlay | PictureOverlay) -> int:
    """Return how many bytes of memory drawing an overlay may take."""
    return memory_for_file(overlay.path) if isinstance(overlay, PictureOverlay) else MEMORY_BYTES


def _run(request: bytes, memory_bytes: int, check: Check) -> bytes:
    """Return what the program writes, as far as it came."""
    with tempfile.TemporaryFile() as file:
        file.write(request)
        file.seek(0)
        command = [sys.executable, "-I", str(_PROGRAM / "__main__.py")]
        try:
            done = run_limited(
                command,
                pool=JOBS,
                timeout=_TIMEOUT,
                memory_bytes=memory_bytes,
                stdin=file,
                check=check,
            )
        except LimitExceededError as exc:
            return exc.output
    if done.returncode not in {0, _NO_MEMORY}:
        raise RuntimeError("The program that draws overlays failed")
    return done.stdout


def _results(output: bytes, first: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield the fields and files in the program's output; the last one may be cut off."""
    start = 0
    for number in itertools.count(first):
        end = output.find(b"\n", start)
        if end < 0:
            return
        fields = json.loads(output[start:end])
        if "error" in fields:
            raise OverlayError(number, fields["error"])
        start = end + 1 + fields.pop("size")
        if start > len(output):
            return
        yield fields, output[end + 1 : start]

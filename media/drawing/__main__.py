"""A program that draws overlays, as JSON at its standard input says; media/overlays.py runs it.

    python -I __main__.py

The input: {"frame": [width, height], "scale": …, "overlays": [{"text": …} or {"picture": …}, …]}
with the fields of TextOverlay or PictureOverlay. For each overlay it writes a line,
{"x", "y", "width", "height", "size"}, and a PNG file of `size` bytes; {"size": 0} for nothing
visible, {"error": …} for a file that cannot be read. A text with "spoken", the fields of
SpokenWords, has several files of one size, whose bytes are in "sizes". With "measured": true, the
line has only the height of a text's box, and no file follows: {"height": …, "size": 0}.
Exit status 4 if an overlay takes too much memory.
"""

import io
import json
import sys
from pathlib import Path
from typing import IO, Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from PIL import Image

from media.drawing import picture, spoken, text
from media.drawing.fonts import UnreadableFontError
from media.drawing.overlays import PictureOverlay, SpokenWords, TextOverlay
from storage.errors import StorageError
from storage.files.files import open_file, read_file

Described = dict[str, Any]
Answer = tuple[dict[str, Any], bytes]  # a line without the size, and the file that follows


def main(described: IO[bytes], drawn: IO[bytes]) -> None:
    """Draw what the first file describes, and write it into the second."""
    request = json.load(described)
    frame, scale = tuple(request["frame"]), request["scale"]
    for overlay in request["overlays"]:
        try:
            answer = _measure if request["measured"] else _draw
            line, file = answer(overlay, frame, scale)
        except (UnreadableFontError, picture.UnreadablePictureError) as exc:
            _write(drawn, {"error": str(exc)})
        except (OSError, StorageError):
            _write(drawn, {"error": "The file cannot be read"})
        else:
            _write(drawn, {**line, "size": len(file)}, file)


def _measure(overlay: Described, frame: tuple[int, int], scale: float) -> Answer:
    wanted = _text(overlay["text"])
    return {"height": text.height(wanted, _font(wanted), frame, scale)}, b""


def _draw(overlay: Described, frame: tuple[int, int], scale: float) -> Answer:
    if "text" in overlay:
        wanted = _text(overlay["text"])
        if wanted.spoken is not None:
            return _draw_spoken(wanted, wanted.spoken, frame, scale)
        drawn = text.draw(wanted, _font(wanted), frame, scale)
    else:
        shown = PictureOverlay(**overlay["picture"])
        with open(shown.path, "rb", opener=open_file) as file:
            drawn = picture.draw(shown, file, frame, scale)
    if drawn is None:
        return {}, b""
    image, x, y = drawn
    return {"x": x, "y": y, "width": image.width, "height": image.height}, _png(image)


def _draw_spoken(
    wanted: TextOverlay, words: SpokenWords, frame: tuple[int, int], scale: float
) -> Answer:
    drawn = spoken.draw(wanted, _font(wanted), words, frame, scale)
    if drawn is None:
        return {}, b""
    files = [_png(image) for image in drawn.pictures]
    left, top, _, _ = drawn.area
    width, height = drawn.area.size
    line = {"x": left, "y": top, "width": width, "height": height}
    return {**line, "sizes": [len(file) for file in files]}, b"".join(files)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _text(fields: Described) -> TextOverlay:
    words = fields["spoken"]
    return TextOverlay(**{**fields, "spoken": words and SpokenWords(**words)})


def _font(wanted: TextOverlay) -> bytes | None:
    return None if wanted.font_path is None else read_file(wanted.font_path)


def _write(drawn: IO[bytes], line: dict[str, Any], file: bytes = b"") -> None:
    drawn.write(json.dumps(line).encode() + b"\n" + file)
    drawn.flush()


if __name__ == "__main__":
    try:
        main(sys.stdin.buffer, sys.stdout.buffer)
    except MemoryError:
        sys.exit(4)

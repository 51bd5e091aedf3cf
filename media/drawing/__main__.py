"""A program that draws overlays, as JSON at its standard input says; media/overlays.py runs it.

    python -I __main__.py

The input: {"frame": [width, height], "scale": …, "overlays": [{"text": …} or {"picture": …}, …]}
with the fields of Text or Picture, and the paths of a font or image in "file". For each overlay
it writes a line, {"x", "y", "width", "height", "size"}, and a PNG file of so many bytes;
{"size": 0} for nothing visible, {"error": …} for a file that cannot be read.
Exit status 4 if an overlay takes too much memory.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from media.drawing import picture, text
from media.drawing.fonts import UnreadableFontError
from storage.errors import StorageError
from storage.files.files import open_file, read_file

Drawn = tuple[Any, int, int] | None


def main() -> None:
    """Draw what standard input describes."""
    request = json.load(sys.stdin.buffer)
    frame, scale = tuple(request["frame"]), request["scale"]
    for overlay in request["overlays"]:
        try:
            drawn = _draw(overlay, frame, scale)
        except (UnreadableFontError, picture.UnreadablePictureError) as exc:
            _write_line({"error": str(exc)})
        except (OSError, StorageError):
            _write_line({"error": "The file cannot be read"})
        else:
            _write(drawn)


def _draw(overlay: dict[str, Any], frame: tuple[int, int], scale: float) -> Drawn:
    path = overlay["file"]
    if "text" in overlay:
        font = None if path is None else read_file(path)
        return text.draw(text.Text(**overlay["text"]), font, frame, scale)
    with open(path, "rb", opener=open_file) as file:
        return picture.draw(picture.Picture(**overlay["picture"]), file, frame, scale)


def _write(drawn: Drawn) -> None:
    if drawn is None:
        _write_line({"size": 0})
        return
    image, x, y = drawn
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    width, height = image.size
    _write_line({"x": x, "y": y, "width": width, "height": height, "size": file.tell()})
    sys.stdout.buffer.write(file.getbuffer())
    sys.stdout.buffer.flush()


def _write_line(fields: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(fields).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        sys.exit(4)

"""A program that decodes the image at its standard input; media/images.py runs it.

    python -I decoder.py CPU_SECONDS FORMAT ONLY_COLORS MAX_SIDE MAX_BYTES QUALITY...

It writes a line with the image's width and height as stored, and when it is decoded, a line with
its width and height when upright, and 1 if its colours had to be converted to sRGB or else 0, and
the image: scaled down to MAX_SIDE pixels, in sRGB, as WEBP or JPEG, of the first quality with at
most MAX_BYTES or else the last. If ONLY_COLORS is 1, the image is missing where its colours need
not be converted, and a JPEG becomes a WEBP where it has transparency.
Exit status: 3 for a file that cannot be read, 4 if it takes too much memory.
"""

import io
import signal
import sys
from pathlib import Path
from typing import IO, NamedTuple

import PIL.WebPImagePlugin  # noqa: F401 - else Pillow imports each format that it has for it
from PIL import Image, ImageOps, PngImagePlugin
from PIL.ExifTags import Base

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_BRAND = slice(4, 8)  # of the files of ISO, which HEIC photos are
_FULL_COLORS = 95  # the lowest quality of a JPEG that keeps the colour of each pixel
_ROTATED = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_SCALABLE = ("L", "LA", "RGB", "RGBA", "CMYK")  # other modes are converted before they are scaled
_MAX_PROFILE_BYTES = 8 << 20  # of a PNG; beyond it, the image is unreadable


class Upright(NamedTuple):
    """A picture in RGB or RGBA, and whether its colours had to be converted to sRGB."""

    picture: Image.Image
    is_converted: bool


class Encoding(NamedTuple):
    """How to encode a picture: see the arguments of the program."""

    file_format: str
    only_colors: bool
    max_side: int
    max_bytes: int
    qualities: list[int]


def main(arguments: list[str], file: IO[bytes], output: IO[bytes]) -> int:
    """Decode an image, as the arguments from FORMAT on say; return the exit status."""
    only_colors, side, size, *qualities = map(int, arguments[1:])
    try:
        _decode(Encoding(arguments[0], bool(only_colors), side, size, qualities), file, output)
    except MemoryError:
        return 4
    except Exception:  # noqa: BLE001 - Pillow raises many types of exceptions for broken files
        return 3
    return 0


def _decode(encoding: Encoding, file: IO[bytes], output: IO[bytes]) -> None:
    lift_limits()
    with Image.open(file, formats=_formats(file)) as image:
        _write_line(output, *image.size)
        if encoding.only_colors and not _needs_conversion(image):
            _write_line(output, *image.size, 0)
            return
        size = _oriented_size(image)  # decodes a PNG, whose EXIF data may come last
        picture, is_converted = upright(image, encoding.max_side)
    data = _encoded(picture, encoding)
    _write_line(output, *size, is_converted)
    output.write(data)


def _formats(file: IO[bytes]) -> tuple[str, ...]:
    head = file.read(_BRAND.stop)
    file.seek(0)
    if head[_BRAND] != b"ftyp":
        return _FORMATS
    import pillow_heif  # takes time, and few images need it

    pillow_heif.register_heif_opener(thumbnails=False)
    return ("HEIF",)


def _needs_conversion(image: Image.Image) -> bool:
    """Return whether colours are to be converted, which mode and profile say, without decoding."""
    sample = Image.new(image.mode, (1, 1))
    sample.info = dict(image.info)
    return upright(sample, 1).is_converted


def _encoded(picture: Image.Image, encoding: Encoding) -> memoryview:
    file_format, options = encoding.file_format, {}
    if file_format == "JPEG" and picture.mode == "RGBA":
        if encoding.only_colors:
            file_format, options = "WEBP", {"method": 0}  # the fastest, for large ones
        else:
            ground = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(ground, picture).convert("RGB")
    for quality in encoding.qualities:
        file = io.BytesIO()
        options |= {"quality": quality, "subsampling": _subsampling(quality)}
        picture.save(file, file_format, **options)
        if file.tell() <= encoding.max_bytes:
            break
    return file.getbuffer()


def _subsampling(quality: int) -> int:
    """Return Pillow's number for the colours of a JPEG: all of them, or a quarter."""
    return 0 if quality >= _FULL_COLORS else 2


def lift_limits() -> None:
    """Let Pillow read what the limits of the process allow: many large JPEGs take little memory."""
    Image.MAX_IMAGE_PIXELS = None
    PngImagePlugin.MAX_TEXT_CHUNK = _MAX_PROFILE_BYTES


def _write_line(output: IO[bytes], *numbers: int) -> None:
    output.write(b"%s\n" % " ".join(str(int(each)) for each in numbers).encode())
    output.flush()


def _oriented_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    rotated = image.getexif().get(Base.Orientation) in _ROTATED
    return (height, width) if rotated else (width, height)


def upright(image: Image.Image, max_side: int) -> Upright:
    """Rotate by EXIF orientation, scale down to `max_side` pixels, and convert to sRGB."""
    image.draft("RGB", (max_side, max_side))  # a JPEG needn't be decoded in full size
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = _eight_bits(image) if image.mode == "I;16" else image
    if picture.mode not in _SCALABLE or "transparency" in picture.info:
        picture = picture.convert(mode)
    picture.thumbnail((max_side, max_side))
    # Converted after scaling: before it, a large image would be copied.
    ImageOps.exif_transpose(picture, in_place=True)
    converted = _to_srgb(picture, image.info.get("icc_profile"))
    if converted is not None:
        return Upright(converted, is_converted=True)
    picture.info.pop("icc_profile", None)  # or it would be written into a PNG
    return Upright(picture if picture.mode == mode else picture.convert(mode), is_converted=False)


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image | None:
    if not profile:
        return None
    from media.color_profiles import to_srgb  # takes time, and few images have a profile

    return to_srgb(picture, profile)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Convert 16-bit gray to 8 bits; Pillow itself would clip the values instead of scaling."""
    transparent = image.info.get("transparency")
    gray = image.point(lambda level: level / 256).convert("L")
    if transparent is not None:
        gray.info["transparency"] = transparent >> 8
    return gray


if __name__ == "__main__":
    signal.setitimer(signal.ITIMER_PROF, float(sys.argv[1]))  # its signal ends the process
    sys.exit(main(sys.argv[2:], sys.stdin.buffer, sys.stdout.buffer))

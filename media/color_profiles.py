"""Colours of images with a profile (ICC), converted to sRGB by Little CMS.

A profile comes with an image of a user or vendor: only programs with limits may use it.
"""

import io
from itertools import chain, product

from PIL import Image, ImageChops, ImageCms

_INTENT = ImageCms.Intent.PERCEPTUAL  # the table that browsers use, of profiles with several
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION  # or the black of printed pictures would be grey
# The modes of images that profiles of each colour space apply to.
_MODES = {
    "RGB": ("L", "LA", "RGB", "RGBA"),
    "GRAY": ("L", "LA"),
    "CMYK": ("CMYK",),
}
_SAME = 2  # the largest difference of a channel that is due to rounding


def to_srgb(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """Return a picture with the colours that its profile means, in RGB or RGBA.

    None if they are sRGB already, or if the profile is not usable: it is broken, or not one for
    such pictures. Then browsers ignore it, too.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if picture.mode not in _MODES.get(space, ()):
            return None
        return _converted(picture, source, space)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _converted(
    picture: Image.Image, source: ImageCms.ImageCmsProfile, space: str
) -> Image.Image | None:
    mode = "L" if space == "GRAY" else space
    target = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    transform = ImageCms.ImageCmsTransform(source, target, mode, "RGB", _INTENT, flags=_FLAGS)
    is_grey = picture.mode in ("L", "LA")
    if space != "CMYK" and _changes_nothing(transform, mode, is_grey=is_grey):
        return None
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    converted = transform.apply(picture if picture.mode == mode else picture.convert(mode))
    del converted.info["icc_profile"]  # of Little CMS; it states the current time
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str, *, is_grey: bool) -> bool:
    """Return whether a conversion changes colours by its rounding alone, as of sRGB to sRGB."""
    sample = _greys() if is_grey else _colors()
    converted = transform.apply(sample.convert(mode))
    difference = ImageChops.difference(sample, converted).tobytes()
    return max(difference) <= _SAME


def _greys() -> Image.Image:
    return Image.frombytes("L", (256, 1), bytes(range(256))).convert("RGB")


def _colors() -> Image.Image:
    pixels = list(product(range(0, 256, 51), repeat=3))
    return Image.frombytes("RGB", (len(pixels), 1), bytes(chain.from_iterable(pixels)))

"""Pictures as vendors take and give them."""

import base64
import binascii
from collections.abc import Collection

import filetype

from media.images import decode, encode_jpeg
from providers.contract import Picture
from providers.http import Http

TYPES = ("image/png", "image/jpeg", "image/webp")
_LARGEST_SIDE = 2048  # pixels, of a picture that has to be made anew
_QUALITIES = (90, 75, 50)


def data_uri(picture: Picture) -> str:
    """The picture as a `data:` address."""
    return f"data:{picture.type};base64,{encoded(picture.data)}"


def encoded(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode("ascii")


def decoded(text: object) -> Picture:
    """The picture that a vendor sent in base64. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("The image is missing")  # noqa: TRY004 - of a vendor's answer
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as exc:
        raise ValueError("The image is no base64") from exc
    kind = filetype.guess_mime(data[:262])
    if kind not in TYPES:
        raise ValueError(f"The image is of an unknown kind ({kind})")
    return Picture(data, kind)


def fitted(picture: Picture, types: Collection[str], limit: int) -> Picture:
    """The picture, made anew as JPEG if its type or its size as base64 is not taken.

    Raises ValueError for what is no picture, or one of too many pixels.
    """
    if picture.type in types and _size(picture) <= limit:
        return picture
    image = decode(picture.data, _LARGEST_SIDE).pixels
    for quality in _QUALITIES:
        smaller = Picture(encode_jpeg(image, quality), "image/jpeg")
        if _size(smaller) <= limit:
            break
    return smaller


def sendable(http: Http, picture: Picture, limit: int) -> Picture:
    """The picture as all vendors take it. Raises ProviderError for what is none."""
    try:
        return fitted(picture, TYPES, limit)
    except ValueError as exc:
        raise http.unusable(str(exc)) from exc


def _size(picture: Picture) -> int:
    return -(-len(picture.data) // 3) * 4 + len("data:image/jpeg;base64,")

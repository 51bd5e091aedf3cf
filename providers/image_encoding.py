"""Pictures in the form in which vendors accept and return them."""

import base64
import binascii

import filetype

from media.images import decode, encode_jpeg
from providers.contract import Picture
from providers.http import ApiClient

_MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp")  # that all vendors accept
_MAX_SIDE = 2048  # pixels, of a picture that is re-encoded
_QUALITIES = (90, 75, 50)


def data_url(picture: Picture) -> str:
    """Return the picture as a `data:` URL."""
    return f"data:{picture.media_type};base64,{to_base64(picture.data)}"


def to_base64(data: bytes) -> str:
    """Encode as Base64."""
    return base64.b64encode(data).decode("ascii")


def picture_from_base64(text: object) -> Picture:
    """Decode a picture that a vendor returned. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("The image is missing")  # noqa: TRY004 - the vendor's error, not ours
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as exc:
        raise ValueError("The image is not valid Base64") from exc
    media_type = filetype.guess_mime(data[:262])
    if media_type not in _MEDIA_TYPES:
        raise ValueError(f"The image has an unsupported media type ({media_type})")
    return Picture(data, media_type)


def fit_picture(picture: Picture, max_length: int) -> Picture:
    """Re-encode a picture as JPEG if its media type or the length of its data URL is too much.

    Raises ValueError for data that is not an image, or one with too many pixels.
    """
    if picture.media_type in _MEDIA_TYPES and _data_url_length(picture) <= max_length:
        return picture
    image = decode(picture.data, _MAX_SIDE).pixels
    for quality in _QUALITIES:
        smaller = Picture(encode_jpeg(image, quality), "image/jpeg")
        if _data_url_length(smaller) <= max_length:
            break
    return smaller


def prepare_picture(client: ApiClient, picture: Picture, max_length: int) -> Picture:
    """Return the picture as vendors accept it. Raises ProviderError if it cannot be read."""
    try:
        return fit_picture(picture, max_length)
    except ValueError as exc:
        raise client.bad_response(str(exc)) from exc


def _data_url_length(picture: Picture) -> int:
    return -(-len(picture.data) // 3) * 4 + len("data:image/jpeg;base64,")

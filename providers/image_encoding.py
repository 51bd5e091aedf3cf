"""Pictures in the form in which vendors accept and return them."""

import base64
import binascii
from math import prod

import filetype

from media.images import (
    MAX_PIXELS,
    Encoding,
    ImageTooLargeError,
    UnreadableImageError,
    image_size,
    is_webp,
    may_have_profile,
    scale,
)
from media.limits import JOBS, MediaBusyError
from providers.contract import Picture
from providers.errors import PictureTooLargeError, ProviderBusyError, UnreadablePictureError
from providers.http import ApiClient

_MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp")  # that all vendors accept
_MAX_SIDE = 2048  # pixels, of a picture that is re-encoded
_MAX_CONVERTED_SIDE = 4096  # of one that is re-encoded only because of its colours
_QUALITIES = (90, 75, 50)
_JPEG_PREFIX = "data:image/jpeg;base64,"
_RETRY_SECONDS = 5.0


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
    """Re-encode a picture if vendors don't accept it as it is, or would see other colours.

    That is: as JPEG for its media type, its pixels, or the length of its data URL; and as JPEG, or
    WebP if it has transparency, for colours that are not sRGB, since models ignore colour profiles.
    Raises UnreadableImageError, ImageTooLargeError, MediaBusyError.
    """
    max_bytes = (max_length - len(_JPEG_PREFIX)) // 4 * 3
    fits = (
        picture.media_type in _MEDIA_TYPES
        and _data_url_length(picture) <= max_length
        and _pixels(picture) <= MAX_PIXELS
    )
    if fits:
        return _in_srgb(picture, max_bytes) if may_have_profile(picture.data) else picture
    scaled = scale(picture.data, _MAX_SIDE, Encoding("JPEG", _QUALITIES, max_bytes), JOBS)
    return Picture(scaled.data, "image/jpeg")


def _in_srgb(picture: Picture, max_bytes: int) -> Picture:
    """Return a picture in sRGB, in its size if possible; unchanged if it is, or is not readable."""
    encoding = Encoding("JPEG", _QUALITIES, max_bytes, only_colors=True)
    for side in (_MAX_CONVERTED_SIDE, _MAX_SIDE):
        try:
            data = scale(picture.data, side, encoding, JOBS).data
        except (ImageTooLargeError, UnreadableImageError):  # or too large to be encoded
            continue
        if not data:
            return picture
        if len(data) <= max_bytes:
            return Picture(data, "image/webp" if is_webp(data) else "image/jpeg")
    return picture


def prepare_picture(client: ApiClient, picture: Picture, max_length: int) -> Picture:
    """Return the picture as vendors accept it.

    Raises PictureTooLargeError, UnreadablePictureError, ProviderBusyError.
    """
    try:
        return fit_picture(picture, max_length)
    except ImageTooLargeError as exc:
        raise PictureTooLargeError(client.provider, str(exc)) from exc
    except MediaBusyError as exc:
        raise ProviderBusyError(
            client.provider, str(exc), status=503, retry_after=_RETRY_SECONDS
        ) from exc
    except UnreadableImageError as exc:
        raise UnreadablePictureError(client.provider, str(exc)) from exc


def _pixels(picture: Picture) -> int:
    return prod(image_size(picture.data) or (0, 0))


def _data_url_length(picture: Picture) -> int:
    return -(-len(picture.data) // 3) * 4 + len(_JPEG_PREFIX)

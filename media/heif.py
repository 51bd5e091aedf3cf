"""HEIC photos, as telephones take them: they become JPEGs, which every browser and vendor reads."""

from errors import BusyError, MediaTypeError, TooLargeError
from media.images import (
    Encoding,
    ImageTooLargeError,
    UnreadableImageError,
    check_content,
    read_header,
    scale,
)
from media.limits import MediaBusyError, Pool
from media.media_types import HEIF_TYPES
from storage.media.media_files import IncomingFile

_JPEG = Encoding("JPEG", (92,))
_MAX_SIDE = 65_500  # of a JPEG


def as_stored(incoming: IncomingFile, media_type: str, pool: Pool) -> str:
    """Return the media type that a received file is stored with; a HEIC photo becomes a JPEG.

    Upright, in sRGB, and without metadata. Raises MediaTypeError if it cannot be read,
    TooLargeError, and BusyError if too many others are being decoded.
    """
    if media_type not in HEIF_TYPES:
        return media_type
    check_content(read_header(incoming.descriptor))
    try:
        jpeg = scale(incoming.path, _MAX_SIDE, _JPEG, pool).data
    except UnreadableImageError:
        told = "The HEIC photo cannot be read; save it as JPEG or PNG."
        raise MediaTypeError("Unsupported media type", told) from None
    except ImageTooLargeError as exc:
        raise TooLargeError("The image is too large", f"{exc}; save it as JPEG or PNG.") from None
    except MediaBusyError as exc:
        raise BusyError("Too many photos are being read", str(exc), 2) from exc
    incoming.restart()
    incoming.write(jpeg)
    return "image/jpeg"

"""What is done with each received file before it is stored, whatever it is for."""

from media.heif import as_stored
from media.images import check_file
from media.limits import Pool
from media.stated_colors import complete_colors
from storage.media.media_files import IncomingFile


def prepare(incoming: IncomingFile, media_type: str, pool: Pool) -> str:
    """Check a file, and change what could not be shown otherwise; return its media type then.

    A HEIC photo becomes a JPEG; a video of full range states all of its colours. Raises
    MediaTypeError for a HEIC photo that cannot be read, TooLargeError for an image with too many
    pixels, BusyError if a HEIC photo cannot be decoded for now, DiskFullError, UnwritableError.
    """
    media_type = as_stored(incoming, media_type, pool)
    check_file(incoming.descriptor, media_type)
    complete_colors(incoming.descriptor, media_type)
    return media_type

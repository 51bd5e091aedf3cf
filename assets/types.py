"""What files can be assets, and the two places for files that an asset has."""

from storage.media import EXTENSIONS

TYPES = tuple(EXTENSIONS)  # whatever the storage has a name for
THUMBNAIL_TYPES = ("image/webp", "image/jpeg")

FILE, THUMBNAIL = "file", "thumbnail"


def kind_of(mime_type: str) -> str:
    """The `type` of an asset: image, video, audio or font."""
    return mime_type.partition("/")[0]

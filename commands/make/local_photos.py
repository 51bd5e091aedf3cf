"""The photos of `./vidworks make`: local files become assets, addresses are fetched by the job."""

import base64
import hashlib
from typing import Any, NamedTuple

from errors import InvalidError, MediaTypeError, TooLargeError
from media.fetched_files import FileFetcher
from media.media_types import HEIF_TYPES, advice_on_picture, detect, media_type_of
from projects.assets import fetched
from settings.config import Settings
from storage.media.media_files import HEAD_BYTES
from storage.store import Store
from works.slots import AUDIO_TYPES, IMAGE_TYPES

Json = dict[str, Any]

_STORE_SECONDS = 60.0  # for a file to be stored
_EXPECTED = "expected a picture (PNG, JPEG, WebP or HEIC), or a recording as the music."


class Photo(NamedTuple):
    """A picture or sound of an order: the contents of a local file, or an address."""

    name: str
    source: bytes | str


def photo_fetcher(store: Store, settings: Settings, user_id: str) -> FileFetcher:
    """Return what stores the photos of a user."""
    return FileFetcher(store, settings, user_id, _STORE_SECONDS)


def check_photo(photo: Photo) -> None:
    """Raise MediaTypeError for a local file that is no picture and no recording."""
    if isinstance(photo.source, str):
        return
    head = photo.source[:HEAD_BYTES]
    try:
        media_type_of(None, head, (*IMAGE_TYPES, *HEIF_TYPES, *AUDIO_TYPES))
    except MediaTypeError as exc:
        told = advice_on_picture(detect(head)) or _EXPECTED
        raise MediaTypeError(photo.name, told) from exc


def asset_of(photo: Photo) -> Json:
    """Return a photo as orders have it; the same local file is always the same asset."""
    if isinstance(photo.source, str):
        return {"url": photo.source, "name": photo.name}
    return {"id": f"asset_{hashlib.sha256(photo.source).hexdigest()[:24]}"}


def store_photo(fetcher: FileFetcher, project_id: str, photo: Photo) -> None:
    """Store a local file as an asset, unless it is there.

    Raises InvalidError, MediaTypeError, TooLargeError, with the name of the file.
    """
    if isinstance(photo.source, str):
        return
    source = f"data:;base64,{base64.b64encode(photo.source).decode()}"
    asset_id = asset_of(photo)["id"]
    try:
        fetched.create(fetcher, project_id, source, {"name": photo.name}, asset_id)
    except (InvalidError, MediaTypeError, TooLargeError) as exc:
        raise type(exc)(f"{photo.name}: {exc.message}", exc.details) from exc

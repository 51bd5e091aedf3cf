"""The first frame of a clip: the image at the `image_url` of a request."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from access.projects import check
from access.rights import SEE
from accounts.identity import Identity
from errors import FieldsError
from media.images import ImageTooLargeError, check_pixels
from media.media_types import media_type_of
from outbound import fetch
from projects.assets import service as assets
from providers.contract import Picture
from storage.errors import NotFoundError
from storage.media.media_files import StoredFile
from storage.paths import ASSET_URL, ID_PATTERN, WorkRef
from storage.store import Store
from works.slots import IMAGE_TYPES, SCENE_INDEX, scene_image

_MAX_BYTES = 20 << 20
_TIMEOUT_SECONDS = 30.0
_PROJECT = f"/api/projects/({ID_PATTERN})"
_SCENE = re.compile(f"{_PROJECT}/works/({ID_PATTERN})/media/scene/{SCENE_INDEX}/image")
_JOB = re.compile(f"/api/jobs/({ID_PATTERN})/media")


def first_frame(
    store: Store, identity: Identity, image_url: str, go_on: Callable[[], object]
) -> Picture:
    """Return the image at a data URL, a public URL, or a path of this service.

    Images of this service are read with the rights of the caller. `go_on` is called several times a
    second while another server is waited for, and ends that by what it raises. Raises FieldsError
    naming `image_url`, MissingScopeError, MediaTypeError, OutboundError.
    """
    if image_url.startswith("data:"):
        return _to_picture(*_decode_data_url(image_url))
    if image_url.startswith("/"):
        return _stored_picture(store, identity, image_url.partition("?")[0])
    fetched = fetch.get(image_url, max_bytes=_MAX_BYTES, seconds=_TIMEOUT_SECONDS, check=go_on)
    return _to_picture(fetched.data, fetched.content_type)


def fingerprint(image_url: str) -> str:
    """Return what a job stores instead of the URL: no token, and the hash of a data URL."""
    if not image_url.startswith("data:"):
        return re.sub(r"([?&]token=)[^&#]*", r"\1…", image_url)
    return "data:sha256-" + hashlib.sha256(image_url.encode()).hexdigest()


def _stored_picture(store: Store, identity: Identity, path: str) -> Picture:
    try:
        stored = _open(store, identity, path)
    except NotFoundError:
        message = "No such image, or it belongs to another user."
        raise FieldsError({"image_url": [message]}) from None
    with stored.file:
        if stored.size > _MAX_BYTES:
            raise FieldsError({"image_url": [f"Larger than {_MAX_BYTES >> 20} MB."]})
        return _to_picture(stored.file.readall(), stored.media_type)


def _open(store: Store, identity: Identity, path: str) -> StoredFile:
    """Open the image at a URL path. Raises MissingScopeError and NotFoundError as its GET would."""
    if match := _SCENE.fullmatch(path):
        _check_access(store, identity, match[1], "works:read")
        slot = scene_image(int(match[3])).name
        return store.work_media(WorkRef(match[1], match[2])).open(slot, IMAGE_TYPES)
    if match := ASSET_URL.fullmatch(path):
        _check_access(store, identity, match[1], "projects:read")
        return assets.open_file(store, match[1], match[2])
    if match := _JOB.fullmatch(path):
        identity.require("works:read")
        return store.media(store.user_jobs(identity.user_id), match[1]).open("image", IMAGE_TYPES)
    raise NotFoundError("image_url")


def _check_access(store: Store, identity: Identity, project_id: str, scope: str) -> None:
    """Raise MissingScopeError, or NotFoundError if the caller may not see the project."""
    identity.require(scope)
    check(store, project_id, identity.user_id, SEE)


def _decode_data_url(url: str) -> tuple[bytes, str]:
    """Return the data and the media type of a data URL. Raises FieldsError."""
    header, _, data = url.partition(",")
    media_type, *options = header.removeprefix("data:").split(";")
    content = unquote_to_bytes(data)
    if "base64" not in options:
        return content, media_type
    try:
        return base64.b64decode(content, validate=True), media_type
    except binascii.Error:
        expected = "Not a data URL; expected data:image/png;base64,…"
        raise FieldsError({"image_url": [expected]}) from None


def _to_picture(data: bytes, claimed_type: str) -> Picture:
    """Check the type and the size of an image. Raises MediaTypeError, FieldsError."""
    media_type = media_type_of(claimed_type, data, IMAGE_TYPES)
    try:
        check_pixels(data)
    except ImageTooLargeError as exc:
        raise FieldsError({"image_url": [f"{exc}."]}) from None
    return Picture(data, media_type)

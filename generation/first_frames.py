"""The image that a clip is to begin with, wherever a request says that it is."""

import base64
import binascii
import hashlib
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from assets import service as assets
from media.images import TooManyPixelsError, check_pixels
from outbound import fetch
from projects.service import check_owner
from providers.contract import Picture
from storage.errors import NotFoundError
from storage.ids import ID_PATTERN
from storage.media_files import StoredFile
from storage.store import Store
from web.errors import InvalidError
from web.guard import Identity
from web.media_types import media_type_of
from works.slots import IMAGE_TYPES, SCENE_INDEX, scene_image

_MOST_BYTES = 20 << 20
_SECONDS = 30.0
_PROJECT = f"/api/projects/({ID_PATTERN})"
_SCENE = re.compile(f"{_PROJECT}/works/({ID_PATTERN})/media/scene/{SCENE_INDEX}/image")
_JOB = re.compile(f"/api/jobs/({ID_PATTERN})/media")
_ASSET = re.compile(f"{_PROJECT}/assets/({ID_PATTERN})")


def first_frame(store: Store, identity: Identity, image_url: str, host: str) -> Picture:
    """The image at an address: of this service, with its caller's rights; a data URL; or public.

    Raises InvalidError naming `image_url`, MissingScopeError, MediaTypeError for what is no image,
    OutboundError.
    """
    if image_url.startswith("data:"):
        return _checked(*_of_data(image_url))
    path = image_url.removeprefix(f"http://{host}").removeprefix(f"https://{host}")
    if path.startswith("/"):
        return _own(store, identity, path.partition("?")[0])
    fetched = fetch.get(image_url, max_bytes=_MOST_BYTES, seconds=_SECONDS)
    return _checked(fetched.data, fetched.type)


def fingerprint(image_url: str) -> str:
    """What stands for the address in the job: itself without a token, or a hash of its data."""
    if not image_url.startswith("data:"):
        return re.sub(r"([?&]token=)[^&#]*", r"\1…", image_url)
    return "data:sha256-" + hashlib.sha256(image_url.encode()).hexdigest()


def _own(store: Store, identity: Identity, path: str) -> Picture:
    try:
        stored = _open(store, identity, path)
    except NotFoundError:
        raise InvalidError({"image_url": ["No such image here, or it is not yours."]}) from None
    with stored.file:
        if stored.size > _MOST_BYTES:
            raise InvalidError({"image_url": [f"Larger than {_MOST_BYTES >> 20} MB."]})
        return _checked(stored.file.readall(), stored.media_type)


def _open(store: Store, identity: Identity, path: str) -> StoredFile:
    if match := _SCENE.fullmatch(path):
        _check(store, identity, match[1], "works:read")
        slot = scene_image(int(match[3])).name
        return store.work_media(match[1], match[2]).open(slot, IMAGE_TYPES)
    if match := _ASSET.fullmatch(path):
        _check(store, identity, match[1], "projects:read")
        return assets.open_file(store, match[1], match[2])
    if match := _JOB.fullmatch(path):
        identity.require("works:read")
        return store.media(store.user_jobs(identity.user_id), match[1]).open("image", IMAGE_TYPES)
    raise NotFoundError(path)


def _check(store: Store, identity: Identity, project_id: str, scope: str) -> None:
    """Raise MissingScopeError or NotFoundError where the caller could not have read it by GET."""
    identity.require(scope)
    check_owner(store, project_id, identity.user_id)


def _of_data(url: str) -> tuple[bytes, str]:
    head, _, data = url.partition(",")
    kind, *options = head.removeprefix("data:").split(";")
    try:
        raw = unquote_to_bytes(data)
        return (base64.b64decode(raw, validate=True) if "base64" in options else raw), kind
    except binascii.Error:
        expected = "Not a data URL; expected data:image/png;base64,…"
        raise InvalidError({"image_url": [expected]}) from None


def _checked(data: bytes, claimed: Any) -> Picture:
    kind = media_type_of(claimed, data, IMAGE_TYPES)
    try:
        check_pixels(data)
    except TooManyPixelsError as exc:
        raise InvalidError({"image_url": [f"{exc}."]}) from None
    return Picture(data, kind)

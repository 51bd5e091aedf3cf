"""The image that a clip is to begin with, wherever a request says that it is."""

import base64
import binascii
import hashlib
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from errors import InvalidError
from ids import ID
from outbound import fetch
from projects.service import check_owner
from providers.contract import Picture
from storage.errors import NotFoundError
from storage.media import StoredFile
from storage.store import Store
from transfer.recognise import type_of
from works.slots import IMAGE_TYPES, SCENE_INDEX, scene_image

_MOST_BYTES = 20 << 20
_SECONDS = 30.0
_SCENE = re.compile(
    f"(?:https?://[^/]+)?/api/projects/({ID})/works/({ID})/media/scene/{SCENE_INDEX}/image"
)
_ASSET = re.compile(f"(?:https?://[^/]+)?/api/projects/({ID})/assets/({ID})")


def first_frame(store: Store, user_id: str, image_url: str, host: str) -> Picture:
    """The image at an address: of this service, with its caller's rights; a data URL; or public.

    Raises InvalidError naming `image_url`, MediaTypeError for what is no image, OutboundError.
    """
    if image_url.startswith("data:"):
        return _checked(*_of_data(image_url))
    path = image_url.removeprefix(f"http://{host}").removeprefix(f"https://{host}")
    if path.startswith("/"):
        return _own(store, user_id, path.partition("?")[0])
    fetched = fetch.get(image_url, max_bytes=_MOST_BYTES, seconds=_SECONDS)
    return _checked(fetched.data, fetched.type)


def fingerprint(image_url: str) -> str:
    """What stands for the address in the job: itself, or a hash of the data in it."""
    if not image_url.startswith("data:"):
        return image_url
    return "data:sha256-" + hashlib.sha256(image_url.encode()).hexdigest()


def _own(store: Store, user_id: str, path: str) -> Picture:
    try:
        with _open(store, user_id, path).file as file:
            return _checked(file.readall(), None)
    except NotFoundError:
        raise InvalidError({"image_url": ["No such image here, or it is not yours."]}) from None


def _open(store: Store, user_id: str, path: str) -> StoredFile:
    if match := _SCENE.fullmatch(path):
        check_owner(store, match[1], user_id)
        return store.work_media(match[1], match[2]).open(
            scene_image(int(match[3])).name, IMAGE_TYPES
        )
    if match := _ASSET.fullmatch(path):
        check_owner(store, match[1], user_id)
        return store.media(store.assets(match[1]), match[2]).open("file", IMAGE_TYPES)
    raise NotFoundError(path)


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
    return Picture(data, type_of(claimed, data, IMAGE_TYPES))

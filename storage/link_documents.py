"""The documents of links (sharing/links/), as far as what they open decides whether they stay.

They go with what they open, once that is gone for good; what is in the trash keeps its links.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from storage.documents.index import Summary
from storage.errors import StorageError, UnreadableError
from storage.paths import ASSETS, EXPORTS, PROJECTS, WORKS
from storage.store import Store

Link = Mapping[str, Any]

_UPLOAD, _LATEST = "upload", "latest"  # as schemas/links.py and schemas/reviews.py name them


def is_sound(link: Link) -> bool:
    """Return whether the document of a link is as this program writes it."""
    texts = all(isinstance(link.get(name), str) for name in ("id", "userId", "hash", "kind"))
    numbers = all(isinstance(link.get(name), int) for name in ("expiresAt", "createdAt"))
    target = link.get("target")
    return texts and numbers and isinstance(target, dict) and "projectId" in target


def summarize(link: Link) -> Summary:
    """Return what lists have of a link. Raises UnreadableError for a damaged one."""
    listed = ("id", "userId", "kind", "target", "usedAt", "expiresAt", "createdAt")
    if not is_sound(link):
        raise UnreadableError("no link")
    return {**{key: link[key] for key in listed}, "updatedAt": link["createdAt"]}


def opened_by(link: Link) -> str:
    """Return the path of what a link opens: of a project, or of something in one.

    A link for an upload opens the asset that it has made, and the project before.
    """
    target = link["target"]
    path = f"{PROJECTS}/{target['projectId']}"
    if link["kind"] == _UPLOAD and link["usedAt"] is None:
        return path
    if "assetId" in target:
        return f"{path}/{ASSETS}/{target['assetId']}"
    if "workId" in target:
        path += f"/{WORKS}/{target['workId']}"
    if target.get("exportId", _LATEST) != _LATEST:
        path += f"/{EXPORTS}/{target['exportId']}"
    return path


def remove_of(store: Store, path: str) -> None:
    """Remove the links to what was at a path, and to all that was in it; it is gone for good."""
    for entry in store.index(store.links, summarize).current().entries:
        if f"{opened_by(entry.values)}/".startswith(f"{path}/"):
            with suppress(StorageError):  # revoked concurrently, or removed an hour later
                store.links.delete(entry.id)

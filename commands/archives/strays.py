"""What lies in a data directory and is not the service's: no archive contains it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from export.service import FILES as EXPORT_FILES
from projects.assets.service import FILE, THUMBNAIL
from storage.files.trees import list_names
from storage.layout import ROOT_DIRECTORIES, ROOT_FILES, in_collections
from storage.media.media_files import EXTENSIONS
from storage.paths import ASSETS, EXPORTS, MEDIA, TAKES, WORKS, valid_id
from works.slots import slot_for_file, slot_for_take

_ASSET_FILES = {
    f"{slot}.{extension}" for slot in (FILE, THUMBNAIL) for extension in EXTENSIONS.values()
}


def top_level_strays(root: Path) -> list[str]:
    """Return the names at the top that are not the service's; hidden ones are not looked at."""
    return [name for name in list_names(root) if name not in (*ROOT_FILES, *ROOT_DIRECTORIES)]


def strays(root: Path, collections: Iterable[str]) -> Iterator[str]:
    """Yield what is at the top, and what is in these collections and no document; as paths."""
    yield from top_level_strays(root)
    for directory in in_collections(root, collections):
        if directory.role == "collection":
            for name in (name for name in directory.names if not name.startswith(".")):
                path = directory.path / name
                if not valid_id(name) or (os.path.lexists(path) and not path.is_dir()):
                    yield str(path.relative_to(root))


def is_stray_media(path: str) -> bool:
    """Return whether a media file or take at a path belongs to nothing.

    That is: no slot of a work, asset or export.
    """
    *_, collection, _, directory, name = ("", "", "", *path.split("/"))
    if directory == TAKES:
        return slot_for_take(name) is None
    if directory != MEDIA:
        return False
    if collection == WORKS:
        return slot_for_file(name) is None
    known = {ASSETS: _ASSET_FILES, EXPORTS: EXPORT_FILES}.get(collection)
    return known is not None and name not in known

"""What interrupted operations leave in a data directory, and how it is removed."""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

from storage import paths
from storage.errors import StorageError
from storage.files.files import exists, remove_if_exists
from storage.files.trees import last_change, list_names, remove_tree
from storage.layout import StoredDirectory, directories, of_document


def find_leftovers(root: Path) -> Iterator[Path]:
    """Yield what interrupted operations left: temporary files, staged and deleted directories."""
    return _find_in(directories(root))


def _find_in(found: Iterable[StoredDirectory]) -> Iterator[Path]:
    for directory in found:
        yield from (directory.path / n for n in directory.names if n.startswith(paths.LEFTOVERS))


def remove_unfinished(document: Path, collection: str) -> None:
    """Remove what operations have begun in the directory of a document that was moved away.

    They do not find it any more, such as an upload that arrives. What fails is left to a start.
    """
    with suppress(OSError, StorageError):
        for path in list(_find_in(of_document(document, collection))):
            remove_leftover(path)


def remove_leftovers(root: Path, min_age: float = 0) -> None:
    """Remove what interrupted operations left, at least `min_age` seconds ago.

    With 0, no other process may use the directory.
    """
    working = root / paths.CACHE / paths.WORKING
    for path in (*find_leftovers(root), *(working / name for name in list_names(working))):
        if _is_missed(path) or not min_age or time.time() - last_change(path) > min_age:
            remove_leftover(path)


def remove_leftover(path: Path) -> str:
    """Remove a file or directory that an interrupted operation left; return what was done.

    A document that was about to be replaced is put back if nothing has taken its place.
    """
    if _is_missed(path):
        path.rename(cast(Path, paths.place_of_replaced(path)))
        return "put back"
    if path.is_dir() and not path.is_symlink():
        remove_tree(path)
    else:
        remove_if_exists(path)
    return "removed"


def _is_missed(path: Path) -> bool:
    """Return whether a document was about to be replaced, and nothing has taken its place."""
    place = paths.place_of_replaced(path)
    return place is not None and not exists(place)

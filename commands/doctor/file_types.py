"""Links, pipes and the like where the service expects a file, and what it has no place for."""

from collections.abc import Iterator
from functools import partial

from commands.archives.strays import top_level_strays
from commands.doctor.findings import ALREADY_FIXED, CheckContext, Finding
from storage.files.files import file_type
from storage.files.monthly_log import is_log_name
from storage.layout import ROOT_DIRECTORIES, ROOT_FILES, StoredDirectory, directories
from storage.paths import (
    ACTIVITY,
    FILES_BESIDE,
    LEFTOVERS,
    MEDIA,
    NESTED_COLLECTIONS,
    TAKES,
    WITH_ACTIVITY,
    WITH_MEDIA,
    WITH_TAKES,
    document_name,
    is_change_log,
)

_NOT_PART = "is not part of the service's data"
_ADVICE = "Move it elsewhere, since no backup contains it."
_FILE, _DIRECTORY = "a file", "a directory"

_ROOT = {
    **dict.fromkeys(ROOT_FILES, _FILE),
    **dict.fromkeys(ROOT_DIRECTORIES, _DIRECTORY),
}


def check(context: CheckContext) -> Iterator[Finding]:
    """Find them; their repair is to quarantine them, except at the top, where people put things.

    The service neither follows links nor waits for pipes: what it finds instead of a file counts as
    unreadable. What stands for a whole document is left to the check of documents.
    """
    for name in top_level_strays(context.store.root):
        yield Finding(name, _NOT_PART, advice=_ADVICE)
    for directory in directories(context.store.root):
        for name in directory.names:
            if problem := _problem(directory, name):
                path = str((directory.path / name).relative_to(context.store.root))
                repair = partial(_quarantine, context, path, directory, name)
                yield Finding(path, problem, repair)


def _problem(directory: StoredDirectory, name: str) -> str:
    """Return what is wrong with an entry of a directory; empty if nothing is."""
    expected = _expected_type(directory, name)
    if expected is None:
        return _NOT_PART
    path = directory.path / name
    if not expected or (expected == _DIRECTORY and path.is_dir()):  # or a link to one
        return ""
    actual = file_type(path)
    return "" if actual in (expected, "missing") else f"is {actual} instead of {expected}"


def _expected_type(directory: StoredDirectory, name: str) -> str | None:
    """Return what an entry has to be: "" if another check decides, None for an unknown one."""
    if name.startswith(LEFTOVERS):
        return ""
    if directory.role == "root":
        return _ROOT.get(name, "")
    if directory.role == "collection":
        return _FILE if is_change_log(name) else ""
    if directory.role == "document":
        return _expected_in_document(directory.collection, name)
    is_log = directory.role != "activity" or is_log_name(name)
    return _FILE if is_log else None


def _expected_in_document(collection: str, name: str) -> str | None:
    if name == document_name(collection):
        return ""
    if (
        name in NESTED_COLLECTIONS.get(collection, ())
        or (name == MEDIA and collection in WITH_MEDIA)
        or (name == TAKES and collection in WITH_TAKES)
        or (name == ACTIVITY and collection in WITH_ACTIVITY)
    ):
        return _DIRECTORY
    is_beside = name == FILES_BESIDE.get(collection)
    return _FILE if is_beside or name.startswith(".") else None  # hidden: locks


def _quarantine(context: CheckContext, path: str, directory: StoredDirectory, name: str) -> str:
    return context.quarantine(path) if _problem(directory, name) else ALREADY_FIXED

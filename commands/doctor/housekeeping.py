"""Secrets, permissions, leftovers of interrupted operations."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from commands.doctor.findings import CheckContext, Finding, reason_of
from storage.errors import NoAccessError, NotAFileError, UnavailableError, UnreadableError
from storage.files.files import remove_if_exists
from storage.files.trees import last_change, walk
from storage.leftovers import find_leftovers, remove_leftover
from storage.paths import (
    CACHE,
    COLLECTIONS,
    DEMO,
    JWT_SECRET,
    QUEUE,
    SETUP_CODE,
    USAGE,
    WEBHOOK_SECRET,
)
from storage.secret_files import MIN_SECRET_BYTES, read_secret
from storage.store import MAX_OPERATION_SECONDS

_GROUP_AND_OTHERS = 0o077
_REPLACED = {  # what a new secret ends
    JWT_SECRET: "restart the service, and everybody has to log in again; API tokens stay valid",
    WEBHOOK_SECRET: "receivers of webhooks need the new one, from GET /api/webhook-secret",
}


def check_secrets(context: CheckContext) -> Iterator[Finding]:
    """Find secrets that are empty or too short; something else in their place is no matter here."""
    for name, consequence in _REPLACED.items():
        try:
            read_secret(context.path(name))
        except (FileNotFoundError, NotAFileError, NoAccessError):  # the last is reported elsewhere
            continue
        except UnreadableError:
            problem = f"is shorter than {MIN_SECRET_BYTES} bytes"
            advice = f"Restore it from a backup; or --repair replaces it, then {consequence}."
            repair = partial(_replace_secret, context, name)
            yield Finding(name, problem, repair, advice)
        except (UnavailableError, OSError) as exc:
            yield Finding(name, f"cannot be read: {reason_of(exc)}")


def check_permissions(context: CheckContext) -> Iterator[Finding]:
    """Find what other users of the machine can read."""
    for top in _top_level(context):
        if paths := _readable_by_others(context.path(top)):
            first = paths[0].relative_to(context.store.root)
            more = f" (and {len(paths) - 1} more in {top})" if len(paths) > 1 else ""
            problem = f"can be read by other users of this machine{more}"
            yield Finding(str(first), problem, partial(_restrict_access, paths))


def check_leftovers(
    context: CheckContext, min_age: float = MAX_OPERATION_SECONDS
) -> Iterator[Finding]:
    """Find temporary files and directories that interrupted operations left.

    While another process uses the data directory, only those of at least `min_age` seconds.
    """
    root = context.store.root
    with context.store.exclusive() as alone:
        for path in find_leftovers(root):
            if alone or time.time() - last_change(path) > min_age:
                problem = "is a leftover of an interrupted operation"
                yield Finding(str(path.relative_to(root)), problem, partial(remove_leftover, path))


def _replace_secret(context: CheckContext, name: str) -> str:
    remove_if_exists(context.path(name))
    context.store.secret(name)
    return f"replaced by a new one: {_REPLACED[name]}"


def _top_level(context: CheckContext) -> Iterator[str]:
    """Yield the secrets, working files, the top-level collections, and each of their entries."""
    yield from (JWT_SECRET, WEBHOOK_SECRET, SETUP_CODE, QUEUE, DEMO, CACHE, USAGE)
    for collection in COLLECTIONS:
        yield collection
        with suppress(FileNotFoundError):
            yield from (
                f"{collection}/{name}" for name in sorted(os.listdir(context.path(collection)))
            )


def _readable_by_others(top: Path) -> list[Path]:
    """Return the paths in a tree that others can read; of a collection, only the directory."""
    paths = [top] if top.name in COLLECTIONS else _walk(top)
    return [path for path in paths if _mode(path) & _GROUP_AND_OTHERS]


def _mode(path: Path) -> int:
    try:
        mode = path.lstat().st_mode
    except OSError:  # deleted concurrently, or at a path of more than 4,096 bytes
        return 0
    return 0 if stat.S_ISLNK(mode) else mode


def _restrict_access(paths: list[Path]) -> str:
    for path in paths:
        with suppress(FileNotFoundError):
            path.chmod(_mode(path) & 0o700)
    return "made accessible to its owner only"


def _walk(top: Path) -> Iterator[Path]:
    yield top
    yield from (Path(entry.path) for entry in walk(top))

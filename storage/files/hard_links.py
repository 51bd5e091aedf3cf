"""Second names of files: hard links, or copies where the file system has none."""

import errno
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from storage.errors import UnreadableError, writing
from storage.files.durable_files import Disk
from storage.files.files import (
    create,
    exists,
    open_file,
    read_file,
    remove_if_exists,
    temporary_path,
)
from storage.shared.changes import begin_change

# What a file system says that has no hard links, no more for this file, or none to another disk.
NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}

_COPY_BYTES = 1 << 20  # at once

MIN_SECRET_BYTES = 16  # as for the setting JWT_SECRET


def link_or_copy(disk: Disk, source: str, target: str) -> None:
    """Give a file a second name, which is not durable yet; without hard links, copy the file.

    The target must not exist, and appears with all of its contents. Raises OSError, and
    NotAFileError if something else than a file would have to be copied.
    """
    begin_change()
    try:
        os.link(source, target)
    except OSError as exc:
        if exc.errno not in NO_LINKS:
            raise
        _copy(disk, source, target)


def _copy(disk: Disk, source: str, target: str) -> None:
    temporary = temporary_path(os.path.dirname(target))
    try:
        with (
            open(source, "rb", opener=open_file) as original,
            open(create(temporary), "wb") as copy,
        ):
            shutil.copyfileobj(original, copy, _COPY_BYTES)
            copy.flush()
            disk.sync_file(copy.fileno())
        os.rename(temporary, target)
    except BaseException:
        remove_if_exists(temporary)
        raise


def _new_secret() -> str:
    return secrets.token_hex(32)


def provide_secret(path: Path, disk: Disk, new: Callable[[], str] = _new_secret) -> bytes:
    """Return a random secret, which the first use of its file creates as `new` says.

    Raises UnreadableError if the file is too short to be one, NotAFileError if something else is in
    its place.
    """
    if not exists(path):
        temporary = temporary_path(path.parent)
        with writing():
            disk.write(temporary, new().encode())
            try:
                os.link(temporary, path)  # of two processes one succeeds
            except FileExistsError:
                pass
            finally:
                remove_if_exists(temporary)
            disk.sync_directory(path.parent)
    return read_secret(path)


def read_secret(path: Path) -> bytes:
    """Return the contents of a secret's file. Raises as `provide_secret`, and FileNotFoundError."""
    secret = read_file(path)
    if len(secret.strip()) < MIN_SECRET_BYTES:
        raise UnreadableError(
            f"the file {path.name} is shorter than {MIN_SECRET_BYTES} bytes; restore it from a"
            " backup, or delete it for a new secret, which ends what the old one has signed"
        )
    return secret

"""Secret files: created with random contents on first use, and read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from storage.errors import UnreadableError, writing
from storage.files.durable_files import Disk
from storage.files.files import exists, read_file, remove_if_exists, temporary_path

MIN_SECRET_BYTES = 16  # as for the setting JWT_SECRET


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

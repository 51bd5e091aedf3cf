"""Second names of files: hard links, or copies where the file system has none."""

import errno
import os
import shutil

from storage.files.durable_files import Disk
from storage.files.files import create, open_file, remove_if_exists, temporary_path
from storage.shared.changes import begin_change

# What a file system says that has no hard links, no more for this file, or none to another disk.
NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}

_COPY_BYTES = 1 << 20  # at once


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

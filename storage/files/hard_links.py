"""Second names of files: hard links, or copies where the file system has none."""

import errno
import os
import shutil
from collections.abc import Callable

from storage.errors import writing
from storage.files.durable_files import Disk
from storage.files.files import (
    create,
    link_status,
    open_file,
    remove_if_exists,
    temporary_path,
)
from storage.files.trees import list_names
from storage.shared.changes import begin_change

# What a file system says that has no hard links, no more for this file, or none to another disk.
NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}

_COPY_BYTES = 1 << 20  # at once

CheckRoom = Callable[[int], object]  # raises if there is no room for so many bytes


def link_or_copy(disk: Disk, source: str, target: str, check_room: CheckRoom | None = None) -> None:
    """Give a file a second name, which is not durable yet; without hard links, copy the file.

    The target must not exist, and appears with all of its contents. Raises OSError, what
    `check_room` raises before the file is copied, and NotAFileError if something else than a file
    would have to be copied.
    """
    begin_change()
    try:
        os.link(source, target)
    except OSError as exc:
        if exc.errno not in NO_LINKS:
            raise
        if check_room is not None:
            check_room(link_status(source).st_size)
        _copy(disk, source, target)


def link_files(
    disk: Disk,
    source: str,
    target: str,
    is_wanted: Callable[[str], object],
    check_room: CheckRoom | None = None,
) -> None:
    """Make a directory with the files of another one whose names are wanted, durably.

    It is not made if there are none. Raises as `link_or_copy`; FileNotFoundError if a file goes
    meanwhile.
    """
    names = [name for name in list_names(source) if is_wanted(name)]
    if not names:
        return
    disk.make_subdirectory(target)
    with writing():
        for name in names:
            link_or_copy(disk, f"{source}/{name}", f"{target}/{name}", check_room)
        disk.sync_directory(target)


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

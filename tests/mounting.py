"""Mounts in tests, which only root may make, or who is root in a user namespace."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def succeeds(command: str) -> bool:
    """Return whether a shell command succeeds."""
    return subprocess.run(command, shell=True, capture_output=True, check=False).returncode == 0


CAN_MOUNT = succeeds("d=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d && rmdir $d")


@contextmanager
def read_only(directory: Path) -> Iterator[None]:
    """Mount a directory read-only over itself."""
    subprocess.run(["mount", "--bind", directory, directory], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", directory], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)

"""The services that run from this folder, as Linux knows them: commands use their DATA_DIR."""

import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_SERVICE = b"wsgi:app"  # what gunicorn is told to run


def data_directories(folder: Path, default: Path, processes: Path = _PROC) -> set[Path]:
    """Return the data directories of the services that run from a folder.

    `default` is the one of services whose environment names none. Services of other users are not
    found, except by root.
    """
    return {
        folder / os.fsdecode(environment.get(b"DATA_DIR") or bytes(default))
        for environment in _environments(folder, processes)
    }


def _environments(folder: Path, processes: Path) -> Iterator[dict[bytes, bytes]]:
    for process in processes.glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            if _SERVICE in arguments and (process / "cwd").samefile(folder):
                variables = (process / "environ").read_bytes().split(b"\0")
                yield {
                    name: value for name, _, value in (each.partition(b"=") for each in variables)
                }
        except OSError:
            continue  # it ended, or belongs to another user

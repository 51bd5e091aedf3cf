"""Whether the service can listen on its address, and which services run from this folder."""

import errno
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from settings.config import SettingError, Settings

_WAIT_SECONDS = 2.0  # for a service that is just ending
_STEP_SECONDS = 0.1
_INHERITED = ("LISTEN_FDS", "GUNICORN_FD")  # with which sockets are passed to this process

_PROC = Path("/proc")
_SERVICE = b"wsgi:app"  # what gunicorn is told to run


def check_address(settings: Settings) -> None:
    """Raise SettingError if this process cannot listen on HOST and PORT; it says what to do."""
    if any(name in os.environ for name in _INHERITED):
        return
    deadline = time.monotonic() + _WAIT_SECONDS
    while (error := _try_to_bind(settings)) is not None:
        if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            raise SettingError(_message(settings, error)) from error
        time.sleep(_STEP_SECONDS)


def host_in_url(host: str) -> str:
    """Return an address as URLs have it: that of IPv6 is in brackets."""
    return f"[{host}]" if ":" in host else host


def _try_to_bind(settings: Settings) -> OSError | None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as exc:
        return exc
    return None


def _message(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"PORT {settings.port} is in use on {settings.host}, by another Vidworks or another"
            " program; stop that one, or set another PORT"
        )
    if error.errno == errno.EACCES:
        return f"PORT {settings.port} needs more permissions; set one from 1024 to 65535"
    return (
        f'HOST is "{settings.host}", which is not an address of this machine ({error.strerror});'
        " expected one of its addresses, 127.0.0.1, or 0.0.0.0 for all"
    )


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

"""Runs commands and services, each in a fork of this process, which has imported them already.

Reads a line of JSON for each, and writes one; `tests/forking.py` is the other end.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn

import gunicorn.app.wsgiapp  # noqa: F401 - this and the next two take most of a start

import web.server.worker  # noqa: F401
from commands import __main__ as commands  # noqa: F401
from tests.people import hash_quickly

COMMAND_SECONDS = 120


def main() -> None:
    hash_quickly()
    gc.freeze()  # so that forks share the memory of what is imported
    for line in sys.stdin:
        reap_services()
        order = json.loads(line)
        # before the fork: the other end may close its own once it is answered
        files = [os.open(order[name], os.O_WRONLY | os.O_APPEND) for name in ("stdout", "stderr")]
        answer = serve(order, files) if order["serves"] else run_command(order, files)
        for descriptor in files:
            os.close(descriptor)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def run_command(order: dict[str, Any], files: list[int]) -> tuple[int, int, float]:
    """Run a command to its end; return its status, and the memory and processor time it took."""
    child = os.fork()
    if child == 0:
        signal.alarm(COMMAND_SECONDS)
        become(order, files)
        sys.argv = ["commands/__main__.py", *order["args"]]
        run_program(partial(runpy.run_path, "commands/__main__.py", run_name="__main__"))
    _, status, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    return os.waitstatus_to_exitcode(status), used.ru_maxrss << 10, seconds


def serve(order: dict[str, Any], files: list[int]) -> int:
    """Start gunicorn as `python -m gunicorn` does; return its process."""
    child = os.fork()
    if child == 0:
        os.setsid()
        become(order, files)
        sys.argv = ["gunicorn", *order["args"]]
        run_program(partial(runpy.run_module, "gunicorn", run_name="__main__", alter_sys=True))
    return child


def run_program(run: Callable[[], object]) -> NoReturn:
    """Run it to its end, at which nothing is freed: that takes as long as a start, or longer.

    What a service forks also comes by here when it ends.
    """
    status = 0

    def end() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    atexit.register(end)  # runs last, when threads have ended
    try:
        run()
    except SystemExit as exc:
        status = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
        raise
    except BaseException:
        status = 1
        raise
    sys.exit()


def become(order: dict[str, Any], files: list[int]) -> None:
    """Get the environment and files of a command."""
    os.environ.clear()
    os.environ.update(order["environ"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for standard, descriptor in enumerate(files, start=1):
        os.dup2(descriptor, standard)
        os.close(descriptor)


def reap_services() -> None:
    """Forget the services that have ended, of whose status nobody asks."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()

"""Runs commands, each in a fork of this process, which has imported the command line already.

Reads a line of JSON for each, and writes one; `tests/command_line.py` is the other end.
"""

import json
import os
import runpy
import signal
import sys
from typing import Any

import commands  # noqa: F401 - takes half a second

SECONDS = 120


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            become(order)
            runpy.run_path("commands.py", run_name="__main__")
            sys.exit()
        _, status, used = os.wait4(child, 0)
        code, seconds = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        sys.stdout.write(json.dumps([code, used.ru_maxrss << 10, seconds]) + "\n")
        sys.stdout.flush()


def become(order: dict[str, Any]) -> None:
    """Get the arguments, environment and files of a command."""
    signal.alarm(SECONDS)
    sys.argv = ["commands.py", *order["args"]]
    os.environ.clear()
    os.environ.update(order["environ"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor, path in ((1, order["stdout"]), (2, order["stderr"])):
        os.dup2(os.open(path, os.O_WRONLY), descriptor)


if __name__ == "__main__":
    main()

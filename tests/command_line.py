"""The command line in tests: each command runs in its own process."""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from tests.service import ROOT

COMMANDS = [sys.executable, "commands.py"]


class Ended(NamedTuple):
    """How a command ended, and the bytes of memory and seconds of processor time that it took."""

    returncode: int
    stdout: str
    stderr: str
    memory: int
    seconds: float


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Return the environment variables of a command on this data directory."""
    return {**os.environ, "DATA_DIR": str(data_dir), **settings}


def run_command(data_dir: Path, *args: object, **settings: str) -> Ended:
    """Run a command to its end, without the half a second in which it would start."""
    with NamedTemporaryFile("r") as stdout, NamedTemporaryFile("r") as stderr:
        order = {
            "args": [str(arg) for arg in args],
            "environ": environment(data_dir, **settings),
            "stdout": stdout.name,
            "stderr": stderr.name,
        }
        status, memory, seconds = _fork(order)
        return Ended(status, stdout.read(), stderr.read(), memory, seconds)


def run_limited(ulimit: str, data_dir: Path, *args: object) -> subprocess.CompletedProcess[str]:
    """Run a command with resource limits as in the shell's `ulimit`."""
    command = ["sh", "-c", f'ulimit {ulimit}; exec "$@"', "sh", *COMMANDS, *map(str, args)]
    return subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment(data_dir),
        capture_output=True,
        text=True,
        timeout=120,
    )


def _fork(order: Mapping[str, object]) -> tuple[int, int, float]:
    """Run a command in a fork; return its status, memory and processor time."""
    process = _forks()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    status, memory, seconds = json.loads(process.stdout.readline())
    return status, memory, seconds


@cache
def _forks() -> subprocess.Popen[str]:
    """The process that forks; it ends with the tests, which closes its input."""
    command = [sys.executable, "-m", "tests.command_forks"]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(process.communicate)
    return process

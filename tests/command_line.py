"""The command line in tests: each command runs in its own process."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from tests import forking
from tests.service import ROOT

COMMANDS = [sys.executable, "commands/__main__.py"]


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
        environ = environment(data_dir, **settings)
        status, memory, seconds = forking.run_command(
            [str(arg) for arg in args], environ, stdout.name, stderr.name
        )
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

"""The command line in tests: each command runs in its own process."""

import os
import subprocess
import sys
from pathlib import Path

from tests.service import ROOT

COMMANDS = [sys.executable, "commands.py"]


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Return the environment variables of a command on this data directory."""
    return {**os.environ, "DATA_DIR": str(data_dir), **settings}


def run_command(
    data_dir: Path, *args: object, ulimit: str = "-c 0", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with resource limits as in the shell's `ulimit`."""
    command = ["sh", "-c", f'ulimit {ulimit}; exec "$@"', "sh", *COMMANDS, *map(str, args)]
    return subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment(data_dir, **settings),
        capture_output=True,
        text=True,
        timeout=120,
    )

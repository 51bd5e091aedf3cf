"""The report: the machine in one line, and the table of results."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Outcome
from benchmarks.rows import Row


def table(results: Sequence[tuple[Row, Outcome]]) -> str:
    """Return the results as a Markdown table."""
    lines = ["| What | Measured | Ratio | Target | |", "|---|---|---|---|---|"]
    for row, found in results:
        verdict = "pass" if found.passed else "**FAIL**"
        cells = (row.title, found.figure, found.ratio, row.target_text, verdict)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def machine(directory: Path, workers: int, seconds: int, rounds: int) -> str:
    """Return the environment of the figures: hardware, file system and versions."""
    memory = _find(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    cpu = _find(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text())
    return "; ".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}",
            f"{cpu or platform.machine()}, {len(os.sched_getaffinity(0))} cores",
            f"{int(memory or 0) / 2**20:.0f} GB memory",
            f"{filesystem(directory)} on {platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
            f"Flask {version('flask')}, gunicorn {version('gunicorn')} with {workers} workers",
            f"nginx {_find(r'nginx/(.+)', _output('nginx', '-v')) or '?'}",
            f"wrk {_find(r'wrk (?:debian/)?([^ -]+)', _output('wrk', '-v')) or '?'}",
            f"{rounds} rounds of {seconds} s",
        ]
    )


def filesystem(directory: Path) -> str:
    """Return the type of the file system that holds a directory, such as `ext4`."""
    device = directory.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        # proc(5): the device is the third field, the type the first after the hyphen.
        if line.split()[2] == wanted:
            return line.split(" - ")[1].split()[0]
    return "unknown"


def _find(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1].strip() if found else None


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr

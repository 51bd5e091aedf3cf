"""Run wrk and read its report."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.server import Server

ATTEMPTS = 20  # to get evenly spread connections
ACCEPT_SECONDS = 0.2  # enough for the workers to accept all connections
SCRIPTS = Path(__file__).parent / "wrk"


@dataclass(frozen=True)
class Load:
    """A load: requests to a URL path over `connections` that stay open for the whole run.

    `script` is the name of a file in `wrk/`, which is given `argument`; by default, wrk sends GETs.
    """

    server: Server
    path: str
    connections: int
    token: str | None = None
    script: str | None = None
    argument: Path | None = None


@dataclass(frozen=True)
class Run:
    """The result of wrk: requests per second, two latencies as wrk prints them, and errors.

    `even` is whether the connections were evenly spread over the workers.
    """

    rate: float
    p50: str
    p99: str
    errors: tuple[str, ...]
    even: bool = True


def run(load: Load, seconds: int) -> Run:
    """Run wrk for some seconds, with its connections evenly spread over the workers.

    The kernel distributes connections arbitrarily, and they stay with their worker; a server with
    all of them at one of two workers reaches a third of its rate. With many clients this averages
    out, with 8 connections it would decide every comparison. So a run with an uneven distribution
    is aborted and started again; if no attempt is even, the last one is measured and marked.
    """
    for attempt in range(ATTEMPTS):
        command = _command(load, seconds)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as wrk:
            try:
                time.sleep(ACCEPT_SECONDS)
                even = _is_even(load)
                if not even and attempt < ATTEMPTS - 1:
                    continue
                output = wrk.communicate()[0].decode()
            finally:
                wrk.kill()  # no effect once it has ended
        if wrk.returncode != 0:
            raise RuntimeError(f"wrk failed: {output}")
        return replace(parse(output), even=even)
    raise AssertionError("the last attempt is always measured")


def parse(report: str) -> Run:
    """Parse wrk's report, which has error lines only if there were errors.

    wrk counts a 3xx as success; the rows therefore check one response before they measure.
    """
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", report, re.MULTILINE)
    if rate is None:
        raise RuntimeError(f"wrk's report has no rate: {report}")
    errors = re.findall(r"^\s*((?:Non-2xx or 3xx responses|Socket errors): .+)$", report, re.M)
    return Run(float(rate[1]), _percentile(report, 50), _percentile(report, 99), tuple(errors))


def _command(load: Load, seconds: int) -> list[str]:
    threads = min(2, load.connections)
    command = ["wrk", f"-t{threads}", f"-c{load.connections}", f"-d{seconds}s"]
    # By default, wrk counts a response that takes over two seconds as an error.
    command += ["--latency", "--timeout", "20s"]
    if load.token:
        command += ["-H", f"Authorization: Bearer {load.token}"]
    if load.script:
        command += ["-s", str(SCRIPTS / load.script)]
    command.append(load.server.url + load.path)
    if load.argument:
        command.append(str(load.argument))
    return command


def _is_even(load: Load) -> bool:
    """Return whether no worker has much more than its share (if there are enough connections)."""
    accepted = load.server.connections()
    if load.connections < 2 * len(accepted):
        return True
    share = load.connections / len(accepted)
    return max(accepted) <= max(1.5 * share, share + 2)


def _percentile(report: str, percent: int) -> str:
    found = re.search(rf"^\s+{percent}%\s+(\S+)", report, re.MULTILINE)
    return found[1] if found else "?"

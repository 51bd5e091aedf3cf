"""Run wrk and read its report."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.server import Server

DEALS = 20
DEALT_AFTER = 0.2  # seconds; long enough for every worker to take its connections
SCRIPTS = Path(__file__).parent / "wrk"


@dataclass(frozen=True)
class Load:
    """What wrk is to do: requests to a URL path over `connections` kept open for the whole run.

    `script` is the name of a file in `wrk/`, which gets `argument`; without one, wrk sends GETs.
    """

    server: Server
    path: str
    connections: int
    token: str | None = None
    script: str | None = None
    argument: Path | None = None


@dataclass(frozen=True)
class Run:
    """What wrk saw: requests a second, two latencies as wrk prints them, and what went wrong.

    `even` tells whether the connections were spread over the workers.
    """

    rate: float
    p50: str
    p99: str
    errors: tuple[str, ...]
    even: bool = True


def run(load: Load, seconds: int) -> Run:
    """Run wrk for some seconds with its connections spread over the workers.

    The kernel deals connections out as it likes, and there they stay; a yardstick or a service
    with all of them at one of two workers reaches a third of its rate. With many clients that
    evens out, with 8 connections it would decide every comparison. So an uneven deal is cut
    short and dealt again; should none be even, the last is measured and says so.
    """
    for deal in range(DEALS):
        command = _command(load, seconds)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as wrk:
            try:
                time.sleep(DEALT_AFTER)
                even = _is_even(load)
                if not even and deal < DEALS - 1:
                    continue
                output = wrk.communicate()[0].decode()
            finally:
                wrk.kill()  # no effect once it has ended
        if wrk.returncode != 0:
            raise RuntimeError(f"wrk failed: {output}")
        return replace(parse(output), even=even)
    raise AssertionError("the last deal is always measured")


def parse(report: str) -> Run:
    """Read wrk's report. It prints the error lines only when there were errors.

    A 3xx counts as success for wrk; the rows therefore look at one answer before they measure.
    """
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", report, re.MULTILINE)
    if rate is None:
        raise RuntimeError(f"wrk's report has no rate: {report}")
    errors = re.findall(r"^\s*((?:Non-2xx or 3xx responses|Socket errors): .+)$", report, re.M)
    return Run(float(rate[1]), _percentile(report, 50), _percentile(report, 99), tuple(errors))


def _command(load: Load, seconds: int) -> list[str]:
    threads = min(2, load.connections)
    command = ["wrk", f"-t{threads}", f"-c{load.connections}", f"-d{seconds}s"]
    # wrk's own two seconds would count a slow answer as an error; here only a stuck one is.
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
    """Tell whether no worker has much more than its share; too few connections have no shares."""
    held = load.server.connections()
    if load.connections < 2 * len(held):
        return True
    share = load.connections / len(held)
    return max(held) <= max(1.5 * share, share + 2)


def _percentile(report: str, percent: int) -> str:
    found = re.search(rf"^\s+{percent}%\s+(\S+)", report, re.MULTILINE)
    return found[1] if found else "?"

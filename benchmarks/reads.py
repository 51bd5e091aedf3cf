"""Rows that read: one work, with either credential, and lists."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.bench import Bench, Work
from benchmarks.client import FAILURES, Api
from benchmarks.data import NAME
from benchmarks.measure import Comparison, Outcome, compare, log
from benchmarks.wrk import Load

CONNECTIONS = (8, 32)
SAVE_EVERY = 0.05  # seconds


def get_work(bench: Bench, target: float) -> Outcome:
    """GET of one work of 40 KB with a JWT."""
    path = bench.work.path
    bench.api.call("GET", path)
    return _at_both(target, lambda count: _against_baseline(bench, path, count))


def get_work_token(bench: Bench, target: float) -> Outcome:
    """GET of one work with an API token, compared with a JWT."""
    path = bench.work.path
    Api(bench.service.port, bench.api_token).call("GET", path)

    def measure(count: int) -> Comparison:
        jwt = Load(bench.service, path, count, bench.jwt)
        token = Load(bench.service, path, count, bench.api_token)
        return _compare(bench, lambda: bench.rate(jwt), token)

    return _at_both(target, measure)


def list_works(bench: Bench, target: float) -> Outcome:
    """GET of a list of 1,000 works, without changes."""
    path, _ = bench.listed
    _check_list(bench, path)
    return _at_both(target, lambda count: _against_baseline(bench, path, count))


def list_while_saving(bench: Bench, target: float) -> Outcome:
    """GET of the list while one of its works is saved every 50 ms."""
    path, work = bench.listed
    _check_list(bench, path)

    def ours(load: Load) -> float:
        with _saving(bench, work):
            return bench.rate(load)

    def measure(count: int) -> Comparison:
        load = Load(bench.service, path, count, bench.jwt)
        return compare(
            bench.rounds, lambda: bench.baseline_rate(count), lambda: ours(load), f"c{count}"
        )

    return _at_both(target, measure)


def _against_baseline(bench: Bench, path: str, count: int) -> Comparison:
    load = Load(bench.service, path, count, bench.jwt)
    return _compare(bench, lambda: bench.baseline_rate(count), load)


def _compare(bench: Bench, theirs: Callable[[], float], load: Load) -> Comparison:
    bench.rate(load, seconds=1)  # warms the caches of all workers
    return compare(bench.rounds, theirs, lambda: bench.rate(load), f"c{load.connections}")


def _at_both(target: float, measure: Callable[[int], Comparison]) -> Outcome:
    """Measure with few and with many connections; both must reach the target."""
    found = {count: measure(count) for count in CONNECTIONS}
    return Outcome(
        "; ".join(f"c{n}: {f.ours:,.0f}/s against {f.theirs:,.0f}/s" for n, f in found.items()),
        " / ".join(f"{f.ratio:.2f}" for f in found.values()),
        all(f.ratio >= target for f in found.values()),
    )


def _check_list(bench: Bench, path: str) -> None:
    length = len(bench.api.call("GET", path))
    if length != 1_000:
        raise RuntimeError(f"the list of 1,000 works has {length} entries")


@contextmanager
def _saving(bench: Bench, work: Work) -> Iterator[None]:
    """Save a work every 50 ms while the context lasts, each time with another name."""
    document = work.document.read_text(encoding="utf-8")
    api = Api(bench.service.port, bench.jwt)
    done = threading.Event()
    saved = 0
    failures: list[str] = []

    def save() -> None:
        nonlocal saved
        while not done.wait(SAVE_EVERY):
            try:
                api.raw("PUT", work.path, document.replace(NAME, f"Take {saved}").encode())
                saved += 1
            except FAILURES as error:  # the measurement is only valid while saves succeed
                failures.append(f"saving: {error}")
                return

    thread = threading.Thread(target=save)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        bench.errors += failures
        log(f"      saved {saved} times")

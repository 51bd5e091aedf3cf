"""Rows that write documents, and the one that compares project sizes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

from benchmarks import data
from benchmarks.bench import Bench, Work
from benchmarks.measure import Comparison, Outcome, compare
from benchmarks.wrk import Load

CONNECTIONS = 32


def put_work(bench: Bench, target: float) -> Outcome:
    """PUT of whole works of 40 KB, each with one field changed."""
    bench.break_in_disk()
    load = _puts(bench, bench.many, CONNECTIONS)
    bench.rate(load, seconds=1)
    return _to_yardstick(bench, target, lambda: bench.rate(load))


def post_work(bench: Bench, target: float) -> Outcome:
    """POST of new works into a project of their own, which is deleted afterwards."""
    bench.break_in_disk()
    project = bench.new_project("New works")
    body = bench.directory / "creation.json"
    body.write_text(json.dumps(data.creation()))
    load = Load(bench.service, f"{project}/works", CONNECTIONS, bench.jwt, "post.lua", body)
    try:
        bench.rate(load, seconds=1)
        return _to_yardstick(bench, target, lambda: bench.rate(load))
    finally:
        time.sleep(1)  # wrk leaves without waiting for the answers to its last requests
        bench.api.raw("DELETE", project)


def project_size(bench: Bench, target: float) -> Outcome:
    """GET and PUT of one work among 10,000, against the same among 100."""
    bench.break_in_disk()
    works = (bench.small, bench.large)
    gets = [Load(bench.service, work.path, 8, bench.jwt) for work in works]
    # One connection: saves of one work wait for one another, and more would measure the queue.
    puts = [_puts(bench, [work], 1) for work in works]
    reads, writes = _versus(bench, "GET", gets), _versus(bench, "PUT", puts)
    return Outcome(
        "; ".join(
            f"{method}: {found.ours:,.0f}/s against {found.theirs:,.0f}/s"
            for method, found in (("GET", reads), ("PUT", writes))
        ),
        f"{reads.ratio:.2f} / {writes.ratio:.2f}",
        min(reads.ratio, writes.ratio) >= target,
    )


def _to_yardstick(bench: Bench, target: float, ours: Callable[[], float]) -> Outcome:
    found = compare(bench.rounds, lambda: bench.yardstick_rate(CONNECTIONS), ours)
    return Outcome(
        f"{found.ours:,.0f}/s against {found.theirs:,.0f}/s",
        f"{found.ratio:.2f}",
        found.ratio >= target,
    )


def _versus(bench: Bench, what: str, loads: Sequence[Load]) -> Comparison:
    small, large = loads
    for load in loads:
        bench.rate(load, seconds=1)
    return compare(bench.rounds, lambda: bench.rate(small), lambda: bench.rate(large), what)


def _puts(bench: Bench, works: Sequence[Work], connections: int) -> Load:
    """Return the load that saves these works in turn; a file tells wrk which they are."""
    listing = bench.directory / f"{works[0].document.stem}.tsv"
    listing.write_text("".join(f"{work.path}\t{work.document}\n" for work in works))
    return Load(bench.service, "/", connections, bench.jwt, "put.lua", listing)

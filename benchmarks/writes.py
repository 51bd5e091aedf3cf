"""Rows that write documents, and the row that compares project sizes."""

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
    bench.prepare_disk()
    load = _puts(bench, bench.many, CONNECTIONS)
    bench.rate(load, seconds=1)
    return _against_baseline(bench, target, lambda: bench.rate(load))


def post_work(bench: Bench, target: float) -> Outcome:
    """POST of new works into a new project, which is deleted afterwards."""
    bench.prepare_disk()
    project = bench.new_project("New works")
    body = bench.directory / "creation.json"
    body.write_text(json.dumps(data.creation()))
    load = Load(bench.service, f"{project}/works", CONNECTIONS, bench.jwt, "post.lua", body)
    try:
        bench.rate(load, seconds=1)
        return _against_baseline(bench, target, lambda: bench.rate(load))
    finally:
        time.sleep(1)  # wrk exits without waiting for the last responses
        bench.api.raw("DELETE", project)


def project_size(bench: Bench, target: float) -> Outcome:
    """GET and PUT of one work among 10,000, compared with one among 100."""
    bench.prepare_disk()
    works = (bench.small, bench.large)
    gets = [Load(bench.service, work.path, 8, bench.jwt) for work in works]
    # One connection, as saves of the same work are serialized by its lock.
    puts = [_puts(bench, [work], 1) for work in works]
    reads, writes = _compare(bench, "GET", gets), _compare(bench, "PUT", puts)
    return Outcome(
        "; ".join(
            f"{method}: {found.ours:,.0f}/s against {found.theirs:,.0f}/s"
            for method, found in (("GET", reads), ("PUT", writes))
        ),
        f"{reads.ratio:.2f} / {writes.ratio:.2f}",
        min(reads.ratio, writes.ratio) >= target,
    )


def _against_baseline(bench: Bench, target: float, ours: Callable[[], float]) -> Outcome:
    found = compare(bench.rounds, lambda: bench.baseline_rate(CONNECTIONS), ours)
    return Outcome(
        f"{found.ours:,.0f}/s against {found.theirs:,.0f}/s",
        f"{found.ratio:.2f}",
        found.ratio >= target,
    )


def _compare(bench: Bench, method: str, loads: Sequence[Load]) -> Comparison:
    small, large = loads
    for load in loads:
        bench.rate(load, seconds=1)
    return compare(bench.rounds, lambda: bench.rate(small), lambda: bench.rate(large), method)


def _puts(bench: Bench, works: Sequence[Work], connections: int) -> Load:
    """Return a load that saves these works in turn; wrk reads them from a file."""
    listing = bench.directory / f"{works[0].document.stem}.tsv"
    listing.write_text("".join(f"{work.path}\t{work.document}\n" for work in works))
    return Load(bench.service, "/", connections, bench.jwt, "put.lua", listing)

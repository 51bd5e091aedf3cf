"""Rows about requests: reads and durable saves against a bare view, MCP tools against REST."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.bench import Bench
from benchmarks.client import Api
from benchmarks.measure import Comparison, Outcome, compare, median_milliseconds
from benchmarks.wrk import Load

FEW, MANY = 8, 32  # connections
SAVES = ("files", "rows")  # the baselines: a file for each document, SQLite
MCP_VERSION = "2026-07-28"
_META = {
    "io.modelcontextprotocol/protocolVersion": MCP_VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
}


def get_work(bench: Bench, target: float) -> Outcome:
    """GET of one work of 40 KB with a JWT, over few connections."""
    load = Load(bench.service, bench.work.path, FEW, bench.api.token)
    return _against_baseline(bench, target, [load])


def get_work_many(bench: Bench, target: float) -> Outcome:
    """The same over many connections."""
    load = Load(bench.service, bench.work.path, MANY, bench.api.token)
    return _against_baseline(bench, target, [load])


def get_work_token(bench: Bench, target: float) -> Outcome:
    """GET of one work with an API token, compared with a JWT."""
    path = bench.work.path
    Api(bench.service.port, bench.api_token).call("GET", path)
    pairs = zip(
        _gets(bench, path, bench.api.token), _gets(bench, path, bench.api_token), strict=True
    )
    return _outcome(target, {ours.connections: _compare(bench, jwt, ours) for jwt, ours in pairs})


def list_works(bench: Bench, target: float) -> Outcome:
    """GET of a list of 1,000 works."""
    path = bench.listed
    if (length := len(bench.api.call("GET", path))) != 1_000:
        raise RuntimeError(f"the list of 1,000 works has {length} entries")
    return _against_baseline(bench, target, _gets(bench, path, bench.api.token))


def shared_work(bench: Bench, target: float) -> Outcome:
    """GET of one work by a member, compared with its owner."""
    return _of_member(bench, target, bench.team.work)


def shared_projects(bench: Bench, target: float) -> Outcome:
    """GET of a list of 1,000 projects of which 900 are shared, compared with one's own."""
    return _of_member(bench, target, "/api/projects")


def _of_member(bench: Bench, target: float, path: str) -> Outcome:
    sides = (_gets(bench, path, token) for token in (bench.team.owner, bench.team.member))
    found = {ours.connections: _compare(bench, own, ours) for own, ours in zip(*sides, strict=True)}
    return _outcome(target, found)


def put_work(bench: Bench, target: float) -> Outcome:
    """PUT of whole works of 40 KB, each with one field changed."""
    bench.prepare_disk()
    listing = _listing(bench, "works", [work.path for work in bench.many])
    ours = Load(bench.service, "/", MANY, bench.api.token, "put.lua", listing)
    names = [work.document.stem for work in bench.many]
    theirs = {
        kind: Load(
            bench.baseline,
            "/",
            MANY,
            script="put.lua",
            argument=_listing(bench, kind, [f"/{kind}/{name}" for name in names]),
        )
        for kind in SAVES
    }
    return _against_saves(bench, target, ours, theirs)


def post_work(bench: Bench, target: float) -> Outcome:
    """POST of new works into a new project, which is deleted afterwards."""
    bench.prepare_disk()
    project = bench.api.new_project("New works")
    body = bench.directory / "creation.json"
    body.write_text(json.dumps(data.creation()))
    ours = Load(bench.service, f"{project}/works", MANY, bench.api.token, "post.lua", body)
    theirs = {
        kind: Load(bench.baseline, f"/{kind}", MANY, script="post.lua", argument=body)
        for kind in SAVES
    }
    try:
        return _against_saves(bench, target, ours, theirs)
    finally:
        time.sleep(1)  # wrk exits without waiting for the last responses
        bench.api.raw("DELETE", project)


def mcp_tools(bench: Bench, target: float) -> Outcome:
    """Calls of MCP tools that read, one after the other, compared with the GET for the same."""
    work = bench.work.path
    project = work.rpartition("/works/")[0]
    handle = "/".join(work.split("/")[3::2])
    found = {
        tool: _tool_against_get(bench, tool, arguments, path)
        for tool, arguments, path in (
            ("get_work", {"work": handle}, work),
            ("find", {"what": "works", "project": handle.partition("/")[0]}, f"{project}/works"),
        )
    }
    return Outcome(
        "; ".join(f"{tool} {f.ours:.2f} ms against {f.theirs:.2f} ms" for tool, f in found.items()),
        ", ".join(f"{f.ratio:.2f}" for f in found.values()),
        max(f.ratio for f in found.values()) <= target,
    )


def _gets(bench: Bench, path: str, token: str | None) -> list[Load]:
    """Return the loads with few and with many connections."""
    return [Load(bench.service, path, connections, token) for connections in (FEW, MANY)]


def _against_baseline(bench: Bench, target: float, loads: Iterable[Load]) -> Outcome:
    """Compare loads with the bare Flask view, at as many connections."""
    found = {
        load.connections: _compare(bench, Load(bench.baseline, "/", load.connections), load)
        for load in loads
    }
    return _outcome(target, found)


def _listing(bench: Bench, name: str, paths: Iterable[str]) -> Path:
    """Write which documents wrk saves in turn, at which paths."""
    listing = bench.directory / f"{name}.tsv"
    lines = zip(paths, bench.many, strict=True)
    listing.write_text("".join(f"{path}\t{work.document}\n" for path, work in lines))
    return listing


def _against_saves(bench: Bench, target: float, ours: Load, theirs: dict[str, Load]) -> Outcome:
    """Compare durable saves with those of the baselines: with files, and with SQLite."""
    files, rows = (_compare(bench, theirs[kind], ours) for kind in SAVES)
    return Outcome(
        f"{files.ours:,.0f}/s against {files.theirs:,.0f}/s with files,"
        f" {rows.theirs:,.0f}/s with SQLite",
        f"{files.ratio:.2f} / {rows.ratio:.2f}",
        files.ratio >= target and rows.ratio > 1,
    )


def _compare(bench: Bench, theirs: Load, ours: Load) -> Comparison:
    bench.rate(ours, seconds=1)  # warms the caches of all workers
    what = f"c{ours.connections}"
    return compare(bench.rounds, lambda: bench.rate(theirs), lambda: bench.rate(ours), what)


def _outcome(target: float, found: dict[int, Comparison]) -> Outcome:
    """Return the outcome of comparisons by their connections; all must reach the target."""
    return Outcome(
        "; ".join(f"c{n}: {f.ours:,.0f}/s against {f.theirs:,.0f}/s" for n, f in found.items()),
        " / ".join(f"{f.ratio:.2f}" for f in found.values()),
        all(f.ratio >= target for f in found.values()),
    )


def _tool_against_get(bench: Bench, tool: str, arguments: dict[str, Any], path: str) -> Comparison:
    def timed(request: Callable[[], object]) -> float:
        return median_milliseconds(request, bench.seconds)

    return compare(
        bench.rounds,
        lambda: timed(lambda: bench.api.raw("GET", path)),
        lambda: timed(lambda: _call_tool(bench.api, tool, arguments)),
        tool,
    )


def _call_tool(api: Api, tool: str, arguments: dict[str, Any]) -> None:
    """Call an MCP tool. Raises RuntimeError if it fails."""
    params = {"name": tool, "arguments": arguments, "_meta": _META}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "MCP-Protocol-Version": MCP_VERSION,
        "Mcp-Method": "tools/call",
        "Mcp-Name": tool,
    }
    answer = api.raw("POST", "/mcp", json.dumps(message).encode(), headers)
    if b'"isError"' in answer:
        raise RuntimeError(f"{tool}: {answer[:500]!r}")

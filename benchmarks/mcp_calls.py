"""Rows about MCP: what a call of a tool costs, and whether the API stays quick during many."""

from __future__ import annotations

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.bench import Bench
from benchmarks.generation import Studio, milliseconds, open_studio
from benchmarks.measure import Outcome, compare, log

CALLS = 1_000
VERSION = "2026-07-28"
_META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
}


def reading_tools(bench: Bench, target: float) -> Outcome:
    """Calls of tools that read, one after the other, compared with the GET that gives the same."""
    work = bench.work.path
    project = work.rpartition("/works/")[0]
    handle = "/".join(work.split("/")[3::2])
    pairs = {
        "get_work": ({"work": handle}, work),
        "find": ({"what": "works", "project": handle.partition("/")[0]}, f"{project}/works"),
    }
    ratios, figures = {}, []
    for tool, (arguments, path) in pairs.items():
        found = compare(
            bench.rounds,
            lambda path=path: _milliseconds(bench, lambda: bench.api.raw("GET", path)),  # type: ignore[misc]
            lambda tool=tool, arguments=arguments: _milliseconds(  # type: ignore[misc]
                bench, lambda: _call(bench, tool, arguments)
            ),
            tool,
        )
        ratios[tool] = found.ratio
        figures.append(f"{tool} {found.ours:.2f} ms against {found.theirs:.2f} ms")
    ratio = ", ".join(f"{each:.2f}" for each in ratios.values())
    return Outcome("; ".join(figures), ratio, max(ratios.values()) <= target)


def get_during_calls(bench: Bench, target: float) -> Outcome:
    """GET of a work while a thousand calls that wait for a job are open."""
    with open_studio(bench, "calls") as studio:
        seconds = 2 * bench.rounds * bench.seconds + 60
        studio.vendors.rule(kind="image", times=None, slow=seconds)
        job = studio.api.call("POST", f"{studio.work}/jobs", {"kind": "scene", "sceneIndex": 0})
        handle = f"{job['projectId']}/{job['workId']}/{job['id']}"

        def busy() -> float:
            with _waiting_calls(studio, handle):
                return milliseconds(studio, bench.seconds)

        milliseconds(studio, 1)
        found = compare(bench.rounds, lambda: milliseconds(studio, bench.seconds), busy, "ms")
        studio.api.call("POST", f"{studio.work}/jobs/{job['id']}/cancel")
    figure = f"{found.ours:.2f} ms against {found.theirs:.2f} ms"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


def _body(tool: str, arguments: dict[str, Any]) -> bytes:
    params = {"name": tool, "arguments": arguments, "_meta": _META}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return json.dumps(message).encode()


def _headers(tool: str) -> dict[str, str]:
    return {"MCP-Protocol-Version": VERSION, "Mcp-Method": "tools/call", "Mcp-Name": tool}


def _call(bench: Bench, tool: str, arguments: dict[str, Any]) -> None:
    """Call a tool. Raises RuntimeError if it fails."""
    answer = bench.api.raw("POST", "/mcp", _body(tool, arguments), _headers(tool))
    if b'"isError"' in answer:
        raise RuntimeError(f"{tool}: {answer[:500]!r}")


def _milliseconds(bench: Bench, request: Callable[[], object]) -> float:
    """Return the median time of sequential requests."""
    times = []
    deadline = time.perf_counter() + bench.seconds
    while (start := time.perf_counter()) < deadline:
        request()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


@contextmanager
def _waiting_calls(studio: Studio, job: str) -> Iterator[None]:
    """Make a thousand calls at once, each on a connection that stays open until the end."""
    ready, over = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_make_calls(studio, job, ready, over)))
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        over.set()
        thread.join()


async def _make_calls(
    studio: Studio, job: str, ready: threading.Event, over: threading.Event
) -> None:
    body = _body("get_job", {"job": job, "wait": 45})
    fields = {
        **_headers("get_job"),
        "Host": "localhost",
        "Authorization": f"Bearer {studio.token}",
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    request = f"POST /mcp HTTP/1.1\r\n{head}\r\n".encode() + body

    async def open_one() -> asyncio.StreamWriter:
        _, writer = await asyncio.open_connection("127.0.0.1", studio.server.port)
        writer.write(request)
        await writer.drain()
        return writer

    writers = await asyncio.gather(*(open_one() for _ in range(CALLS)))
    await asyncio.sleep(1)  # those beyond WAITERS are answered
    log(f"      {len(writers)} calls were made")
    ready.set()
    while not over.is_set():
        await asyncio.sleep(0.05)
    for writer in writers:
        writer.close()

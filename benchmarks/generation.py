"""Rows about AI generation, with the fake providers of tests/vendors."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks import data, server
from benchmarks.bench import MB, Bench
from benchmarks.client import FAILURES, Api, download
from benchmarks.measure import Outcome, compare, log
from benchmarks.memory import memory_sampler
from tests.vendors.control import Vendors

GENERATIONS = 20
CLIP_MB = 100
VIDEO_PROVIDERS = ("runway", "gemini")  # Gemini sends the clip as base64 in JSON


@dataclass(frozen=True)
class Studio:
    """A service that uses the fake providers, and a work with scenes in it."""

    server: server.Server
    vendors: Vendors
    token: str
    api: Api
    work: str


def get_while_generating(bench: Bench, target: float) -> Outcome:
    """GET of a work while twenty requests wait for a provider that does not respond."""
    with open_studio(bench, "waiting") as studio:

        def busy() -> float:
            with _hanging(studio, bench):
                return milliseconds(studio, bench.seconds)

        milliseconds(studio, 1)
        found = compare(bench.rounds, lambda: milliseconds(studio, bench.seconds), busy, "ms")
    figure = f"{found.ours:.2f} ms against {found.theirs:.2f} ms"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


def clip_memory(bench: Bench, target: float) -> Outcome:
    """Growth of resident memory while clips of 100 MB are downloaded from providers."""
    growths = {}
    with open_studio(bench, "clips") as studio:
        studio.vendors.rule(kind="submit", times=None, megabytes=CLIP_MB, deliver="inline")
        for index, provider in enumerate(VIDEO_PROVIDERS):
            for _ in studio.server.workers():
                _scene(studio, index, provider)  # imports what is imported on first use
            with memory_sampler(studio.server.processes()) as sampler:
                seconds = _scene(studio, index, provider)
            _check_size(studio, index)
            growths[provider] = (sampler.peak - sampler.first) / MB
            log(f"    {provider}: {growths[provider]:+.0f} MB, {seconds:.1f} s")
    figure = ", ".join(f"{provider} {growth:+.0f} MB" for provider, growth in growths.items())
    return Outcome(figure, f"{max(growths.values()):+.0f} MB", max(growths.values()) < target)


@contextmanager
def open_studio(bench: Bench, name: str) -> Iterator[Studio]:
    """Start a service with the fake providers, and create a work in it."""
    with ExitStack() as stack:
        vendors = stack.enter_context(Vendors.spawned())
        settings = {"PROVIDER_POLL": "0.1", "PROVIDER_CONCURRENCY": str(GENERATIONS)}
        directory = bench.directory / name
        app = server.gunicorn(
            "wsgi:app", directory, "/api/health", {**settings, **vendors.environ()}
        )
        started = stack.enter_context(app)
        user = {"email": "bench@example.com", "password": "correct horse", "name": "Bench"}
        token = Api(started.port).call("POST", "/api/auth/register", user)["accessToken"]
        api = Api(started.port, token)
        project = f"/api/projects/{api.call('POST', '/api/projects', {})['id']}"
        work = f"{project}/works/{api.call('POST', f'{project}/works', {})['id']}"
        api.call("PUT", work, data.edited(400))
        yield Studio(started, vendors, token, api, work)


@contextmanager
def _hanging(studio: Studio, bench: Bench) -> Iterator[None]:
    """Keep twenty requests waiting while the context lasts."""
    studio.vendors.reset()
    studio.vendors.rule(kind="image", times=None, slow=bench.seconds + 3)
    threads = [
        threading.Thread(target=_wait_for, args=(studio, index)) for index in range(GENERATIONS)
    ]
    for thread in threads:
        thread.start()
    while len(studio.vendors.counts()) < GENERATIONS:
        time.sleep(0.05)
    time.sleep(0.5)
    try:
        yield
        if len(studio.vendors.counts()) != GENERATIONS:
            bench.errors.append("not all of the twenty requests waited to the end")
    finally:
        for thread in threads:
            thread.join()


def _wait_for(studio: Studio, index: int) -> None:
    try:
        studio.api.call("POST", f"{studio.work}/generate/scene/{index}")
    except FAILURES as error:
        log(f"      scene {index}: {error}")


def milliseconds(studio: Studio, seconds: int) -> float:
    """Return the median time of sequential GETs of the work."""
    times = []
    deadline = time.perf_counter() + seconds
    while (start := time.perf_counter()) < deadline:
        studio.api.raw("GET", studio.work)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def _scene(studio: Studio, index: int, provider: str) -> float:
    """Generate a scene and return the seconds that it took."""
    start = time.perf_counter()
    studio.api.call(
        "POST",
        f"{studio.work}/generate/scene/{index}",
        headers={"x-video-provider": provider},
    )
    return time.perf_counter() - start


def _check_size(studio: Studio, index: int) -> None:
    """Raise RuntimeError if the stored clip is smaller than the provider's."""
    path = f"{studio.work}/media/scene/{index}/video"
    size = download(studio.server.port, path, studio.token)
    if size < CLIP_MB * MB:
        raise RuntimeError(f"the clip has only {size:,} bytes")

"""Row about AI generation, with a fake provider of tests/vendors."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import data, server
from benchmarks.bench import Bench
from benchmarks.client import FAILURES, Api
from benchmarks.measure import Outcome, compare, log, median_milliseconds
from tests.vendors.control import Vendors

GENERATIONS = 20


def get_while_generating(bench: Bench, target: float) -> Outcome:
    """GET of a work while twenty requests wait for a provider that does not respond."""
    with Vendors.spawned() as vendors:
        settings = {"PROVIDER_CONCURRENCY": str(GENERATIONS), **vendors.environ()}
        directory = bench.directory / "waiting"
        with server.gunicorn("wsgi:app", directory, "/api/health", settings) as started:
            api = Api.register(started.port)
            work = api.new_work(api.new_project())
            api.call("PUT", work, data.edited(400))

            def idle() -> float:
                return median_milliseconds(lambda: api.raw("GET", work), bench.seconds)

            def busy() -> float:
                with _hanging(bench, vendors, api, work):
                    return idle()

            idle()
            found = compare(bench.rounds, idle, busy, "ms")
    figure = f"{found.ours:.2f} ms against {found.theirs:.2f} ms"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


@contextmanager
def _hanging(bench: Bench, vendors: Vendors, api: Api, work: str) -> Iterator[None]:
    """Keep twenty requests waiting while the context lasts."""
    vendors.reset()
    vendors.rule(kind="image", times=None, slow=bench.seconds + 3)
    threads = [
        threading.Thread(target=_generate, args=(api, f"{work}/generate/scene/{index}"))
        for index in range(GENERATIONS)
    ]
    for thread in threads:
        thread.start()
    while len(vendors.counts()) < GENERATIONS:
        time.sleep(0.05)
    time.sleep(0.5)
    try:
        yield
        if len(vendors.counts()) != GENERATIONS:
            bench.errors.append("not all of the twenty requests waited to the end")
    finally:
        for thread in threads:
            thread.join()


def _generate(api: Api, scene: str) -> None:
    try:
        api.call("POST", scene)
    except FAILURES as error:
        log(f"      {scene}: {error}")

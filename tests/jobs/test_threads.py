"""Requests that wait for jobs have threads beside those that serve the others: in real gunicorn."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.jobs.following import until
from tests.service import Client, Service
from tests.vendors import Vendors

THREADS, WAITING = 2, 6


@pytest.fixture
def service(tmp_path: Path, vendors: Vendors) -> Iterator[Service]:
    """A service of one process with few threads."""
    few = {"WORKERS": 1, "THREADS": THREADS, "WAITERS": 8, "PROVIDER_CONCURRENCY": WAITING}
    service = Service(tmp_path / "data", **few, PROVIDER_POLL=0.1, **vendors.environ())
    service.start()
    yield service
    service.stop()


def test_more_may_wait_than_there_are_threads_and_the_others_are_served(
    service: Service, vendors: Vendors
) -> None:
    vendors.rule(kind="image", slow=3, times=None)
    ana = service.client(service.register())
    work = new_work(ana)
    with ThreadPoolExecutor(WAITING) as people:
        clients = [service.client(ana.token) for _ in range(WAITING)]
        waiting = [
            people.submit(client.post, f"{work}/generate/scene/{index}")
            for index, client in enumerate(clients)
        ]
        until(lambda: len(vendors.counts()) == WAITING)

        served = [ana.get(work).status for _ in range(50)]

        assert not any(each.done() for each in waiting)
    assert served == [200] * 50
    assert [each.result().status for each in waiting] == [200] * WAITING


def new_work(ana: Client) -> str:
    work = ana.new_work(ana.new_project())
    scenes = [{"scene_index": index, "image_prompt": f"{index}"} for index in range(WAITING)]
    assert ana.put(work, {"scenes": scenes}).status == 200
    return work

"""Requests that wait for jobs get additional threads, in real gunicorn."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.jobs.helpers import new_work_with_scenes, until
from tests.service import Service

THREADS, WAITING = 2, 6


@pytest.fixture
def service(tmp_path, vendors):
    """The service with one process and few threads."""
    settings = {"WORKERS": 1, "THREADS": THREADS, "WAITERS": 8, "PROVIDER_CONCURRENCY": WAITING}
    with Service.running(
        tmp_path / "data", **settings, PROVIDER_POLL=0.1, **vendors.environ()
    ) as service:
        yield service


def test_more_requests_wait_than_there_are_threads_while_others_are_served(service, vendors):
    vendors.rule(kind="submit", takes=None, times=None)
    ana = service.client(service.register())
    work = new_work_with_scenes(ana, ana.new_project(), WAITING)
    with ThreadPoolExecutor(WAITING) as threads:
        clients = [service.client(ana.token) for _ in range(WAITING)]
        waiting = [
            threads.submit(client.post, f"{work}/generate/scene/{index}")
            for index, client in enumerate(clients)
        ]
        until(lambda: len(vendors.tasks()) == WAITING)

        statuses = [ana.get(work).status for _ in range(20)]

        assert not any(each.done() for each in waiting)
        vendors.release()
    assert statuses == [200] * 20
    assert [each.result().status for each in waiting] == [200] * WAITING

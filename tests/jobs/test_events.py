"""Watching jobs by server-sent events, over the real service."""

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from schemas.jobs import JobSchema
from tests.jobs.following import MODELS, until
from tests.service import Client, Service
from tests.vendors import Vendors
from tests.works.shapes import scene

Event = dict[str, str]

WAITERS = 4  # in one process; two of them may be watchers


@pytest.fixture(scope="module")
def all_vendors() -> Iterator[Vendors]:
    with Vendors.running() as vendors:
        yield vendors


@pytest.fixture
def vendors(all_vendors: Vendors) -> Vendors:
    all_vendors.reset()
    return all_vendors


@pytest.fixture(scope="module")
def service(all_vendors: Vendors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("service") / "data"
    settings = {"WORKERS": 1, "THREADS": 2, "WAITERS": WAITERS, "PROVIDER_POLL": 0.05}
    service = Service(data, **settings, **all_vendors.environ())
    service.start()
    yield service
    service.stop()
    assert "Traceback" not in service.log.read_text()


@pytest.fixture(scope="module")
def ana(service: Service) -> Client:
    return service.client(service.register())


@pytest.fixture
def work(ana: Client, vendors: Vendors) -> str:
    work = ana.new_work(ana.new_project())
    assert ana.put(work, {"scenes": [scene(0)]}).status == 200
    return work


class Watcher:
    """Someone who watches a job, over a connection of their own."""

    def __init__(self, ana: Client, port: int, job: str, last: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        headers = {"Authorization": f"Bearer {ana.token}"}
        headers |= {"Last-Event-ID": last} if last is not None else {}
        self._connection.request("GET", f"{job}/events", headers=headers)
        self.answer = self._connection.getresponse()

    def event(self) -> Event | None:
        """The next event; None at the end of them."""
        event: Event = {}
        while line := self.answer.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = value
            elif "data" in event:
                return event
            else:
                event = {}
        return None

    def events(self) -> list[Event]:
        """All events until the end."""
        return list(iter(self.event, None))

    def leave(self) -> None:
        self.answer.close()
        self._connection.close()


@pytest.fixture
def watch(service: Service, ana: Client) -> Iterator[Any]:
    """Begins to watch jobs."""
    watchers: list[Watcher] = []

    def begin(job: str, last: str | None = None) -> Watcher:
        watchers.append(Watcher(ana, service.port, job, last))
        return watchers[-1]

    yield begin
    for watcher in watchers:
        watcher.leave()


@pytest.fixture
def long(ana: Client, work: str, vendors: Vendors) -> Iterator[str]:
    """The path of a job that takes long, and tells of progress all the while."""
    vendors.rule(vendor="runway", kind="submit", polls=200, times=None)
    job = start(ana, work)
    yield job
    ana.post(f"{job}/cancel")
    until(lambda: ana.get(job).status == 404 or ana.get(job).json["finishedAt"])


def start(ana: Client, work: str) -> str:
    answer = ana.post(f"{work}/jobs", {"kind": "scene", "sceneIndex": 0}, **MODELS)
    assert answer.status == 202, answer.body
    return answer.headers["Location"]


def test_tell_of_each_change_until_the_job_is_finished(
    ana: Client, work: str, vendors: Vendors, watch: Any
) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=0.5)

    watcher = watch(start(ana, work))

    assert watcher.answer.status == 200
    assert watcher.answer.headers["Content-Type"].startswith("text/event-stream")
    assert watcher.answer.headers["Cache-Control"] == "no-store"
    jobs = [json.loads(event["data"]) for event in watcher.events()]
    assert all(JobSchema().validate(job) == {} for job in jobs)
    assert [job["state"] for job in jobs][-1] == "succeeded"
    assert "waiting" in [job["state"] for job in jobs]
    percents = [job["progress"]["percent"] for job in jobs]
    assert percents == sorted(percents)


def test_have_ids_that_say_which_version_of_the_job_they_are(
    ana: Client, work: str, watch: Any
) -> None:
    events = watch(start(ana, work)).events()

    ids = [int(event["id"]) for event in events]
    assert ids == [json.loads(event["data"])["updatedAt"] for event in events]
    assert ids == sorted(set(ids))
    assert {event["event"] for event in events} == {"job"}


def test_come_as_they_happen(ana: Client, long: str, watch: Any) -> None:
    watcher = watch(long)

    seen = [watcher.event() for _ in range(3)]

    assert all(json.loads(event["data"])["finishedAt"] is None for event in seen)


def test_go_on_after_the_last_one_that_a_client_had(ana: Client, work: str, watch: Any) -> None:
    job = start(ana, work)
    events = watch(job).events()

    assert watch(job, events[-1]["id"]).events() == []
    assert watch(job, events[0]["id"]).events() == events[-1:]


@pytest.mark.parametrize("last", ["", "x", "-1", "1e9", "²", "9" * 18, "9" * 30, "9" * 5000])
def test_of_a_finished_job_are_its_end(ana: Client, work: str, watch: Any, last: str) -> None:
    job = start(ana, work)
    watch(job).events()

    events = watch(job, last.encode().decode("latin-1")).events()

    assert len(events) == (0 if last == "9" * 18 else 1)


def test_say_when_a_job_was_deleted_with_its_work(
    ana: Client, work: str, long: str, watch: Any
) -> None:
    watcher = watch(long)
    watcher.event()

    assert ana.delete(work).status == 204

    assert watcher.events()[-1] == {"event": "deleted", "data": "{}"}


def test_a_watcher_who_leaves_frees_the_place(ana: Client, long: str, watch: Any) -> None:
    watchers = two_watchers(watch, long)
    refused = watch(long).answer
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")

    watchers[0].leave()

    assert until(lambda: watch(long).answer.status == 200)


def test_whoever_waits_takes_nothing_from_the_others(
    service: Service, ana: Client, work: str, long: str, watch: Any
) -> None:
    watching = two_watchers(watch, long)
    with ThreadPoolExecutor(6) as threads:
        clients = [service.client(ana.token) for _ in range(6)]
        waiting = [threads.submit(each.get, f"{long}?wait=20") for each in clients]
        until(lambda: sum(each.done() for each in waiting) == 5)  # no place for these

        begin = time.monotonic()
        for _ in range(20):
            assert ana.get(work).status == 200

        assert time.monotonic() - begin < 10  # of the 20 that the waiting request takes
        ana.post(f"{long}/cancel")
    assert sorted(each.result().status for each in waiting) == [200] + [503] * 5
    assert ['"cancelled"' in watcher.events()[-1]["data"] for watcher in watching] == [True] * 2


def two_watchers(watch: Any, job: str) -> list[Watcher]:
    """As many as there may be, once those of the test before have gone."""

    def welcome() -> Watcher | None:
        watcher: Watcher = watch(job)
        return watcher if watcher.answer.status == 200 else None

    return [until(welcome), until(welcome)]

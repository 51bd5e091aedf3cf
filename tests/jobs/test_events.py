"""Server-sent events of jobs, from the real service."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import pytest

from schemas.jobs import JobSchema
from settings.tuning import Tuning
from tests.cases import cases
from tests.event_stream import Event, EventStream
from tests.jobs.helpers import (
    CLIP_REQUEST,
    new_work_with_scenes,
    start_scene_job,
    until,
    wait_for_any_call,
    wait_until_finished,
)
from tests.reliability.ended_access import is_connected
from tests.reliability.wire import dial, head
from tests.service import Client, Service

WAITERS = 6  # in one process
SLOTS = 4  # of a user at most, two of them for event streams


@pytest.fixture(scope="module")
def service(shared_vendors, tmp_path_factory):
    data = tmp_path_factory.mktemp("service") / "data"
    settings = {"WORKERS": 1, "THREADS": 2, "WAITERS": WAITERS, "PROVIDER_POLL": 0.05}
    with Service.running(data, **settings, **shared_vendors.environ()) as service:
        yield service
    assert "Traceback" not in service.log.read_text()


@pytest.fixture(scope="module")
def ana(service):
    return service.client(service.register())


@pytest.fixture
def work(ana, vendors):
    """The path of a work with one scene."""
    return new_work_with_scenes(ana, ana.new_project(), 1)


@pytest.fixture(scope="module")
def finished_job(ana, shared_vendors):
    """The path of a job that has ended."""
    shared_vendors.reset()
    job = start_scene_job(ana, new_work_with_scenes(ana, ana.new_project(), 1))
    wait_until_finished(ana, job)
    return job


OpenStream = Callable[..., EventStream]


@pytest.fixture
def open_stream(service, ana):
    """A function that opens an event stream of a job."""
    streams: list[EventStream] = []

    def open_stream(job: str, last_id: str | None = None) -> EventStream:
        streams.append(EventStream(ana, f"{job}/events", last_id))
        return streams[-1]

    yield open_stream
    for stream in streams:
        stream.close()


@pytest.fixture
def long_job(ana, work, vendors):
    """The path of a job that reports progress and does not finish during a test."""
    vendors.rule(vendor="runway", kind="submit", polls=200, takes=120, times=None)
    job = start_scene_job(ana, work)
    yield job
    ana.post(f"{job}/cancel")
    until(lambda: ana.get(job).status == 404 or ana.get(job).json["finishedAt"])


def test_event_stream_sends_each_change_until_the_job_is_finished(ana, work, vendors, open_stream):
    vendors.rule(**CLIP_REQUEST, takes=None)

    stream = open_stream(start_scene_job(ana, work))

    assert stream.answer.status == 200
    assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
    assert stream.answer.headers["Cache-Control"] == "no-store"
    jobs = [job_of(stream.next_event())]
    while jobs[-1]["state"] != "waiting":  # for its clip
        jobs.append(job_of(stream.next_event()))
    vendors.release()
    jobs += map(job_of, stream.events())
    assert all(JobSchema().validate(job) == {} for job in jobs)
    assert jobs[-1]["state"] == "succeeded"
    percents = [job["progress"]["percent"] for job in jobs]
    assert percents == sorted(percents)


def job_of(event: Event | None) -> Any:
    """Return the job that an event contains."""
    assert event, "the stream has ended"
    return json.loads(event["data"])


def test_event_id_is_the_updated_at_of_the_job(ana, work, open_stream):
    events = open_stream(start_scene_job(ana, work)).events()

    ids = [int(event["id"]) for event in events]
    assert ids == [json.loads(event["data"])["updatedAt"] for event in events]
    assert ids == sorted(set(ids))
    assert {event["event"] for event in events} == {"job"}


def test_events_are_sent_while_the_job_runs(long_job, open_stream):
    stream = open_stream(long_job)

    events = [stream.next_event() for _ in range(3)]

    assert all(event and json.loads(event["data"])["finishedAt"] is None for event in events)


def test_event_stream_continues_after_last_event_id(ana, work, vendors, open_stream):
    vendors.rule(**CLIP_REQUEST, takes=None)
    job = start_scene_job(ana, work)
    stream = open_stream(job)
    first = stream.next_event()
    vendors.release()
    events = [first, *stream.events()]

    assert open_stream(job, events[-1]["id"]).events() == []
    assert open_stream(job, events[0]["id"]).events() == events[-1:]


@cases(
    "last_id",
    {
        "empty": "",
        "letter": "x",
        "negative": "-1",
        "exponent": "1e9",
        "superscript digit": "²",
        "18 digits": "9" * 18,
        "30 digits": "9" * 30,
        "5000 digits": "9" * 5000,
    },
)
def test_event_stream_of_a_finished_job_sends_its_final_state(finished_job, open_stream, last_id):
    events = open_stream(finished_job, last_id.encode().decode("latin-1")).events()

    assert len(events) == (0 if last_id == "9" * 18 else 1)


def test_event_stream_ends_with_deleted_if_the_work_is_deleted(ana, work, long_job, open_stream):
    wait_for_any_call(ana, long_job, "submitted")  # from now on, only a deletion can end it
    stream = open_stream(long_job)
    first = stream.next_event()

    assert ana.delete(work).status == 204

    events = [first, *stream.events()]
    assert events[-1] == {"event": "deleted", "data": "{}"}, events


def test_closed_event_stream_releases_its_slot(ana, long_job, open_stream):
    streams = open_two_streams(open_stream, long_job)
    refused = open_stream(long_job).answer
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")

    streams[0].close()

    # earlier than by the second heartbeat: the first one is still accepted by the system
    assert until(lambda: open_stream(long_job).answer.status == 200, 1.7 * Tuning().heartbeat)


def test_waiting_requests_whose_clients_have_left_release_their_slots(service, ana, long_job):
    clients: list[HTTPConnection] = []

    def is_refused() -> bool:
        client = HTTPConnection("127.0.0.1", ana.port, timeout=0.5)
        clients.append(client)
        headers = {"Authorization": f"Bearer {ana.token}"}
        try:
            client.request("GET", f"{long_job}?wait=60", headers=headers)
            return client.getresponse().status == 503
        except TimeoutError:  # it waits
            return False

    assert until(is_refused)

    for client in clients:
        client.close()

    all_slots = [service.client(ana.token) for _ in range(SLOTS)]
    with ThreadPoolExecutor(SLOTS) as threads:

        def are_free() -> bool:
            answers = threads.map(lambda client: client.get(f"{long_job}?wait=1"), all_slots)
            return {answer.status for answer in answers} == {200}

        assert until(are_free, 40)  # they wait for 60 s


def add_ben(service: Service, ana: Client, project: str) -> tuple[Client, str]:
    """Invite Ben to a project, who accepts; return his client and his id."""
    ben = service.client(service.register(f"ben-{project[-8:]}@example.com"))
    invitation = ana.post(f"{project}/invitations", {"role": "viewer"}).json
    token = invitation["url"].rpartition("/")[2]
    assert ben.post(f"/api/invitations/{token}/accept").status == 200
    return ben, ben.show("/api/auth/me")["id"]


def test_streams_and_waiting_requests_of_a_removed_member_end(service, ana, work, long_job):
    project = work.partition("/works/")[0]
    ben, ben_id = add_ben(service, ana, project)
    stream = EventStream(ben, f"{long_job}/events")
    assert stream.next_event()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(lambda: ben.get(f"{long_job}?wait=60").status)

        assert ana.delete(f"{project}/members/{ben_id}").status == 204

        assert waiting.result(30) == 404
    assert all(event["event"] == "job" for event in stream.events())  # to its end
    stream.close()


@pytest.mark.thorough  # test_ended_access.py does so with all that a member can have open
def test_download_of_a_removed_member_ends(service, ana, work, samples):
    project = work.partition("/works/")[0]
    video = (samples / "video.mp4").read_bytes()
    size = 24 << 20  # more than the kernel keeps for both ends of a connection
    url = f"{work}/media/reference"
    assert ana.put(url, video + bytes(size - len(video)), Content_Type="video/mp4").status == 200
    ben, ben_id = add_ben(service, ana, project)
    with dial(service, head(ben, "GET", url), receive_buffer=1 << 16) as client:
        assert client.recv(12) == b"HTTP/1.1 200"

        assert ana.delete(f"{project}/members/{ben_id}").status == 204

        assert until(lambda: not is_connected(service, client))
        assert sum(map(len, iter(lambda: client.recv(1 << 20), b""))) < size


def test_waiting_requests_do_not_block_other_requests(service, ana, work, long_job, open_stream):
    streams = open_two_streams(open_stream, long_job)
    with ThreadPoolExecutor(6) as threads:
        clients = [service.client(ana.token) for _ in range(6)]
        waiting = [threads.submit(each.get, f"{long_job}?wait=60") for each in clients]
        until(lambda: sum(each.done() for each in waiting) == 4)  # without a free slot

        begin = time.monotonic()
        for _ in range(20):
            assert ana.get(work).status == 200

        assert time.monotonic() - begin < 30  # the waiting requests take 60 s
        ana.post(f"{long_job}/cancel")
    assert sorted(each.result().status for each in waiting) == [200] * 2 + [503] * 4
    assert ['"cancelled"' in stream.events()[-1]["data"] for stream in streams] == [True] * 2


def open_two_streams(open_stream: OpenStream, job: str) -> list[EventStream]:
    """Open as many streams as there may be, once those of the test before are closed."""

    def open_if_free() -> EventStream | None:
        stream = open_stream(job)
        return stream if stream.answer.status == 200 else None

    return [until(open_if_free), until(open_if_free)]

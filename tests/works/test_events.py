"""`GET /api/events`: what changes in a user's projects and jobs, as server-sent events."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from jobs.model import JobRef, JobSpec, new_job
from sharing.user_events import SCOPES, Feed
from storage.clock import now_ms
from storage.documents.change_log import ChangeLog, Position
from storage.paths import WorkRef, jobs_of_user, jobs_of_work
from storage.store import Store
from tests.event_stream import EventStream
from tests.people import Person

pytestmark = pytest.mark.tuning(event_poll=0.01, heartbeat=0.02, permission=0)

Event = tuple[str, Any]  # its name and data


class Events:
    """An open stream of events, which remembers the last id as browsers do."""

    def __init__(self, person: Person, last_id: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {person.token}"}
        headers |= {"Last-Event-ID": last_id} if last_id is not None else {}
        self.response = person.client.get("/api/events", headers=headers)
        self.last_id = last_id
        self._chunks = cast(Iterator[bytes], iter(self.response.response))

    def new(self) -> list[Event]:
        """Return the events of what changed until now: there is a look between two heartbeats."""
        events, heartbeats = [], 0
        while heartbeats < 2:
            chunk = next(self._chunks).decode()
            assert chunk.endswith("\n\n")
            heartbeats += chunk == ": heartbeat\n\n"
            fields = dict(line.split(": ", 1) for line in chunk.splitlines() if line)
            self.last_id = fields.get("id", self.last_id)
            if "event" in fields:
                events.append((fields["event"], json.loads(fields["data"])))
        return events

    def is_at_its_end(self) -> bool:
        return next(self._chunks, None) is None


Open = Callable[..., Events]


@pytest.fixture
def open_events(app):
    """A function that opens a stream of a user's events."""
    streams: list[Events] = []

    def open_events(person: Person, last_id: str | None = None) -> Events:
        streams.append(Events(person, last_id))
        return streams[-1]

    yield open_events
    for stream in streams:
        stream.response.close()


def add_job(store: Store, person: Person, job_id: str, work: str = "", **fields: Any) -> JobRef:
    """Store a job of the work at this path, or of no work, as if it had been started."""
    parts, user_id = work.split("/"), person.user["id"]
    collection = jobs_of_work(WorkRef(parts[3], parts[5])) if work else jobs_of_user(user_id)
    job = new_job(JobRef(collection, job_id), JobSpec("scenario", user_id, {}, []))
    store.collection(collection).create(job_id, {**job, **fields})
    return JobRef(collection, job_id)


def change_job(store: Store, ref: JobRef, **fields: Any) -> None:
    values = {"updatedAt": now_ms() + 1, **fields}
    store.collection(ref.collection).change(ref.id, lambda job: job.update(values))


def briefly(events: list[Event]) -> list[tuple[str, ...]]:
    """Return the events: jobs as their id and state, others as their name and id."""
    return [
        (data["id"], data["state"]) if name == "job" else (name, data.get(f"{name}Id", ""))
        for name, data in events
    ]


def test_stream_begins_with_the_unfinished_jobs(ana, work, store, open_events):
    add_job(store, ana, "job_done", work, state="succeeded")
    own, of_work = add_job(store, ana, "job_own"), add_job(store, ana, "job_work", work)

    stream = open_events(ana)

    assert stream.response.content_type == "text/event-stream"
    assert stream.new() == [("job", ana.show(ref.url)) for ref in (own, of_work)]


def test_changes_are_sent_as_they_happen(ana, project, store, open_events):
    stream = open_events(ana)
    assert stream.new() == []

    work = ana.show(ana.new_work(project))
    ids = {"workId": work["id"], "projectId": work["projectId"]}
    assert stream.new() == [("work", {**ids, "updatedAt": work["updatedAt"]})]

    path = f"{project}/works/{work['id']}"
    job = add_job(store, ana, "job_1", path)
    change_job(store, job, state="running")
    assert briefly(stream.new()) == [("job_1", "running")]

    renamed = ana.put(path, json={"name": "Tea"}).json
    change_job(store, job, state="succeeded")
    assert briefly(stream.new()) == [("job_1", "succeeded"), ("work", work["id"])]

    ana.delete(path)
    deleted = {**ids, "updatedAt": renamed["updatedAt"], "deleted": True}
    assert stream.new() == [("work", deleted)]


def test_works_of_new_and_deleted_projects_are_followed(ana, open_events):
    stream = open_events(ana)
    project = ana.new_project()
    work = ana.new_work(project)
    both = [("work", id_of(work)), ("project", id_of(project))]
    assert briefly(stream.new()) == both

    ana.post(f"{project}/templates", json={"name": "Price", "content": {}})
    stream.new()
    ana.delete(project)

    events = stream.new()
    assert briefly(events) == both
    assert [data["deleted"] for _, data in events] == [True, True]
    assert stream.new() == []


def test_projects_and_what_they_share_are_sent_as_they_change(ana, samples, open_events):
    stream = open_events(ana)
    paths = add_one_of_each(ana, samples)
    added = stream.new()
    assert {*briefly(added)} == {(name, id_of(path)) for name, path in paths.items()}

    for name, path in paths.items():
        changed = ana.patch(path, json={"name": "Summer"}).json
        ids = {"projectId": id_of(paths["project"]), f"{name}Id": id_of(path)}
        assert stream.new() == [(name, {**ids, "updatedAt": changed["updatedAt"]})]

    for name in ("template", "asset", "project"):
        ana.delete(paths[name])
        [(event, data)] = stream.new()
        assert (event, data[f"{name}Id"], data["deleted"]) == (name, id_of(paths[name]), True)


def test_invitations_are_told_until_they_end(ana, ben, project, open_events):
    others, own = open_events(ben), open_events(ana)
    offer = {"email": ben.user["email"], "role": "viewer"}
    first = ana.create(f"{project}/members", offer)["id"]
    told = ("invitation", {"invitationId": first})
    assert others.new() == [told]
    assert open_events(ben, others.last_id).new() == [told]

    second = ana.create(f"{ana.new_project()}/members", offer)["id"]
    ben.post(f"/api/invitations/{first}/decline")

    assert others.new() == [
        ("invitation", {"invitationId": second}),
        ("invitation", {"invitationId": first, "deleted": True}),
    ]
    assert "invitation" not in dict(own.new())


def add_one_of_each(ana: Person, samples: Path) -> dict[str, str]:
    """Create a project with one of each; return their paths by the names of events."""
    project = ana.new_project()
    asset = ana.upload(f"{project}/assets", samples / "image.png").json["id"]
    template = ana.post(f"{project}/templates", json={"name": "Price", "content": {}}).json["id"]
    member = ana.create(f"{project}/cast", {"name": "Mina", "kind": "person"})["id"]
    return {
        "project": project,
        "asset": f"{project}/assets/{asset}",
        "template": f"{project}/templates/{template}",
        "cast": f"{project}/cast/{member}",
    }


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


@pytest.mark.tuning(event_overlap_ms=0)
def test_stream_resumes_with_what_was_missed(ana, project, store, open_events):
    changed, _ = ana.new_work(project), ana.new_work(project)
    missed = add_job(store, ana, "job_missed", changed)
    add_job(store, ana, "job_other", changed)
    stream = open_events(ana)
    stream.new()

    new = ana.new_work(project)
    ana.put(changed, json={"name": "Tea"})
    change_job(store, missed, state="succeeded")
    time.sleep(0.01)  # so that the next look is in a later millisecond
    resumed = open_events(ana, stream.last_id)

    works = {("work", id_of(path)) for path in (new, changed)}
    assert {*briefly(resumed.new())} == {("job_missed", "succeeded"), *works}
    assert open_events(ana, resumed.last_id).new() == []


def test_change_that_is_seen_late_is_not_missed(ana, work, store, open_events):
    stream = open_events(ana)
    stream.new()

    add_job(store, ana, "job_late", work, updatedAt=now_ms() - 5_000)

    assert ("job_late", "queued") in briefly(open_events(ana, stream.last_id).new())


@pytest.mark.parametrize("last_id", ["x", "1", "9" * 15 + "-1", "9" * 99, "²-1", "5-7"])
def test_unknown_last_event_id_resets_the_client(ana, work, store, open_events, last_id):
    add_job(store, ana, "job_1", work)

    events = open_events(ana, last_id.encode().decode("latin-1")).new()

    assert briefly(events) == [("reset", ""), ("job_1", "queued")]


def test_missed_deletion_resets_the_client(ana, project, open_events):
    work = ana.new_work(project)
    stream = open_events(ana)
    stream.new()

    ana.delete(work)

    assert open_events(ana, stream.last_id).new() == [("reset", {})]


@pytest.mark.tuning(event_overlap_ms=0)
@pytest.mark.parametrize("name", ["project", "work"])
def test_missed_deletion_resets_the_client_also_if_an_older_one_was_restored(
    ana, project, open_events, name
):
    new: Callable[[], str] = ana.new_project if name == "project" else lambda: ana.new_work(project)
    older, other = new(), new()
    ana.delete(older)
    time.sleep(0.01)
    stream = open_events(ana)
    stream.new()

    ana.delete(other)
    [item] = (each for each in ana.show("/api/trash")["items"] if each["documentId"] in older)
    assert ana.post(f"/api/trash/{item['id']}/restore").status_code == 200

    assert open_events(ana, stream.last_id).new() == [("reset", {})]


@pytest.mark.tuning(event_overlap_ms=0)
@pytest.mark.parametrize("name", ["project", "asset", "template", "cast"])
def test_stream_resumes_with_missed_changes_of_projects(ana, samples, open_events, name):
    paths = add_one_of_each(ana, samples)
    time.sleep(0.01)
    stream = open_events(ana)
    stream.new()

    ana.patch(paths[name], json={"name": "Summer"})
    time.sleep(0.01)
    resumed = open_events(ana, stream.last_id)
    assert briefly(resumed.new()) == [(name, id_of(paths[name]))]

    ana.delete(paths[name])
    assert open_events(ana, resumed.last_id).new() == [("reset", {})]


@pytest.mark.tuning(missed_events=2)
def test_too_many_missed_events_reset_the_client(ana, work, store, open_events):
    stream = open_events(ana)
    stream.new()

    for number in range(3):
        add_job(store, ana, f"job_{number}", work, state="succeeded")

    assert open_events(ana, stream.last_id).new() == [("reset", {})]


def test_other_users_get_no_events(ana, ben, work, store, open_events):
    stream = open_events(ben)
    add_job(store, ana, "job_1", work)
    add_job(store, ana, "job_2")
    ana.put(work, json={"name": "Tea"})

    assert stream.new() == []


def test_token_gets_the_events_that_its_scopes_let_it_read(ana, store, samples, open_events):
    others = ("projects:write", "works:write", "ai:analyze", "ai:generate")
    scopes = (("works:read",), ("projects:read",), others)
    streams = [open_events(ana.with_scopes(*each)) for each in scopes]

    project = add_one_of_each(ana, samples)["project"]
    add_job(store, ana, "job_1", ana.new_work(project))

    seen = [{name for name, _ in stream.new()} for stream in streams]
    assert seen == [{"job", "work"}, {"project", "asset", "template", "cast"}, set()]


def test_look_without_changes_costs_two_logs_for_each_project(ana, store, monkeypatch):
    for _ in range(3):
        ana.new_project()
    feed = Feed(store, ana.user["id"], SCOPES)
    feed.changes()
    looked_at: list[ChangeLog] = []
    position = ChangeLog.position

    def counted(log: ChangeLog) -> Position:
        looked_at.append(log)
        return position(log)

    monkeypatch.setattr(ChangeLog, "position", counted)

    assert feed.changes() == []
    assert len(looked_at) == 2 + 2 * 3  # those of all projects, of the user's own jobs


def test_stream_ends_with_its_session(ana, open_events):
    stream = open_events(ana)
    stream.new()

    ana.post("/api/auth/logout")

    assert stream.is_at_its_end()


def test_stream_ends_with_its_api_token(ana, open_events):
    stream = open_events(ana.with_scopes("projects:read"))
    stream.new()
    [token] = ana.show("/api/tokens")

    ana.delete(f"/api/tokens/{token['id']}")

    assert stream.is_at_its_end()


def test_streams_share_the_places_of_waiting_requests(ana, open_events):
    waiters = ana.client.application.extensions["services"].waiters
    streams = []
    while (stream := open_events(ana)).response.status_code == 200:
        streams.append(stream)

    assert stream.response.status_code == 503
    assert 0 < len(streams) <= waiters.of_streams.number

    streams[0].response.close()
    assert open_events(ana).response.status_code == 200


def test_changes_by_all_processes_are_sent(service):
    client = service.client(service.register())
    project = client.new_project()
    stream = EventStream(client, "/api/events")
    paths = [service.client(client.token).new_work(project) for _ in range(8)]

    events = [stream.next_event() for _ in paths]

    works = {json.loads(event["data"])["workId"] for event in events if event}
    assert works == {id_of(path) for path in paths}
    stream.close()

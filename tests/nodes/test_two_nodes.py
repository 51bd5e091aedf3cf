"""Two nodes serve one data directory: what one has acknowledged, the other shows at once."""

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from storage.files.trees import remove_tree
from storage.locking.locks import FileLock
from storage.paths import SEMAPHORES
from tests.event_stream import EventStream
from tests.export.sources import Sources
from tests.jobs.helpers import (
    new_work_with_scenes,
    start_job,
    until,
    wait_for_any_call,
    wait_until_finished,
)
from tests.nodes.conftest import Nodes
from tests.nodes.node import Node
from tests.nodes.shared_exports import parts, start_with_help, working
from tests.reliability.test_crash_of_exports import new_work, start
from tests.service import Answer, Client
from tests.simultaneous import at_once

pytestmark = pytest.mark.slow

_log = logging.getLogger("tests")

SECONDS = 60  # that savers save


def names(client: Client, project: str) -> dict[str, str]:
    """Return the names of the works in a project's list, by their paths."""
    return {
        f"{project}/works/{each['id']}": each["name"]
        for each in client.get(f"{project}/works").json
    }


def test_what_one_node_has_acknowledged_the_other_shows_at_once(nodes, vendors, samples):
    project = nodes.ana.new_project()
    work = new_work_with_scenes(nodes.ana, project, 2)
    for turn in range(10):
        client, other = (nodes.ana, nodes.ana_at_b)[:: 1 if turn % 2 else -1]
        assert client.put(work, {"name": f"Turn {turn}"}).status == 200

        assert other.get(work).json["name"] == f"Turn {turn}"
        assert names(other, project) == {work: f"Turn {turn}"}

    voice, words = f"{work}/media/scene/0/voice", [{"text": "Hi", "start": 0, "end": 0.5}]
    recording = (samples / "audio.wav").read_bytes()
    assert nodes.ana.request("PUT", voice, recording, Content_Type="audio/wav").status == 200
    assert nodes.ana_at_b.get(voice).body == recording
    assert nodes.ana_at_b.put(f"{voice}/words", {"words": words}).status == 200
    assert nodes.ana.get(f"{work}/narration").json["scenes"][0]["words"] == words

    key = {"Idempotency-Key": "key-1"}
    clients = (nodes.ana, nodes.ana_at_b)
    jobs = at_once([partial(start_job, client, work, headers=key) for client in clients])

    assert jobs[0] == jobs[1]
    assert wait_until_finished(nodes.ana_at_b, jobs[0])["state"] == "succeeded"
    assert len(vendors.counts()) == 4


def new_member(nodes: Nodes, project: str) -> Client:
    """Return a client of a new user, at the first node, who is a member of the project."""
    member = nodes.a.client(nodes.a.register("ben@example.com"))
    invitation = nodes.ana.post(f"{project}/invitations", {"role": "viewer"}).json
    token = invitation["url"].rpartition("/")[2]
    assert member.post(f"/api/invitations/{token}/accept").status == 200
    return member


@pytest.mark.parametrize(
    ("kind", "most"), [("GET", 4), ("GET by a member", 4), ("PUT", 45), ("POST", 51)]
)
def test_request_asks_the_metadata_only_so_often(nodes, kind, most):
    """At some time: the service also does other things, some of them once a second.

    Six of a POST write the activity of the project.
    """
    project = nodes.ana.new_project()
    work = new_work_with_scenes(nodes.ana, project, 1)
    body = nodes.ana.get(work).json
    reader = new_member(nodes, project) if kind == "GET by a member" else nodes.ana
    costs: list[int] = []

    def costs_little() -> bool:
        before = nodes.volume.round_trips()
        if kind.startswith("GET"):
            assert reader.get(work).status == 200
        elif kind == "PUT":
            assert nodes.ana.put(work, {**body, "name": f"Name {len(costs)}"}).status == 200
        else:
            assert nodes.ana.post(f"{project}/works", {}).status == 201
        costs.append(nodes.volume.round_trips() - before - 1)  # less the question itself
        return costs[-1] <= most

    try:
        until(costs_little)
    finally:
        _log.info("round trips of %s: %s", kind, costs)


def test_idle_node_renders_parts_of_an_export_of_the_other(nodes, ffmpeg, tmp_path):
    job = start_with_help(nodes, ffmpeg, tmp_path, 8, rate=0.1)
    ffmpeg.speed_up()
    shared = wait_until_finished(nodes.ana, job)
    assert shared["state"] == "succeeded", shared["reason"]
    counts = parts(ffmpeg, job)
    _log.info("parts that each node rendered: %s", counts)
    assert counts.total() == 8
    assert set(counts) == {"", "node-b/"}
    video = nodes.ana.get(shared["result"]["url"]).body

    nodes.ana.delete(shared["result"]["url"])
    remove_tree(nodes.a.data_dir / "cache" / "segments")
    alone = FileLock.acquire(nodes.a.data_dir / SEMAPHORES, "assistant@b", 60)
    again = start(nodes.ana, job.partition("/jobs/")[0])
    rendered_by_one = wait_until_finished(nodes.ana, again)
    alone.release()

    assert parts(ffmpeg, again) == {"": 8}
    assert nodes.ana.get(rendered_by_one["result"]["url"]).body == video


@pytest.mark.thorough
def test_export_that_is_cancelled_ends_on_both_nodes(nodes, ffmpeg, tmp_path):
    job = start_with_help(nodes, ffmpeg, tmp_path, 24)

    assert nodes.ana_at_b.post(f"{job}/cancel").status == 200

    assert wait_until_finished(nodes.ana, job)["state"] == "cancelled"
    until(lambda: not ffmpeg.running() and not working(nodes))


@pytest.mark.thorough
def test_node_that_helps_stops_for_an_export_of_its_own(nodes, ffmpeg, tmp_path):
    own_work = new_work(nodes.ana_at_b, Sources(tmp_path), 4, seconds=0.4)
    job = start_with_help(nodes, ffmpeg, tmp_path, 24)
    second = start(nodes.b.client(nodes.ana.token), own_work)

    until(lambda: parts(ffmpeg, second)[""])
    time.sleep(1)
    helped = parts(ffmpeg, job)["node-b/"]
    assert wait_until_finished(nodes.ana, second)["state"] == "succeeded"

    assert parts(ffmpeg, job)["node-b/"] == helped
    until(lambda: parts(ffmpeg, job)["node-b/"] > helped)  # it goes on
    assert wait_until_finished(nodes.ana, job)["state"] == "succeeded"


@pytest.mark.thorough
def test_lists_of_both_nodes_are_complete_while_four_clients_save(nodes):
    project = nodes.ana.new_project()
    works = [nodes.ana.new_work(project) for _ in range(4)]
    deadline = time.monotonic() + SECONDS

    def save(number: int) -> tuple[int, int]:
        clients = [node.client(nodes.ana.token) for node in (nodes.a, nodes.b)]
        saves = missed = 0
        while time.monotonic() < deadline:
            saves += 1
            answer = clients[number % 2].put(works[number], {"name": str(saves)})
            assert answer.status == 200, answer.body
            missed += sum(names(each, project)[works[number]] != str(saves) for each in clients)
        return saves, missed

    found = at_once([partial(save, number) for number in range(4)])

    _log.info("saves, and entries of lists that were older: %s", found)
    assert sum(missed for _, missed in found) == 0


@pytest.mark.thorough
def test_no_field_that_one_of_five_clients_saves_is_lost(nodes):
    work = nodes.ana.new_work(nodes.ana.new_project())
    fields = ("name", "productName", "productDescription", "targetAudience", "language")

    def save(number: int) -> None:
        client = (nodes.a, nodes.b)[number % 2].client(nodes.ana.token)
        for turn in range(40):
            client.save(work, {fields[number]: f"{number}-{turn}"})
            assert client.get(work).json[fields[number]] == f"{number}-{turn}"

    at_once([partial(save, number) for number in range(len(fields))])

    for client in (nodes.ana, nodes.ana_at_b):
        current = client.get(work).json
        assert [current[name] for name in fields] == [f"{n}-39" for n in range(len(fields))]


@pytest.mark.thorough
def test_of_two_saves_with_the_same_if_match_exactly_one_succeeds(nodes):
    work = nodes.ana.new_work(nodes.ana.new_project())
    for turn in range(50):
        tag = nodes.ana.get(work).headers["ETag"]

        def save(client: Client, tag: str = tag, turn: int = turn) -> Answer:
            body = {"name": f"{turn} of {client.port}"}
            return client.put(work, body, **{"If-Match": tag})

        answers = at_once([partial(save, client) for client in (nodes.ana, nodes.ana_at_b)])

        assert sorted(answer.status for answer in answers) == [200, 412]


@pytest.mark.thorough
def test_events_of_one_node_tell_what_changes_at_the_other(nodes):
    work = nodes.ana.new_work(nodes.ana.new_project())
    stream = EventStream(nodes.ana_at_b, "/api/events")
    begin = time.monotonic()
    assert nodes.ana.put(work, {"name": "New"}).status == 200

    works = (event for event in iter(stream.next_event, None) if event["event"] == "work")
    found = next(works)
    stream.close()

    _log.info("an event of the other node came after %.1f s", time.monotonic() - begin)
    assert work.endswith(json.loads(found["data"])["workId"])


@pytest.mark.thorough
def test_events_of_a_job_are_sent_by_the_other_node(nodes, vendors):
    project = nodes.ana.new_project()
    work = new_work_with_scenes(nodes.ana, project, 1)
    with ThreadPoolExecutor(1) as threads:
        job = start_job(nodes.ana, work)
        events = threads.submit(nodes.ana_at_b.get, f"{job}/events")
        assert wait_until_finished(nodes.ana, job)["state"] == "succeeded"

    assert b'"state":"succeeded"' in events.result().body


@pytest.mark.thorough
def test_job_of_one_node_is_cancelled_at_the_other(nodes, vendors):
    vendors.rule(vendor="runway", kind="submit", takes=60, times=None)
    work = new_work_with_scenes(nodes.ana, nodes.ana.new_project(), 2)
    job = start_job(nodes.ana, work)
    wait_for_any_call(nodes.ana, job, "submitted")

    assert nodes.ana_at_b.post(f"{job}/cancel").status == 200

    assert wait_until_finished(nodes.ana, job)["state"] == "cancelled"
    until(lambda: {task["state"] for task in vendors.tasks()} == {"cancelled"})


@pytest.mark.thorough
def test_export_that_finds_its_node_busy_runs_on_the_other(nodes, tmp_path):
    sources = Sources(tmp_path)
    works = [new_work(nodes.ana, sources, clips, seconds=0.3) for clips in (40, 4)]
    first = start(nodes.ana, works[0])
    until(lambda: nodes.ana.get(first).json["state"] == "running")

    second = start(nodes.ana, works[1])

    assert wait_until_finished(nodes.ana, second)["state"] == "succeeded"
    assert nodes.ana.get(first).json["state"] == "running"
    assert wait_until_finished(nodes.ana, first)["state"] == "succeeded"


@pytest.mark.thorough
def test_second_service_with_the_name_of_a_node_is_refused(nodes, mounts):
    with pytest.raises(AssertionError, match="give each node a name of its own"):
        Node(mounts.b, "a").start()


@pytest.mark.thorough
def test_service_without_a_name_on_a_shared_file_system_is_warned(mounts):
    service = Node(mounts.b, "")
    service.data_dir = mounts.b.path / "other"
    service.start()
    service.stop()

    assert "(fuse.juicefs): if other machines use it too, set NODE" in service.log.read_text()

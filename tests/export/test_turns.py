"""Whose export is next: users take turns, each user's exports run in their order."""

from typing import Any

import pytest

from jobs.machine_turns import in_turns, waiting_jobs
from jobs.model import JobRef, JobSpec, new_job
from settings.tuning import Tuning
from storage.locking.locks import FileLock
from storage.paths import RUNNING, SEMAPHORES
from storage.store import Store
from tests.export.running import (
    Body,
    arrange,
    body_of,
    export,
    exports_of,
    in_a_row,
    jobs_of,
    new_work,
    start_export,
)
from tests.export.sources import Sources
from tests.jobs.helpers import resume_job, until, wait_until, wait_until_finished
from tests.people import Person

pytestmark = pytest.mark.measured_anew

WAITING = [("ana", 1, "j1"), ("ana", 2, "j2"), ("ben", 3, "j3"), ("eve", 4, "j4"), ("eve", 4, "j5")]


def order(served: list[str]) -> list[str]:
    """Return the ids of the jobs in the order in which they are next, from these users on."""
    waiting, ids = list(WAITING), []
    while waiting:
        job = in_turns(waiting, served)[0]
        waiting.remove(job)
        ids.append(job[2])
        served = [job[0], *(user for user in served if user != job[0])]
    return ids


def test_users_take_turns_in_the_order_of_their_jobs():
    assert order([]) == ["j1", "j3", "j4", "j2", "j5"]


def test_user_who_was_served_longest_ago_is_next():
    assert order(["ana", "ben", "eve"]) == ["j4", "j3", "j1", "j5", "j2"]
    assert order(["ana"]) == ["j3", "j4", "j1", "j5", "j2"]


@pytest.mark.parametrize("served", [[], ["ana"], ["eve", "ana"]])
def test_order_in_which_jobs_wait_is_that_in_which_they_are_next(served):
    assert [job[2] for job in in_turns(WAITING, served)] == order(served)


class TestNode:
    """Exports that wait in the queue for the place of a node."""

    @pytest.fixture
    def node(self, tmp_path):
        tuning = Tuning(node_join=0.0)
        store = Store(tmp_path / "data", fsync=False, node="a", tuning=tuning)
        (store.root / SEMAPHORES).mkdir()
        return store

    @pytest.fixture
    def queued(self, node):
        """Two exports of ana, one of ben, by their ids."""
        refs = {}
        for user, number in (("ana", 1), ("ana", 2), ("ben", 3)):
            ref = JobRef(f"users/{user}/jobs", f"j{number}")
            job = new_job(ref, JobSpec("export", user, {}, [], parts=100))
            node.disk.make_directory(node.root / ref.collection)
            node.collection(ref.collection).create(ref.id, {**job, "createdAt": number})
            node.queue.add(*ref)
            refs[ref.id] = ref
        return refs

    def waiting(self, node: Store, queued: dict[str, JobRef]) -> list[str]:
        return sorted(ref.id for ref in waiting_jobs(node, "export", queued.values()))

    def test_all_but_the_next_one_wait(self, node, queued):
        assert self.waiting(node, queued) == ["j2", "j3"]

        (node.root / SEMAPHORES / "exports-0@a").write_text("j0 ana")

        assert self.waiting(node, queued) == ["j1", "j2"]

    def test_one_that_another_process_has_is_not_the_next(self, node, queued):
        directory = node.collection(queued["j1"].collection).documents.directory_of("j1")
        lock = FileLock.try_acquire(directory, RUNNING)

        assert self.waiting(node, queued) == ["j1", "j2"]  # ana has her turn
        assert lock is not None
        lock.release()

    def test_all_wait_while_the_place_is_taken(self, node, queued):
        lock = FileLock.try_acquire(node.root / SEMAPHORES, "exports-0@a")

        assert self.waiting(node, queued) == ["j1", "j2", "j3"]
        assert lock is not None
        lock.release()


def new_export_work(person: Person, sources: Sources) -> str:
    """Create a work that has to be rendered; return its path."""
    work = new_work(person, [sources.solid("0x336699", matrix="smpte170m")])
    arrange(person, work, in_a_row(1))
    return work


def other_size(size: int) -> Body:
    return {"options": {"width": size, "height": size}}


@pytest.mark.tuning(absence=60.0)  # a process that stands still is waited for
def test_exports_of_two_users_run_in_turns(ana, ben, sources, ffmpeg):
    works = {person: new_export_work(person, sources) for person in (ana, ben)}
    ffmpeg.hold("run-")
    jobs = [(ana, start_export(ana, works[ana], **other_size(64)))]
    until(ffmpeg.rendered)
    for person, size in ((ana, 66), (ana, 68), (ben, 64)):
        jobs.append((person, start_export(person, works[person], **other_size(size))))
    for person, job in jobs[1:]:
        wait_until(person, job, lambda each: "another export" in each["progress"]["message"])

    ffmpeg.release()

    ended = [wait_until_finished(person, job) for person, job in jobs]
    assert {job["reason"] for job in ended} == {None}
    starts = [job["startedAt"] for job in ended]
    assert sorted(range(4), key=starts.__getitem__) == [0, 3, 1, 2]


@pytest.mark.tuning(absence=0.5)
def test_job_of_a_dead_process_does_not_block_the_others(ana, ben, store, sources):
    *_, project_id, _, work_id = new_work(ben, []).split("/")
    ref = JobRef(f"projects/{project_id}/works/{work_id}/jobs", "job_dead")
    job = new_job(ref, JobSpec("export", ben.user["id"], {}, [], parts=100))
    store.collection(ref.collection).create(ref.id, job)
    lock = FileLock.try_acquire(
        store.collection(ref.collection).documents.directory_of(ref.id), RUNNING
    )
    assert lock is not None  # so that no process continues it
    store.queue.add(*ref)

    ended = wait_until_finished(ana, start_export(ana, new_export_work(ana, sources)))

    assert ended["state"] == "succeeded"
    assert ended["startedAt"] - ended["createdAt"] >= 500
    lock.release()
    store.queue.discard(*ref)


def test_stored_export_is_the_result_at_once_while_another_one_runs(ana, sources, ffmpeg):
    work, other = new_export_work(ana, sources), new_export_work(ana, sources)
    first = wait_until_finished(ana, start_export(ana, work))
    ffmpeg.hold("run-")
    running = start_export(ana, other, **other_size(64))
    until(lambda: len(ffmpeg.rendered()) == 2)

    job = wait_until_finished(ana, start_export(ana, work))

    assert (job["state"], job["result"]) == ("succeeded", first["result"])
    assert ana.show(running)["state"] == "running"


def test_window_outside_of_the_timeline_is_refused_at_once(ana, sources):
    work = new_export_work(ana, sources)

    answer = ana.post(f"{work}/jobs", json={"kind": "export", "options": {"from": 99}})

    assert answer.status_code == 400
    assert answer.json["error"] == "Nothing to export"
    assert jobs_of(ana, work) == []


def test_user_with_too_many_unfinished_exports_is_told_to_wait(
    ana, ben, sources, ffmpeg, monkeypatch
):
    worker: Any = ana.client.application.extensions["services"].jobs.worker
    monkeypatch.setattr(worker.kinds["export"], "max_unfinished", 2)
    work = new_export_work(ana, sources)
    ended = wait_until_finished(ana, start_export(ana, work, **other_size(80)))
    ana.delete(ended["result"]["url"])
    ffmpeg.hold("run-")
    for size in (64, 66):
        start_export(ana, work, **other_size(size))
    path = f"{work}/jobs"

    answers = [
        ana.post(path, json={"kind": "export", **other_size(68)}),
        export(ana, body_of(work, **other_size(68))),
        ana.post(f"{path}/{ended['id']}/resume"),
    ]

    for answer in answers:
        assert answer.status_code == 429
        assert answer.json["error"] == "Too many unfinished jobs of kind export"
        assert "may have 2" in answer.json["details"]
        assert answer.headers["Retry-After"] == "30"
    assert len(jobs_of(ana, work)) == 3
    start_export(ben, new_export_work(ben, sources))


@pytest.mark.thorough  # the job of a key whose export was deleted is also resumed below
def test_idempotency_key_of_a_deleted_export_renders_it_again(ana, sources):
    work = new_export_work(ana, sources)
    first = export(ana, body_of(work), Idempotency_Key="nightly")
    [made] = exports_of(ana, work)
    ana.delete(made["url"])

    second = export(ana, body_of(work), Idempotency_Key="nightly")

    assert second.status_code == 200, second.text
    assert second.data == first.data
    assert [each["id"] == made["id"] for each in exports_of(ana, work)] == [False]
    assert len(jobs_of(ana, work)) == 1


def test_job_whose_export_was_deleted_can_be_resumed_and_others_cannot(ana, sources, ffmpeg):
    work, key = new_export_work(ana, sources), {"Idempotency-Key": "nightly"}
    path = f"{work}/jobs"
    job = ana.post(path, json={"kind": "export"}, headers=key).headers["Location"]
    wait_until_finished(ana, job)
    assert ana.post(f"{job}/resume").status_code == 409
    ana.delete(exports_of(ana, work)[0]["url"])

    answer = ana.post(path, json={"kind": "export"}, headers=key)

    assert answer.headers["Location"] == job
    assert wait_until_finished(ana, job)["result"] | {"isCurrent": True} == exports_of(ana, work)[0]
    ana.delete(exports_of(ana, work)[0]["url"])
    ffmpeg.hold("video.mp4")
    assert resume_job(ana, job)["progress"]["percent"] < 100
    ffmpeg.release()
    assert wait_until_finished(ana, job)["result"] | {"isCurrent": True} == exports_of(ana, work)[0]


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://nobody.invalid/", "ftp://localhost/"])
def test_webhook_url_of_an_export_that_is_not_allowed_returns_400(ana, sources, url):
    work = new_export_work(ana, sources)

    answer = ana.post(f"{work}/jobs", json={"kind": "export", "webhookUrl": url})

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["webhookUrl"]
    assert jobs_of(ana, work) == []

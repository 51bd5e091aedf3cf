"""Several jobs for the same scenes: one of them makes a scene, the others use what it made."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import pytest
from flask import Flask

from generation import claims
from generation.scenes import SceneRun
from jobs.concurrency import ProviderPermits
from jobs.job_states import begin_attempt, mark_completed
from jobs.model import CallFailedError, JobRef, JobSpec, new_job, planned_call
from jobs.run import JobRun
from settings.config import Settings
from storage.clock import now_ms
from storage.documents.documents import Documents
from storage.documents.snapshots import Snapshot
from storage.files.directories import Files
from storage.locking.locks import FileLock
from storage.paths import LOCK, WorkRef, jobs_of_work
from storage.store import Store
from tests.held_locks import is_held, lock_of
from tests.jobs.helpers import (
    CLIP_REQUEST,
    IMAGE_REQUEST,
    MODEL_HEADERS,
    Job,
    begin_scene_job,
    call_states,
    new_work_with_scenes,
    resume_job,
    run_job,
    start_job,
    start_scene_job,
    until,
    wait_for_any_call,
    wait_for_call_state,
    wait_for_calls,
    wait_for_state,
    wait_until,
    wait_until_finished,
)
from tests.people import Person
from tests.simultaneous import at_once
from tests.vendors import Vendors
from tests.works.shapes import scene


def job_id(job: str) -> str:
    return job.rpartition("/")[2]


def queued(app: Flask) -> list[tuple[str, str]]:
    """Return the jobs that are not finalized."""
    jobs: list[tuple[str, str]] = app.extensions["services"].store.queue.jobs()
    return jobs


def made_by(job: Job) -> set[str]:
    """Return the ids of the other jobs that a job's calls name."""
    return {call["madeBy"] for call in job["calls"] if "madeBy" in call}


def noted_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the ids of the documents that are read from now on."""
    read: list[str] = []
    snapshot = Documents.snapshot

    def note_and_read(documents: Documents, doc_id: str, *files: Files) -> Snapshot:
        read.append(doc_id)
        return snapshot(documents, doc_id, *files)

    monkeypatch.setattr(Documents, "snapshot", note_and_read)
    return read


def assert_clips_begin_with_their_images(
    person: Person, work: str, count: int, vendors: Vendors
) -> None:
    """Assert that each scene's stored clip was made from the image that is stored beside it."""
    first_frame = {paid["task"]: paid["pictures"][0] for paid in vendors.counts() if paid["task"]}
    for index in range(count):
        image = person.get(f"{work}/media/scene/{index}/image").data
        clip = person.get(f"{work}/media/scene/{index}/video").data
        [task] = [task for task in first_frame if task.encode() in clip]
        assert first_frame[task] == hashlib.sha256(image).hexdigest()


class TestTwoJobsForAllScenes:
    def test_second_one_pays_nothing_again(self, ana, project, vendors):
        vendors.rule(**CLIP_REQUEST, takes=None, skip=1, times=None)
        work = new_work_with_scenes(ana, project, 5)
        first = start_job(ana, work)
        wait_until(ana, first, lambda job: "done" in clip_states(job))

        second = start_job(ana, work)
        wait_for_any_call(ana, second, "waiting")
        vendors.release()

        jobs = [wait_until_finished(ana, job) for job in (first, second)]
        assert [job["state"] for job in jobs] == ["succeeded", "succeeded"]
        assert [job["progress"]["percent"] for job in jobs] == [100, 100]
        assert len(vendors.counts()) == 10
        done = [[*call_states(job).values()].count("done") for job in jobs]
        assert sum(done) == 10
        assert_clips_begin_with_their_images(ana, work, 5, vendors)

    def test_simultaneous_ones_pay_each_scene_once(self, ana, work_with_scenes, held_clips):
        jobs = at_once([partial(start_job, ana, work_with_scenes)] * 4)

        held_clips.release()
        assert {wait_until_finished(ana, job)["state"] for job in jobs} == {"succeeded"}
        assert len(held_clips.counts()) == 6

    def test_second_one_waits_also_if_the_queue_has_lost_the_first(
        self, app, ana, work_with_scenes, held_clips
    ):
        first = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")
        for marked in queued(app):
            app.extensions["services"].store.queue.discard(*marked)

        second = start_scene_job(ana, work_with_scenes)
        wait_for_state(ana, second, "waiting")
        held_clips.release()

        assert made_by(wait_until_finished(ana, second)) == {job_id(first)}
        assert len(held_clips.counts()) == 2

    def test_waiting_one_names_the_job_that_makes_the_scene(self, ana, project, held_clips):
        work = new_work_with_scenes(ana, project, 1)
        first = start_job(ana, work)
        wait_for_call_state(ana, first, "video-0", "submitted")

        second = start_job(ana, work)

        waiting = wait_for_state(ana, second, "waiting")
        assert waiting["calls"][-1]["madeBy"] == job_id(first)
        assert waiting["progress"]["message"] == f"Waiting: job {job_id(first)} makes scene 1"
        held_clips.release()
        finished = wait_until_finished(ana, second)
        assert made_by(finished) == {job_id(first)}
        assert set(call_states(finished).values()) == {"skipped"}
        assert {call["note"] for call in finished["calls"]} == {
            f"It was put there while job {job_id(first)} made the scene, and stays."
            " Nothing was paid for this call."
        }

    def test_message_names_the_scene_that_is_still_waited_for(self, ana, project, vendors):
        vendors.rule(**CLIP_REQUEST, match="A long one", takes=60)
        vendors.rule(**CLIP_REQUEST, match="A short one", takes=None)
        work = new_work_with_scenes(ana, project, 2)
        prompts = enumerate(("A long one", "A short one"))
        ana.put(work, json={"scenes": [scene(index, video_prompt=text) for index, text in prompts]})
        first = start_job(ana, work)
        wait_for_calls(ana, first, "submitted", 2)
        second = start_job(ana, work)
        wait_for_calls(ana, second, "waiting", 2)

        vendors.release()

        skipped = wait_for_call_state(ana, second, "video-1", "skipped")

        assert skipped["progress"]["message"] == f"Waiting: job {job_id(first)} makes scene 1"
        for job in (second, first):
            ana.post(f"{job}/cancel")

    def test_second_one_starts_with_scenes_that_the_first_does_not_make(
        self, ana, project, vendors
    ):
        vendors.rule(**CLIP_REQUEST, takes=None, times=2)
        work = new_work_with_scenes(ana, project, 6)
        first = start_job(ana, work, sceneIndexes=[0, 1])
        wait_for_calls(ana, first, "submitted", 2)

        second = start_job(ana, work)

        others_done = wait_for_calls(ana, second, "done", 8)
        assert made_by(others_done) <= {job_id(first)}
        vendors.release()
        assert not wait_until_finished(ana, second)["reason"]
        assert len(vendors.counts()) == 12

    def test_waiting_one_can_be_cancelled_and_leaves_the_scene_to_the_other(
        self, app, ana, project, vendors
    ):
        vendors.rule(**CLIP_REQUEST, takes=None)
        work = new_work_with_scenes(ana, project, 1)
        first = start_job(ana, work)
        wait_for_call_state(ana, first, "video-0", "submitted")
        second = start_job(ana, work)
        wait_for_state(ana, second, "waiting")

        ana.post(f"{second}/cancel")

        assert wait_until_finished(ana, second)["state"] == "cancelled"
        until(lambda: job_id(second) not in str(queued(app)))
        assert ana.show(work)["generatedScenes"][0]["status"] == "generating_video"
        vendors.release()
        assert wait_until_finished(ana, first)["state"] == "succeeded"
        assert ana.show(work)["generatedScenes"][0]["status"] == "done"

    def test_waiting_one_reads_other_jobs_without_the_lock_of_the_work(
        self, settings, ana, project, vendors, monkeypatch
    ):
        vendors.rule(**CLIP_REQUEST, takes=60)
        work = new_work_with_scenes(ana, project, 1)
        first = start_job(ana, work)
        wait_for_call_state(ana, first, "video-0", "submitted")
        second = start_job(ana, work)
        wait_for_state(ana, second, "waiting")
        other_jobs, free = claims._other_jobs, list[bool]()

        def other_jobs_and_lock(run: JobRun, index: int | None = None) -> Iterator[Any]:
            lock = FileLock.try_acquire(settings.data_dir / work.removeprefix("/api/"), LOCK)
            free.append(lock is not None)
            if lock is not None:
                lock.release()
            return other_jobs(run, index)

        monkeypatch.setattr(claims, "_other_jobs", other_jobs_and_lock)

        until(lambda: len(free) >= 5)
        assert free[:5] == [True] * 5
        for job in (second, first):
            ana.post(f"{job}/cancel")


class TestClockThatWasSetBackByAnHour:
    """A job was interrupted at a scene then: the time of that is before another job's order."""

    @pytest.fixture
    def store(self, app):
        opened: Store = app.extensions["services"].store
        return opened

    @pytest.fixture
    def interrupt_first(self, store, work):
        """A function that interrupts a job at scene 0."""
        ref = self.order(store, work, "job_1")

        def mutate(job: Job) -> None:
            begin_attempt(job)
            for call in job["calls"]:
                call.update(state="interrupted", finishedAt=now_ms() - 3_600_000)
            mark_completed(job)

        def interrupt() -> None:
            store.collection(ref.collection).change(ref.id, mutate)

        return interrupt

    def order(self, store: Store, work: str, job_id: str) -> JobRef:
        ref = JobRef(work.removeprefix("/api/") + "/jobs", job_id)
        calls = [planned_call("video", "runway", "any", 0)]
        job = new_job(ref, JobSpec("scene", "user_1", {}, calls))
        claims.note_known_interruptions(store, ref, job)
        store.collection(ref.collection).create(ref.id, job)
        return ref

    def run(self, store: Store, settings: Settings, ref: JobRef) -> JobRun:
        return JobRun(store, settings, ref, {}, Event(), ProviderPermits(store, settings))

    def test_job_that_was_ordered_before_does_not_pay_the_scene(
        self, store, settings, work, interrupt_first
    ):
        second = self.order(store, work, "job_2")
        interrupt_first()

        with pytest.raises(CallFailedError, match="Job job_1, which was making this scene"):
            SceneRun(self.run(store, settings, second), 0)._try_to_claim()

    def test_work_is_not_locked_while_that_is_noted_on_a_full_disk(
        self, store, settings, work, interrupt_first, monkeypatch
    ):
        second = self.order(store, work, "job_2")
        interrupt_first()
        run = self.run(store, settings, second)
        retry, attempts = run.retry_while_disk_full, []

        def retry_unlocked(action: Callable[[], object]) -> None:
            attempts.append(is_held(lock_of(store.root, work)))
            retry(action)

        monkeypatch.setattr(run, "retry_while_disk_full", retry_unlocked)

        with pytest.raises(CallFailedError):
            SceneRun(run, 0)._try_to_claim()
        assert attempts == [False]

    def test_job_that_is_ordered_by_a_user_who_knows_of_it_makes_the_scene(
        self, store, settings, work, interrupt_first
    ):
        interrupt_first()
        second = self.order(store, work, "job_2")

        assert claims.claim(self.run(store, settings, second), 0) is None


def test_finished_jobs_of_the_work_are_not_read_for_each_scene(
    app, ana, work_with_scenes, vendors, monkeypatch
):
    before = [run_job(ana, work_with_scenes, "scene", sceneIndex=0)["id"] for _ in range(3)]
    until(lambda: not queued(app))
    read = noted_reads(monkeypatch)

    run_job(ana, work_with_scenes, sceneIndexes=[0, 1])

    assert not {*before[:-1]} & {*read}  # the last one is named by a place of the provider


def test_list_of_jobs_reads_those_on_it_only(app, ana, work, monkeypatch):
    store: Store = app.extensions["services"].store
    ref = JobRef(work.removeprefix("/api/") + "/jobs", "job_0")
    job = new_job(ref, JobSpec("scene", ana.user["id"], {}, []))
    for number in range(4):
        document = {**job, "id": f"job_{number}", "createdAt": number}
        store.collection(ref.collection).create(f"job_{number}", document)
    read = noted_reads(monkeypatch)

    listed = ana.show(f"{work}/jobs?limit=2")

    assert [each["id"] for each in listed] == ["job_3", "job_2"]
    assert {each for each in read if each.startswith("job_")} == {"job_3", "job_2"}


def test_calls_of_another_job_are_read_once_for_all_scenes():
    class CountedCalls(list[Any]):
        read = 0

        def __iter__(self) -> Iterator[Any]:
            for call in super().__iter__():
                self.read += 1
                yield call

    calls = CountedCalls(planned_call("video", "runway", "any", index) for index in range(99))
    job = {"state": "running", "calls": calls, "claims": [3, 5]}

    assert claims.scenes_in_progress(job) == {3, 5}
    assert calls.read == 99


def test_message_about_a_scene_that_has_ended_is_replaced_by_that_about_another():
    calls = [planned_call("video", "runway", "any", index) for index in (3, 7)]
    calls[0].update(state="skipped", madeBy="job_1")
    calls[1].update(state="waiting", madeBy="job_2")
    progress = {"message": "Waiting: job job_1 makes scene 4"}
    job = {"kind": "scenes", "calls": calls, "progress": progress}

    claims.end_waiting(job, 3, "job_1")

    assert job["progress"] == {"message": "Waiting: job job_2 makes scene 8"}


class TestSecondJobTakesOver:
    def test_from_a_job_that_fails(self, ana, work_with_scenes, vendors):
        vendors.rule(**CLIP_REQUEST, takes=None, fail="The lamp broke.")
        first = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")

        second = start_job(ana, work_with_scenes, sceneIndexes=[0])
        wait_for_state(ana, second, "waiting")
        vendors.release()

        assert wait_until_finished(ana, first)["state"] == "failed"
        finished = wait_until_finished(ana, second)
        assert call_states(finished) == {"video-0": "done"}  # the first one's image is used
        assert made_by(finished) == set()
        assert [paid["role"] for paid in vendors.counts()] == ["image", "video", "video"]

    def test_from_a_job_that_fails_before_its_other_scenes_are_done(self, ana, project, vendors):
        vendors.rule(**IMAGE_REQUEST, match="step 0", slow=None, refuse=True)
        vendors.rule(**CLIP_REQUEST, takes=60)
        work = new_work_with_scenes(ana, project, 2)
        first = start_job(ana, work)
        wait_for_call_state(ana, first, "image-0", "submitting")
        wait_for_call_state(ana, first, "video-1", "submitted")

        second = start_scene_job(ana, work)
        wait_for_state(ana, second, "waiting")
        vendors.release()

        assert wait_until_finished(ana, second)["state"] == "succeeded"
        assert not ana.show(first)["finishedAt"]
        ana.post(f"{first}/cancel")

    def test_from_a_job_that_is_cancelled(self, ana, work_with_scenes, vendors):
        vendors.rule(**CLIP_REQUEST, takes=60, times=3)
        first = start_job(ana, work_with_scenes)
        wait_for_calls(ana, first, "submitted", 3)
        second = start_job(ana, work_with_scenes)
        wait_for_calls(ana, second, "waiting", 3)

        ana.post(f"{first}/cancel")

        finished = wait_until_finished(ana, second)
        assert finished["state"] == "succeeded"
        assert call_states(finished) == dict.fromkeys(("video-0", "video-1", "video-2"), "done")
        assert len(vendors.counts()) == 9

    def test_but_not_from_one_that_may_have_paid(self, ana, work_with_scenes, vendors):
        vendors.rule(**CLIP_REQUEST, slow=None, cut="after")
        first = begin_scene_job(ana, work_with_scenes, "video-0", "submitting")

        second = start_scene_job(ana, work_with_scenes)
        wait_for_state(ana, second, "waiting")
        vendors.release()

        assert wait_until_finished(ana, first)["state"] == "interrupted"
        interrupted = wait_until_finished(ana, second)
        assert interrupted["state"] == "interrupted"
        assert f"Job {job_id(first)}, which was making this scene," in interrupted["reason"]
        assert [paid["role"] for paid in vendors.counts()] == ["image", "video"]
        resume_job(ana, second)
        assert wait_until_finished(ana, second)["state"] == "succeeded"

    def test_deleting_the_work_ends_both(self, app, ana, work_with_scenes, held_clips):
        begin_scene_job(ana, work_with_scenes, "video-0", "submitted")
        second = start_scene_job(ana, work_with_scenes)
        wait_for_state(ana, second, "waiting")

        ana.delete(work_with_scenes)

        assert ana.get(second).status_code == 404
        until(lambda: not app.extensions["services"].jobs.worker._running)
        assert len(held_clips.counts()) == 2


class TestSceneJobs:
    def test_simultaneous_requests_for_a_scene_return_the_same_pair(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(**IMAGE_REQUEST, slow=None, times=None)
        url = f"{work_with_scenes}/generate/scene/0"

        def release_once_all_are_ordered() -> None:
            until(lambda: len(ana.show(f"{work_with_scenes}/jobs")) == 3)
            vendors.release()

        with ThreadPoolExecutor(1) as threads:
            threads.submit(release_once_all_are_ordered)
            answers = at_once([partial(ana.post, url, headers=MODEL_HEADERS)] * 3)

        assert [answer.status_code for answer in answers] == [200] * 3
        assert answers[0].json == answers[1].json == answers[2].json
        assert_clips_begin_with_their_images(ana, work_with_scenes, 1, vendors)
        assert len(vendors.counts()) == 2

    def test_pair_is_never_the_image_of_one_job_and_the_clip_of_another(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(**CLIP_REQUEST, takes=None)  # only the first clip
        first = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")
        ana.put(work_with_scenes, json={"scenes": [scene(0, image_prompt="A desk")]})

        second = start_scene_job(ana, work_with_scenes)
        wait_for_state(ana, second, "waiting")
        vendors.release()

        assert {wait_until_finished(ana, job)["state"] for job in (first, second)} == {"succeeded"}
        assert_clips_begin_with_their_images(ana, work_with_scenes, 1, vendors)

    def test_scene_of_a_running_job_is_waited_for(self, ana, work_with_scenes, held_clips):
        job = start_job(ana, work_with_scenes)
        wait_for_call_state(ana, job, "video-1", "submitted")

        def release_once_it_waits() -> None:
            newest, _ = until(lambda: jobs if len(jobs := ana.show(jobs_path)) == 2 else None)
            wait_for_state(ana, f"{jobs_path}/{newest['id']}", "waiting")
            held_clips.release()

        jobs_path = f"{work_with_scenes}/jobs"
        with ThreadPoolExecutor(1) as threads:
            threads.submit(release_once_it_waits)
            answer = ana.post(f"{work_with_scenes}/generate/scene/1", headers=MODEL_HEADERS)

        assert answer.status_code == 200
        assert ana.get(answer.json["videoUrl"]).status_code == 200
        wait_until_finished(ana, job)
        assert len(held_clips.counts()) == 6

    def test_scene_that_is_done_is_generated_again_while_others_are_made(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(**CLIP_REQUEST, takes=None, skip=1, times=2)
        job = start_job(ana, work_with_scenes)
        wait_for_calls(ana, job, "submitted", 2)
        done = wait_until(ana, job, lambda job: "done" in clip_states(job))
        index = clip_states(done).index("done")

        again = wait_until_finished(
            ana, start_job(ana, work_with_scenes, "scene", sceneIndex=index)
        )

        assert set(call_states(again).values()) == {"done"}
        vendors.release()
        wait_until_finished(ana, job)
        assert len(vendors.counts()) == 8


class TestSceneThatWasNotBegun:
    """A job begins two scenes at once, as a provider accepts one call at a time."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, provider_concurrency=1)

    def test_it_is_made_at_once_by_another_job(self, ana, work_with_scenes, vendors):
        vendors.rule(**CLIP_REQUEST, takes=None)
        all_scenes = start_job(ana, work_with_scenes)
        wait_for_any_call(ana, all_scenes, "submitted")
        key = {"x-api-key": "key-of-ana"}  # for which there are other places

        ordered = start_job(ana, work_with_scenes, "scene", key, sceneIndex=2)

        one_scene = wait_until_finished(ana, ordered)
        assert call_states(one_scene) == {"image-2": "done", "video-2": "done"}
        vendors.release()
        finished = wait_until_finished(ana, all_scenes)
        assert call_states(finished)["video-2"] == "skipped"
        assert len(vendors.counts()) == 6

    def test_it_is_not_paid_again_if_another_job_may_have_paid_it_before(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(**IMAGE_REQUEST, match="step 2", slow=None, cut="after")
        vendors.rule(**CLIP_REQUEST, status=429, retry_after=0.05, times=None)
        first = start_job(ana, work_with_scenes, "scene", sceneIndex=2)
        wait_for_call_state(ana, first, "image-2", "submitting")

        second = start_job(ana, work_with_scenes)  # begins with the other scenes
        vendors.release()

        assert wait_until_finished(ana, first)["state"] == "interrupted"
        assert ana.show(second)["calls"][-1]["state"] == "planned"
        vendors.reset_rules()
        finished = wait_until_finished(ana, second)
        assert finished["state"] == "interrupted"
        assert f"Job {job_id(first)}, which was making this scene," in finished["reason"]
        assert call_states(finished)["image-2"] == "planned"
        assert len(vendors.counts()) == 1 + 2 * 2
        third = start_job(ana, work_with_scenes, "scene", sceneIndex=2)  # who orders it knows of it
        assert wait_until_finished(ana, third)["state"] == "succeeded"


def clip_states(job: Job) -> list[str]:
    return [call["state"] for call in job["calls"] if call["role"] == "video"]


class TestAfterACrash:
    def test_clip_that_was_stored_before_the_crash_is_recognised(
        self, app, ana, work_with_scenes, vendors, samples
    ):
        job = start_scene_job(ana, work_with_scenes)
        wait_until_finished(ana, job)
        until(lambda: not queued(app))
        store = app.extensions["services"].store
        _, _, _, project_id, _, work_id, *_ = job.split("/")
        collection = jobs_of_work(WorkRef(project_id, work_id))

        def rewind(document: Job) -> None:
            """Restore the job as it was before it noted that the clip is done."""
            document["calls"][1].update(state="submitted", finishedAt=None)
            document.update(state="running", finishedAt=None)

        store.collection(collection).change(job_id(job), rewind)
        store.queue.add(collection, job_id(job))
        takes = ana.show(f"{work_with_scenes}/media/scene/0/takes")

        app.extensions["services"].jobs.worker.start()
        finished = wait_until_finished(ana, job)

        assert (finished["state"], finished["attempts"]) == ("succeeded", 2)
        assert "url" not in finished["calls"][1]
        assert ana.show(f"{work_with_scenes}/media/scene/0/takes") == takes
        assert len(vendors.counts()) == 2

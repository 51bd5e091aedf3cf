"""A user with many jobs does not keep another user's job from being run."""

import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest

from jobs import concurrency, worker
from jobs.concurrency import ProviderPermits
from jobs.model import JobRef
from jobs.worker import JobWorker
from storage.locking.permits import LocalPermits
from tests.jobs.helpers import (
    CLIP_REQUEST,
    IMAGE_REQUEST,
    MODEL_HEADERS,
    call_states,
    image_spans,
    max_concurrent,
    new_work_with_scenes,
    start_job,
    stop_jobs,
    until,
    wait_for_call_state,
    wait_until,
    wait_until_finished,
)
from tests.people import Person
from tests.works.shapes import scene

pytestmark = pytest.mark.settings(provider_concurrency=1)


def test_places_of_a_provider_are_given_to_users_turn_by_turn(ana, ben, project, vendors):
    vendors.rule(**IMAGE_REQUEST, slow=None)
    jobs = [start_job(ana, new_work_with_scenes(ana, project, 2)) for _ in range(2)]
    until(lambda: sum(count_images(ana, job, "waiting") for job in jobs) == 3)
    work = ben.new_work(ben.new_project())
    ben.put(work, json={"scenes": [scene(index, image_prompt="For Ben") for index in range(2)]})
    bens_job = start_job(ben, work)
    until(lambda: count_images(ben, bens_job, "waiting") == 2)
    vendors.release()

    for person, job in [(ben, bens_job), *((ana, job) for job in jobs)]:
        assert wait_until_finished(person, job)["state"] == "succeeded"

    images = [call["prompt"] for call in vendors.counts() if call["role"] == "image"]
    bens = [number for number, prompt in enumerate(images) if "For Ben" in prompt]
    assert bens == [2, 4]  # Ana has the permit at first, and it is her turn after that
    assert max_concurrent(image_spans(vendors)) == 1


def count_images(person: Person, job: str, state: str) -> int:
    """Return how many images of a job are in a state."""
    states = call_states(person.show(job))
    return sum(states[call] == state for call in states if call.startswith("image"))


def test_jobs_that_wait_share_further_threads(app, ana, project, vendors, monkeypatch):
    threads = app.extensions["services"].jobs.worker.permits.threads
    monkeypatch.setattr(threads, "number", 3)
    vendors.rule(**IMAGE_REQUEST, slow=None, times=None)

    jobs = [start_job(ana, new_work_with_scenes(ana, project, 2)) for _ in range(4)]

    until(lambda: len(threads.users) == 2)
    vendors.release()
    for job in jobs:
        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert len(threads.users) <= 2
    assert threads.users == []


def test_places_are_given_to_users_of_all_processes(app, settings):
    """A process whose threads always wait does not keep the permit for itself."""
    store = app.extensions["services"].store
    anas_process, bens_process = (ProviderPermits(store, settings) for _ in range(2))
    served: list[float] = []
    done = threading.Event()

    def call_again_and_again(ref: JobRef) -> None:
        while not done.is_set():
            with anas_process.hold("runway-video", "ana", ref, "video-0", lambda: 0.2):
                served.append(time.monotonic())
                done.wait(0.01)  # the call

    refs = [JobRef("users/ana/jobs", f"job_{number}") for number in range(4)]
    threads = [threading.Thread(target=call_again_and_again, args=(ref,)) for ref in refs]
    for thread in threads:
        thread.start()
    until(lambda: len(served) > 4)
    before = len(served)

    bens = JobRef("users/ben/jobs", "job_ben")
    with bens_process.hold("runway-video", "ben", bens, "video-0", lambda: 0.2):
        waited_for = len(served) - before
        done.set()
    for thread in threads:
        thread.join()

    assert waited_for < 30


@pytest.mark.tuning(running_jobs=4)
class TestManyJobs:
    LIMIT = 4

    @pytest.fixture
    def vendors(self, vendors):
        """The fake vendors, which do not finish a clip during a test."""
        vendors.rule(vendor="runway", kind="submit", takes=120, times=None)
        return vendors

    def start(self, person: Person, project: str, **headers: str) -> Any:
        work = new_work_with_scenes(person, project, 1)
        sent = {**MODEL_HEADERS, **headers}
        return person.post(f"{work}/jobs", json={"kind": "scenes"}, headers=sent)

    def test_one_user_cannot_take_all_places_for_jobs(self, ana, ben, project, vendors):
        jobs = [self.start(ana, project).headers["Location"] for _ in range(self.LIMIT)]
        bens = self.start(ben, ben.new_project()).headers["Location"]

        for person, job in ((ana, jobs[2]), (ben, bens)):
            wait_until(person, job, lambda each: each["attempts"] == 1)
        assert ana.show(jobs[3])["state"] == "queued"

    def test_job_that_finds_no_place_is_run_by_another_process(
        self, second_app, ana, project, vendors
    ):
        jobs = [self.start(ana, project).headers["Location"] for _ in range(self.LIMIT)]

        second_app()

        wait_until(ana, jobs[3], lambda job: job["attempts"] == 1)

    def test_job_with_a_key_of_its_own_cannot_wait_for_a_place(self, ana, project, vendors):
        key = {"x-api-key": "key-of-ana"}
        answers = [self.start(ana, project, **key) for _ in range(self.LIMIT)]

        assert [each.status_code for each in answers] == [202] * 3 + [503]
        assert answers[-1].json["error"] == "Too many running jobs"

    @pytest.mark.tuning(queued_jobs=2)
    def test_places_in_the_queue_are_limited(self, ana, project, vendors, monkeypatch):
        """Jobs that have just been started need none, even if their threads are not running yet."""
        begun, run = threading.Event(), JobWorker._run

        def run_late(own: JobWorker, *arguments: Any) -> None:
            begun.wait(60)
            run(own, *arguments)

        monkeypatch.setattr(JobWorker, "_run", run_late)
        answers = [self.start(ana, project) for _ in range(self.LIMIT + 1)]
        begun.set()

        assert [each.status_code for each in answers] == [202] * 4 + [503]
        assert answers[-1].json["error"] == "Too many waiting jobs"

    @pytest.mark.tuning(running_jobs=20)
    def test_queued_jobs_are_claimed_in_turns_of_their_users(
        self, app, second_app, ana, ben, project, vendors
    ):
        for _ in range(15):
            self.start(ana, project)
        bens = self.start(ben, ben.new_project()).headers["Location"]
        stop_jobs(app)  # the jobs stay in the queue

        second_app(running_jobs=self.LIMIT)

        wait_until(ben, bens, lambda job: job["attempts"] == 2)


def test_jobs_that_others_wait_for_continue_after_a_restart_with_less_capacity(
    app, second_app, ana, project, vendors, monkeypatch
):
    """A task that runs at a provider keeps its permit, whether its job is run or not."""
    vendors.rule(vendor="runway", kind="submit", takes=None)
    first = start_job(ana, new_work_with_scenes(ana, project, 1))
    wait_for_call_state(ana, first, "video-0", "submitted")
    others = [start_job(ana, new_work_with_scenes(ana, project, 1)) for _ in range(2)]
    for job in others:
        wait_for_call_state(ana, job, "video-0", "waiting")
    stop_jobs(app)

    def first_comes_last(jobs: Iterable[tuple[str, JobRef]]) -> list[JobRef]:
        return sorted((ref for _, ref in jobs), key=lambda ref: first.endswith(ref.id))

    monkeypatch.setattr(worker, "Turns", first_comes_last)
    second_app(running_jobs=1)
    vendors.release()

    for job in (first, *others):
        assert wait_until_finished(ana, job)["state"] == "succeeded"


def test_one_thread_follows_the_tasks_of_a_job_before_it_waits_for_their_places(
    app, second_app, ana, project, vendors, samples, monkeypatch
):
    """After a restart, other jobs may have all further threads."""
    vendors.rule(**IMAGE_REQUEST, status=429, retry_after=0.1, times=None)
    vendors.rule(**CLIP_REQUEST, takes=None)
    work = new_work_with_scenes(ana, project, 2)
    ana.upload(f"{work}/media/scene/1/image", samples / "image.png")
    job = start_job(ana, work)
    wait_for_call_state(ana, job, "video-1", "submitted")
    vendors.reset_rules()
    wait_for_call_state(ana, job, "video-0", "waiting")
    stop_jobs(app)
    monkeypatch.setattr(concurrency, "LocalPermits", lambda _number: LocalPermits(0))

    second_app()
    vendors.release()

    assert wait_until_finished(ana, job)["state"] == "succeeded"

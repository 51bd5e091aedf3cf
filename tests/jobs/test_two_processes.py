"""Two services on one data directory share their jobs."""

import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.cases import cases
from tests.jobs.helpers import (
    CLIP_REQUEST,
    IMAGE_REQUEST,
    MODEL_HEADERS,
    call_states,
    clip_spans,
    find_requests,
    image_spans,
    max_concurrent,
    new_work_with_scenes,
    start_job,
    until,
    wait_for_any_call,
    wait_for_calls,
    wait_until_finished,
)
from tests.jobs.voices import new_narrated_work, start_narration
from tests.reliability.data import leftovers
from tests.service import Service
from tests.simultaneous import at_once
from tests.vendors import Vendors

pytestmark = pytest.mark.slow

CONCURRENCY = 2
KEY = {"x-api-key": "key-of-ana"}


@pytest.fixture(scope="module")
def services(shared_vendors, tmp_path_factory):
    data = tmp_path_factory.mktemp("service") / "data"
    settings: dict[str, Any] = {
        "WORKERS": 1,
        "PROVIDER_POLL": 0.05,
        "FSYNC": 0,
        **shared_vendors.environ(),
    }
    settings["PROVIDER_CONCURRENCY"] = CONCURRENCY
    services = Service(data, **settings), Service(data, **settings)
    for service in services:
        service.start()
    yield services
    for service in services:
        service.stop()
    assert "Traceback" not in services[0].log.read_text()  # one log for both


@pytest.fixture(scope="module")
def ana(services):
    """A client of the first service."""
    return services[0].client(services[0].register())


@pytest.fixture(scope="module")
def ana_at_second(services, ana):
    """A client of the second service, with the same user."""
    return services[1].client(ana.token)


@pytest.fixture
def work_with_scenes(ana, project, vendors):
    """The path of a work with three scenes."""
    return new_work_with_scenes(ana, project, 3)


def test_job_is_visible_through_the_other_service(ana, ana_at_second, work_with_scenes, held_clips):
    job = start_job(ana, work_with_scenes)

    assert wait_for_any_call(ana_at_second, job, "submitted")["state"] in {"running", "waiting"}
    listed = ana_at_second.get(f"{work_with_scenes}/jobs").json
    assert [each["id"] for each in listed] == [job.rpartition("/")[2]]
    held_clips.release()
    finished = wait_until_finished(ana_at_second, job)
    assert finished == ana.get(job).json
    assert (finished["state"], finished["attempts"]) == ("succeeded", 1)
    assert len(held_clips.counts()) == 6


def test_events_of_a_job_are_sent_by_the_other_service(
    ana, ana_at_second, work_with_scenes, vendors
):
    events = ana_at_second.get(f"{start_job(ana, work_with_scenes)}/events").body.split(b"\n\n")

    versions = [json.loads(event.split(b"data: ")[1]) for event in events if b"data: " in event]
    assert {job["state"] for job in versions} <= {"queued", "running", "waiting", "succeeded"}
    assert versions[-1]["state"] == "succeeded"


def test_job_is_cancelled_through_the_other_service(ana, ana_at_second, work_with_scenes, vendors):
    vendors.rule(vendor="runway", kind="submit", takes=60, times=None)
    job = start_job(ana, work_with_scenes)
    wait_for_any_call(ana, job, "submitted")

    assert ana_at_second.post(f"{job}/cancel").status == 200

    assert wait_until_finished(ana, job)["state"] == "cancelled"
    assert {task["state"] for task in vendors.tasks()} == {"cancelled"}


@cases("key", {"key of the server": {}, "key of the user": KEY})
def test_job_is_resumed_through_the_other_service(
    ana, ana_at_second, work_with_scenes, vendors, key
):
    vendors.rule(vendor="runway", kind="submit", match="rises", fail="The lamp broke.")
    job = start_job(ana, work_with_scenes, headers=key)
    assert wait_until_finished(ana, job)["state"] == "failed"

    assert ana_at_second.post(f"{job}/resume", **key).status == 202

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert len(vendors.counts()) == 7
    assert {paid["key"] for paid in vendors.counts()} == {"-ana" if key else "ests"}


def test_resuming_a_job_that_runs_in_the_other_service_returns_409(
    ana, ana_at_second, work_with_scenes, held_clips
):
    job = start_job(ana, work_with_scenes)

    assert ana_at_second.post(f"{job}/resume").status == 409
    assert ana_at_second.post(f"{job}/cancel").status == 200
    assert wait_until_finished(ana_at_second, job)["attempts"] == 1


def test_simultaneous_identical_requests_to_both_services_start_one_job(
    ana, ana_at_second, work_with_scenes, vendors
):
    key = {"Idempotency-Key": "key-1"}

    jobs = at_once(
        [
            partial(start_job, client, work_with_scenes, headers=key)
            for client in (ana, ana_at_second)
        ]
    )

    assert jobs[0] == jobs[1]
    assert wait_until_finished(ana, jobs[0])["state"] == "succeeded"
    assert len(vendors.counts()) == 6


def test_jobs_of_both_services_for_the_same_scenes_pay_for_each_once(
    ana, ana_at_second, project, vendors
):
    work = new_work_with_scenes(ana, project, 4)

    jobs = at_once([partial(start_job, client, work) for client in (ana, ana_at_second)])

    assert [wait_until_finished(ana, job)["state"] for job in jobs] == ["succeeded"] * 2
    assert len(vendors.counts()) == 8


def test_provider_concurrency_is_shared_by_both_services(ana, ana_at_second, project, vendors):
    vendors.rule(**IMAGE_REQUEST, slow=None, times=None)
    works = [new_work_with_scenes(ana, project, CONCURRENCY) for _ in range(2)]

    first = start_job(ana, works[0])
    until(lambda: len(vendors.counts()) == CONCURRENCY)
    second = start_job(ana_at_second, works[1])
    wait_for_calls(ana, second, "waiting", CONCURRENCY)
    vendors.release()

    assert [wait_until_finished(ana, job)["state"] for job in (first, second)] == ["succeeded"] * 2
    assert max_concurrent(image_spans(vendors)) == CONCURRENCY
    assert max_concurrent(clip_spans(vendors)) <= CONCURRENCY


def test_edits_of_the_work_during_a_job_are_kept(ana, ana_at_second, work_with_scenes, held_clips):
    job = start_job(ana, work_with_scenes)
    wait_for_any_call(ana, job, "submitted")
    before = ana_at_second.get(work_with_scenes).json

    for name in ("First edit", "Second edit"):
        # A complete document, as editors send it.
        edited = {**before, "name": name, "productName": "Lamp"}
        assert ana_at_second.put(work_with_scenes, edited).status == 200
        wait_for_any_call(ana, job, "done")
    held_clips.release()

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    after = ana_at_second.get(work_with_scenes).json
    assert (after["name"], after["productName"]) == ("Second edit", "Lamp")
    assert [each["status"] for each in after["generatedScenes"]] == ["done"] * 3
    assert all(
        ana_at_second.get(each["videoUrl"]).status == 200 for each in after["generatedScenes"]
    )


def test_scenes_generated_by_both_services_are_both_stored_in_the_work(
    ana, ana_at_second, work_with_scenes, vendors
):
    answers = at_once(
        [
            lambda: ana.post(f"{work_with_scenes}/generate/scene/0", **MODEL_HEADERS),
            lambda: ana_at_second.post(f"{work_with_scenes}/generate/scene/1", **MODEL_HEADERS),
        ]
    )

    assert [answer.status for answer in answers] == [200, 200]
    scenes = ana.get(work_with_scenes).json["generatedScenes"]
    assert [(each["sceneIndex"], each["status"]) for each in scenes] == [(0, "done"), (1, "done")]


class TestLapsedLock:
    """The locks of a job's process lapse, as if its machine was cut off from a cluster's disk."""

    @staticmethod
    def lapse(services: tuple[Service, Service], job: str) -> None:
        data = services[0].data_dir
        (data / ".places" / "queue").unlink(missing_ok=True)  # the other process looks for jobs
        (data / job.removeprefix("/api/") / ".running").unlink()

    def test_other_service_takes_the_job_over_and_nothing_is_paid_twice(
        self, services, ana, work_with_scenes, held_clips
    ):
        job = start_job(ana, work_with_scenes)
        # None is being submitted then: a task whose id is not known is paid again when resumed.
        wait_for_calls(ana, job, "submitted", CONCURRENCY)

        self.lapse(services, job)

        until(lambda: ana.get(job).json["attempts"] == 2)
        held_clips.release()
        while (finished := wait_until_finished(ana, job))["state"] == "interrupted":
            assert ana.post(f"{job}/resume").status == 202
        assert finished["state"] == "succeeded"
        clips = [each for each in held_clips.counts() if each["role"] == "video"]
        assert len(clips) == 3

    def test_task_whose_id_arrives_after_that_is_not_paid_again(
        self, services, ana, work_with_scenes, vendors
    ):
        vendors.rule(**CLIP_REQUEST, slow=None, times=None)
        job = start_job(ana, work_with_scenes, sceneIndexes=[0])
        until(lambda: call_states(ana.get(job).json)["video-0"] == "submitting")
        self.lapse(services, job)

        assert wait_until_finished(ana, job)["state"] == "interrupted"
        vendors.release()
        task = until(lambda: ana.get(job).json["calls"][1]["taskId"])
        assert ana.post(f"{job}/resume").status == 202

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert [each["role"] for each in vendors.counts()] == ["image", "video"]
        assert ana.get(job).json["calls"][1]["taskId"] == task


class TestDeletion:
    PHASES = cases(
        ("rule", "state"),
        {
            "submitting": ({**IMAGE_REQUEST, "slow": None}, "submitting"),
            "vendor is busy": ({**IMAGE_REQUEST, "status": 429, "retry_after": 1}, "waiting"),
            "polling": ({**CLIP_REQUEST, "takes": None}, "submitted"),
            "downloading": ({"vendor": "runway", "kind": "download", "slow": None}, "submitted"),
        },
    )

    @PHASES
    def test_deleting_the_work_ends_its_job_without_leftovers(
        self, services, ana, ana_at_second, work_with_scenes, vendors, rule, state
    ):
        vendors.rule(**rule, times=None)
        wait_for_any_call(ana, start_job(ana, work_with_scenes), state)
        until(lambda: find_requests(vendors, **{key: rule[key] for key in ("vendor", "kind")}))

        assert ana_at_second.delete(work_with_scenes).status == 204
        vendors.release()

        data = services[0].data_dir
        until(lambda: not list((data / "queue").iterdir()))
        wait_until_idle(vendors)
        assert ana.get(work_with_scenes).status == ana_at_second.get(work_with_scenes).status == 404
        assert not (data / work_with_scenes.removeprefix("/api/")).exists()
        until(lambda: not leftovers(services[0].data_dir))

    def test_deleting_the_project_ends_the_jobs_of_its_works(
        self, services, ana, ana_at_second, project, work_with_scenes, held_clips
    ):
        wait_for_any_call(ana, start_job(ana, work_with_scenes), "submitted")

        assert ana_at_second.delete(project).status == 204
        held_clips.release()

        data = services[0].data_dir
        until(lambda: not list((data / "queue").iterdir()))
        wait_until_idle(held_clips)
        assert not (data / project.removeprefix("/api/")).exists()

    def test_deleting_a_work_keeps_jobs_of_other_works(
        self, ana, ana_at_second, project, work_with_scenes, held_clips
    ):
        other = new_work_with_scenes(ana, project, 1)
        jobs = [start_job(ana, work) for work in (work_with_scenes, other)]
        wait_for_any_call(ana, jobs[0], "submitted")

        ana_at_second.delete(work_with_scenes)
        held_clips.release()

        assert wait_until_finished(ana, jobs[1])["state"] == "succeeded"

    def test_deleting_the_work_answers_a_blocking_request_with_404(
        self, ana, ana_at_second, work_with_scenes, held_clips
    ):
        with ThreadPoolExecutor(1) as threads:
            waiting: Future[Any] = threads.submit(
                lambda: ana.post(f"{work_with_scenes}/generate/scene/0", **MODEL_HEADERS)
            )
            until(lambda: ana_at_second.get(f"{work_with_scenes}/jobs").json)
            ana_at_second.delete(work_with_scenes)

        assert waiting.result().status == 404


def wait_until_idle(vendors: Vendors) -> None:
    """Wait until the vendors receive no more requests."""

    def count_requests() -> int:
        return len(vendors.requests())

    def idle() -> bool:
        before = count_requests()
        time.sleep(0.3)
        return count_requests() == before

    until(idle)


def test_answer_that_arrives_in_the_trash_is_used_by_the_other_service(
    ana, ana_at_second, project, vendors
):
    work = new_narrated_work(ana, project, 2)
    vendors.rule(kind="speech", slow=None, times=None)
    job = start_narration(ana, work)
    until(lambda: len(find_requests(vendors, kind="speech")) == 2)
    trash_id = ana_at_second.delete(work).headers["X-Deleted"]
    vendors.release()
    until(lambda: all(each["ended"] for each in vendors.requests()))

    assert ana_at_second.post(f"/api/trash/{trash_id}/restore").status == 200

    ended = wait_until_finished(ana_at_second, job)
    if ended["state"] == "interrupted":  # unless it was restored before the run noticed
        assert ana_at_second.post(f"{job}/resume").status == 202
        ended = wait_until_finished(ana, job)
    assert ended["state"] == "succeeded"
    assert len(vendors.counts()) == 2

"""Clips are tasks of vendors: failures, timeouts and downloads."""

import pytest
from flask.testing import FlaskClient

from tests.jobs.helpers import (
    CLIP_REQUEST,
    begin_scene_job,
    call_states,
    count_paid,
    find_requests,
    new_work_with_scenes,
    resume_job,
    start_scene_job,
    stop_jobs,
    wait_until_finished,
)
from tests.people import Person


def with_longer_timeout(person: Person, client: FlaskClient) -> Person:
    """Return a user whose application has another timeout, in one with the usual timeout."""
    return Person(client, person.token, person.user)


class TestTasks:
    def test_failed_task_reports_its_reason(self, ana, work_with_scenes, vendors):
        vendors.rule(**CLIP_REQUEST, fail="The lamp broke.")

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert (job["state"], call_states(job)["video-0"]) == ("failed", "failed")
        assert job["reason"] == "The clip of scene 1: The lamp broke. (INTERNAL.BAD_OUTPUT.CODE01)"
        assert job["code"] == "upstream_failed"

    def test_task_cancelled_by_the_vendor_fails_the_job(self, ana, work_with_scenes, vendors):
        vendors.rule(**CLIP_REQUEST, stop=True)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert (job["state"], call_states(job)["video-0"]) == ("failed", "cancelled")
        assert job["reason"] == "The clip of scene 1: runway reports the task as cancelled"

    def test_resuming_after_a_failed_task_submits_a_new_one(self, ana, work_with_scenes, vendors):
        vendors.rule(**CLIP_REQUEST, fail="The lamp broke.")
        job = start_scene_job(ana, work_with_scenes)
        first = wait_until_finished(ana, job)["calls"][1]["taskId"]

        resume_job(ana, job)

        resumed = wait_until_finished(ana, job)
        assert resumed["state"] == "succeeded"
        assert resumed["calls"][1]["taskId"] != first
        assert count_paid(vendors, CLIP_REQUEST) == 2

    def test_task_whose_id_is_not_known_is_not_paid_again_automatically(
        self, app, second_app, ana, work_with_scenes, vendors
    ):
        vendors.rule(**CLIP_REQUEST, takes=60)
        job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")
        services = app.extensions["services"]
        stop_jobs(app)
        collection, _, job_id = job.removeprefix("/api/").rpartition("/")
        services.store.collection(collection).change(
            job_id, lambda document: document["calls"][1].update(taskId=None)
        )

        second = second_app()

        interrupted = wait_until_finished(ana, job)
        assert interrupted["state"] == "interrupted"
        assert "the id of its task is not known: it may have been paid" in interrupted["reason"]
        assert count_paid(vendors, CLIP_REQUEST) == 1
        resume_job(Person(second.test_client(), ana.token, ana.user), job)
        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 2

    @pytest.mark.parametrize(
        "failure",
        [{"status": 500}, {"status": 429, "retry_after": 1}, {"garbage": True}],
        ids=["500", "429", "not JSON"],
    )
    def test_failed_poll_is_retried(self, ana, work_with_scenes, vendors, failure):
        vendors.rule(vendor="runway", kind="poll", times=4, **failure)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert job["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 1

    BAD_POLLS = pytest.mark.parametrize(
        "answer",
        [
            {"status": 404},
            pytest.param({"status": 410}, marks=pytest.mark.thorough),  # as 404
            pytest.param({"status": 400}, marks=pytest.mark.thorough),  # as 404
            {"html": True},
            {"empty": True},
        ],
        ids=["404", "410", "400", "HTML", "success without a clip"],
    )

    @BAD_POLLS
    def test_one_bad_answer_to_a_poll_is_retried(self, ana, work_with_scenes, vendors, answer):
        vendors.rule(vendor="runway", kind="poll", skip=1, **answer)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert job["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 1

    @BAD_POLLS
    def test_bad_answers_to_all_polls_interrupt_the_job_which_polls_again_when_resumed(
        self, user_with, client, vendors, answer
    ):
        eve = user_with(generation_timeout=3)
        work = new_work_with_scenes(eve, eve.new_project(), 1)
        vendors.rule(vendor="runway", kind="poll", times=None, **answer)
        job = start_scene_job(eve, work)
        interrupted = wait_until_finished(eve, job)
        assert (interrupted["state"], call_states(interrupted)["video-0"]) == ("interrupted",) * 2
        assert len(find_requests(vendors, kind="poll")) < 60  # the pauses grow

        vendors.reset_rules()
        resume_job(with_longer_timeout(eve, client), job)

        resumed = wait_until_finished(eve, job)
        assert resumed["state"] == "succeeded"
        assert resumed["calls"][1]["taskId"] == interrupted["calls"][1]["taskId"]
        assert count_paid(vendors, CLIP_REQUEST) == 1

    def test_task_that_stays_unknown_says_how_to_go_on(self, ana, work_with_scenes, vendors):
        vendors.rule(vendor="runway", kind="poll", status=404, error="No such task.", times=None)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert job["reason"] == (
            "The clip of scene 1: The provider does not know the task: No such task. Resume the job"
            " to ask for the same task again, which costs nothing; to pay for the clip of scene 1"
            " anew, start another job."
        )

    def test_reason_of_a_timeout_has_the_last_error_and_a_readable_duration(
        self, user_with, vendors
    ):
        eve = user_with(generation_timeout=1)
        vendors.rule(vendor="runway", kind="poll", status=500, error="The dog ate it", times=None)
        work = new_work_with_scenes(eve, eve.new_project(), 1)

        job = wait_until_finished(eve, start_scene_job(eve, work))

        assert job["reason"] == (
            "The clip of scene 1: Not finished after 1 second; resume the job to continue waiting."
            " The last error was: The dog ate it"
        )

    def test_revoked_key_interrupts_the_job_until_resumed_with_another_key(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(vendor="runway", kind="poll", status=401)
        job = start_scene_job(ana, work_with_scenes)
        assert wait_until_finished(ana, job)["state"] == "interrupted"

        resume_job(ana, job, x_api_key="another-key")

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 1

    def test_task_that_exceeds_generation_timeout_is_polled_again_when_resumed(
        self, user_with, client, vendors
    ):
        eve = user_with(generation_timeout=1)
        work = new_work_with_scenes(eve, eve.new_project(), 1)
        vendors.rule(**CLIP_REQUEST, takes=None)
        job = start_scene_job(eve, work)
        timed_out = wait_until_finished(eve, job)
        assert (timed_out["state"], call_states(timed_out)["video-0"]) == ("interrupted",) * 2
        assert "resume the job to continue waiting" in timed_out["reason"]

        vendors.release()
        resume_job(with_longer_timeout(eve, client), job)

        assert wait_until_finished(eve, job)["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 1


class TestDownloads:
    def test_interrupted_download_is_retried(self, ana, work_with_scenes, vendors):
        vendors.rule(vendor="runway", kind="download", cut="body", times=2)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert job["state"] == "succeeded"
        clip = ana.get(f"{work_with_scenes}/media/scene/0/video").data
        assert job["calls"][1]["taskId"].encode() in clip

    def test_failed_download_interrupts_the_job_and_is_not_paid_again(
        self, ana, work_with_scenes, vendors, settings
    ):
        vendors.rule(vendor="runway", kind="download", cut="body", times=3)
        job = start_scene_job(ana, work_with_scenes)
        interrupted = wait_until_finished(ana, job)
        assert interrupted["state"] == "interrupted"
        assert "It is finished, but could not be downloaded" in interrupted["reason"]
        assert ana.get(f"{work_with_scenes}/media/scene/0/video").status_code == 404
        assert not list(settings.data_dir.rglob(".tmp*"))

        resume_job(ana, job)

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert ana.get(f"{work_with_scenes}/media/scene/0/video").status_code == 200
        assert count_paid(vendors, CLIP_REQUEST) == 1

    def test_one_html_page_instead_of_the_clip_is_retried(self, ana, work_with_scenes, vendors):
        vendors.rule(vendor="runway", kind="download", html=True)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert job["state"] == "succeeded"

    def test_html_pages_instead_of_the_clip_interrupt_the_job_and_it_is_not_paid_again(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(vendor="runway", kind="download", html=True, times=3)
        job = start_scene_job(ana, work_with_scenes)
        interrupted = wait_until_finished(ana, job)
        assert (interrupted["state"], call_states(interrupted)["video-0"]) == ("interrupted",) * 2
        assert "The provider's output cannot be used" in interrupted["reason"]

        resume_job(ana, job)

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 1

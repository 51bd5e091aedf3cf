"""DAILY_CALLS and DAILY_CALLS_TOTAL: the daily limits of paid calls."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from jobs import budget
from jobs.budget import Budget
from jobs.model import JobRef, JobSpec, new_job, planned_call
from storage.clock import DAY_MS
from storage.paths import jobs_of_user
from tests.held_locks import held
from tests.jobs.helpers import (
    MODEL_HEADERS,
    begin_scene_job,
    find_requests,
    new_work_with_scenes,
    resume_job,
    start_job,
    start_scene_job,
    stop_jobs,
    until,
    wait_for_state,
    wait_until_finished,
)
from tests.people import Person
from tests.simultaneous import at_once

CallsLeft = Callable[[], int]

TODAY_MS = 20_000 * DAY_MS + 3_600_000  # an hour after midnight

# Allow six calls a day: two for each of three scenes.
pytestmark = pytest.mark.settings(daily_calls=6)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The current time of budgets, as a list with one element that tests may change."""
    now = [TODAY_MS]
    monkeypatch.setattr(budget, "now_ms", lambda: now[0])
    return now


def post_over_limit(person: Person, work: str, **body: Any) -> Any:
    """Start a job over the daily limit; return the response."""
    answer = person.post(f"{work}/jobs", json={"kind": "scenes", **body}, headers=MODEL_HEADERS)
    assert answer.status_code == 429, answer.text
    return answer


def test_job_within_the_daily_limit_succeeds_and_a_call_over_it_returns_429_with_retry_after(
    ana, work_with_scenes
):
    assert wait_until_finished(ana, start_job(ana, work_with_scenes))["state"] == "succeeded"

    answer = post_over_limit(ana, work_with_scenes, kind="scenario")

    assert answer.json == {
        "error": "Daily limit of paid AI calls reached",
        "code": "daily_limit_reached",
        "details": "At most 6 a day (DAILY_CALLS); 6 were sent since midnight UTC, and this"
        " request needs 1.",
    }
    assert answer.headers["Retry-After"] == str(23 * 3600 + 1)


def test_all_planned_calls_of_a_job_count_when_it_starts(ana, project, vendors):
    work = new_work_with_scenes(ana, project, 4)

    answer = post_over_limit(ana, work)

    assert "0 were sent since midnight UTC, and this request needs 8." in answer.json["details"]
    assert ana.show(f"{work}/jobs") == []
    assert vendors.requests() == []


def test_rejected_job_does_not_count(ana, project, work_with_scenes):
    post_over_limit(ana, new_work_with_scenes(ana, project, 4))

    assert wait_until_finished(ana, start_job(ana, work_with_scenes))["state"] == "succeeded"


def test_blocking_requests_count_towards_the_daily_limit(ana, work_with_scenes):
    for _ in range(6):
        assert ana.post(f"{work_with_scenes}/scenario", headers=MODEL_HEADERS).status_code == 200

    for url, body in [
        (f"{work_with_scenes}/scenario", {}),
        (f"{work_with_scenes}/generate/scene/0", {}),
        ("/api/generate/image", {"prompt": "A lamp"}),
        ("/api/style-guide/extract", {"text": "Warm, calm."}),
    ]:
        answer = ana.post(url, json=body, headers=MODEL_HEADERS)
        assert answer.status_code == 429, url
        assert "DAILY_CALLS" in answer.json["details"]


def test_daily_limit_is_per_user(ana, ben, work_with_scenes):
    use_up(ana, work_with_scenes)

    use_up(ben, ben.new_work(ben.new_project()))


def test_resuming_counts_only_calls_that_are_submitted_again(ana, work_with_scenes, vendors):
    vendors.rule(vendor="openai", match="step 1", refuse=True, times=2)
    job = start_job(ana, work_with_scenes, sceneIndexes=[0, 1])
    wait_until_finished(ana, job)  # three calls: the image of scene 1 is refused, its clip not sent
    resume_job(ana, job)
    wait_until_finished(ana, job)
    resume_job(ana, job)
    assert wait_until_finished(ana, job)["state"] == "succeeded"

    assert len(vendors.requests()) - len(find_requests(vendors, vendor="runway")) == 4
    assert "6 were sent" in post_over_limit(ana, work_with_scenes).json["details"]


class TestCallsThatWereNotSent:
    """They are reserved while their job is unfinished, and given back at its end."""

    @pytest.fixture
    def calls_left(self, ana, project):
        """A function that returns how many of the six calls are left, from the error for nine."""
        work = new_work_with_scenes(ana, project, 5)

        def left() -> int:
            details = post_over_limit(ana, work).json["details"]
            used = re.findall(r"(\d+) (?:were sent|are planned)", details)
            return 6 - sum(map(int, used))

        return left

    def test_refused_landing_page_does_not_count(self, ana, calls_left):
        page = {"url": "http://127.0.0.1:1/"}

        answer = ana.post("/api/style-guide/extract-from-landing", json=page, headers=MODEL_HEADERS)

        assert answer.status_code == 400
        assert calls_left() == 6

    def test_call_to_an_unreachable_vendor_does_not_count(self, user_with, unreachable):
        eve = user_with(daily_calls=1, claude_base_url=unreachable)
        for _ in range(2):
            work = eve.new_work(eve.new_project())
            assert eve.post(f"{work}/scenario", headers=MODEL_HEADERS).status_code == 502

    def test_planned_calls_of_a_failed_job_do_not_count(
        self, ana, work_with_scenes, vendors, calls_left
    ):
        vendors.rule(vendor="openai", refuse=True, times=3)

        assert wait_until_finished(ana, start_job(ana, work_with_scenes))["state"] == "failed"

        assert calls_left() == 3  # three images were refused, and no clip was sent

    def test_planned_calls_of_a_cancelled_job_do_not_count(
        self, ana, work_with_scenes, vendors, calls_left
    ):
        vendors.rule(vendor="runway", kind="submit", takes=60)
        job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")
        assert calls_left() == 4

        other = start_job(ana, work_with_scenes, sceneIndexes=[1, 2])
        assert calls_left() == 0
        for each in (job, other):
            if ana.post(f"{each}/cancel").status_code == 200:
                wait_until_finished(ana, each)

        assert calls_left() == 6 - len(vendors.counts())

    def test_call_refused_by_a_busy_vendor_does_not_count(
        self, ana, work_with_scenes, vendors, calls_left
    ):
        vendors.rule(vendor="openai", status=429, retry_after=60)
        job = start_scene_job(ana, work_with_scenes)
        wait_for_state(ana, job, "waiting")
        assert calls_left() == 4

        ana.post(f"{job}/cancel")
        wait_until_finished(ana, job)

        assert calls_left() == 6

    def test_repetition_does_not_reserve_again_what_was_spent(self, app, ana, calls_left):
        services = app.extensions["services"]
        budgets, call = (
            Budget(services.store, services.settings),
            planned_call("llm", "claude", "any"),
        )
        ref = JobRef(jobs_of_user(ana.user["id"]), "job_1")
        assert budgets.reserve(ana.user["id"], ref, [call] * 3, (), ())
        budgets.spend(ana.user["id"], ref, call, users_key=False)
        assert calls_left() == 3

        assert not budgets.reserve(ana.user["id"], ref, [call] * 3, (), ())

        assert calls_left() == 3

    def test_resuming_an_unfinished_job_whose_process_died_keeps_its_reservation(
        self, app, ana, work_with_scenes, vendors, calls_left
    ):
        vendors.rule(vendor="openai", status=429, retry_after=60)
        job = start_scene_job(ana, work_with_scenes)
        wait_for_state(ana, job, "waiting")
        stop_jobs(app)

        answer = ana.post(f"{job}/resume")

        assert (answer.status_code, answer.json["error"]) == (409, "The job cannot be resumed")
        assert calls_left() == 4

    def test_reservation_of_a_job_that_is_gone_is_dropped(
        self, app, ana, work_with_scenes, clock, calls_left
    ):
        services = app.extensions["services"]
        planned = [planned_call("llm", "claude", "any")] * 5
        ref = JobRef(jobs_of_user(ana.user["id"]), "job_1")
        Budget(services.store, services.settings).reserve(ana.user["id"], ref, planned, (), ())
        assert calls_left() == 1  # it may just be in creation

        clock[0] += 2 * 60_000

        assert calls_left() == 6

    def test_reservation_for_a_child_that_is_still_to_be_created_is_kept(
        self, app, ana, clock, calls_left
    ):
        services = app.extensions["services"]
        budgets = Budget(services.store, services.settings)
        planned = [planned_call("llm", "claude", "any")] * 4
        jobs = jobs_of_user(ana.user["id"])
        parent, child = JobRef(jobs, "job_1"), JobRef(jobs, "job_2")
        job = new_job(parent, JobSpec("video", ana.user["id"], {}, planned))
        budgets.reserve(ana.user["id"], parent, planned, (), ())
        services.store.collection(jobs).create(parent.id, job)
        budgets.reserve(ana.user["id"], child, planned[:3], (), (), parent)  # but the disk is full

        clock[0] += 2 * 60_000

        assert calls_left() == 2
        services.store.collection(jobs).change(parent.id, lambda job: job.update(state="failed"))
        budgets.release(ana.user["id"], parent)
        assert calls_left() == 6

    def test_reservation_of_a_job_that_the_queue_has_lost_is_kept(
        self, app, ana, work_with_scenes, vendors, clock, calls_left
    ):
        vendors.rule(vendor="openai", status=429, retry_after=60)
        wait_for_state(ana, start_scene_job(ana, work_with_scenes), "waiting")
        queue = app.extensions["services"].store.queue
        for marked in queue.jobs():
            queue.discard(*marked)

        clock[0] += 2 * 60_000

        assert calls_left() == 4

    def test_deleted_work_gives_its_reservation_back(
        self, ana, project, work_with_scenes, vendors, clock, calls_left, settings
    ):
        vendors.rule(vendor="openai", status=429, retry_after=60)
        wait_for_state(ana, start_scene_job(ana, work_with_scenes), "waiting")
        assert ana.delete(work_with_scenes).status_code == 204
        until(lambda: not list((settings.data_dir / "queue").iterdir()))

        clock[0] += 2 * 60_000

        assert calls_left() == 6


def test_simultaneous_requests_never_exceed_the_limit(app, ana, project, vendors):
    works = [new_work_with_scenes(ana, project, 1) for _ in range(8)]

    def start(work: str) -> int:
        person = Person(app.test_client(), ana.token, ana.user)
        answer = person.post(f"{work}/jobs", json={"kind": "scenes"}, headers=MODEL_HEADERS)
        return int(answer.status_code)

    statuses = at_once([partial(start, work) for work in works])

    assert sorted(statuses) == [202] * 3 + [429] * 5
    for work in works:
        for job in ana.show(f"{work}/jobs"):
            wait_until_finished(ana, f"{work}/jobs/{job['id']}")
    assert len(vendors.counts()) == 6


@pytest.mark.settings(daily_calls=5, daily_calls_total=6)
class TestTotal:
    """DAILY_CALLS_TOTAL: the calls with the server's keys of all users together."""

    def scenario(self, person: Person, **headers: str) -> Any:
        """Write a scenario, which takes one call; return the response."""
        work = person.new_work(person.new_project())
        return person.post(f"{work}/scenario", headers={**MODEL_HEADERS, **headers})

    def test_calls_of_all_users_count(self, ana, ben):
        statuses = [self.scenario(each).status_code for each in [ana] * 4 + [ben] * 3]

        assert statuses == [200] * 6 + [429]
        details = self.scenario(ben).json["details"]
        assert details.startswith("At most 6 a day for all users together (DAILY_CALLS_TOTAL); 6 ")

    def test_refusal_does_not_count_towards_the_users_limit(self, ana, ben):
        for each in [ana] * 5 + [ben]:
            assert self.scenario(each).status_code == 200
        for _ in range(5):
            assert self.scenario(ben).status_code == 429  # of the service

        assert self.scenario(ben, **{"x-api-key": "key-of-ben"}).status_code == 200

    def test_calls_with_keys_of_users_do_not_count(self, ana, ben):
        for _ in range(5):
            assert self.scenario(ana, **{"x-api-key": "key-of-ana"}).status_code == 200

        assert [self.scenario(ben).status_code for _ in range(5)] == [200] * 5

    @pytest.mark.tuning(request_lock=0.05)
    def test_job_that_cannot_be_reserved_in_it_keeps_nothing_reserved(self, settings, ana, project):
        """As if the users' jobs contended for the total for longer than a request waits."""
        wait_until_finished(ana, start_scene_job(ana, new_work_with_scenes(ana, project, 1)))
        work = new_work_with_scenes(ana, project, 1)

        with held(settings.data_dir / "budgets" / "total" / ".lock"):
            answer = ana.post(f"{work}/jobs", json={"kind": "scenes"}, headers=MODEL_HEADERS)

        assert answer.status_code == 503
        own = json.loads(
            (settings.data_dir / "budgets" / ana.user["id"] / "budget.json").read_text()
        )
        assert own["reserved"] == {}
        assert ana.show(f"{work}/jobs") == []


def test_resuming_to_poll_a_task_does_not_count(ana, work_with_scenes, vendors):
    vendors.rule(vendor="runway", kind="poll", status=401)
    for _ in range(4):  # two of the six calls are left
        ana.post(f"{work_with_scenes}/scenario", headers=MODEL_HEADERS)
    job = start_scene_job(ana, work_with_scenes)
    assert wait_until_finished(ana, job)["state"] == "interrupted"

    resume_job(ana, job)

    assert wait_until_finished(ana, job)["state"] == "succeeded"


def test_resuming_over_the_daily_limit_returns_429_and_keeps_the_job_unchanged(
    ana, work_with_scenes, vendors
):
    vendors.rule(vendor="openai", refuse=True)
    job = start_job(ana, work_with_scenes)
    before = wait_until_finished(ana, job)

    answer = ana.post(f"{job}/resume")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert ana.show(job) == before


def test_repetition_with_the_same_idempotency_key_does_not_count(ana, work_with_scenes):
    headers = {**MODEL_HEADERS, "Idempotency-Key": "key-1"}
    ordered = {"kind": "scenes", "sceneIndexes": [0]}
    for _ in range(4):  # of which each would be two of the six calls
        answer = ana.post(f"{work_with_scenes}/jobs", json=ordered, headers=headers)
        assert answer.status_code == 202
        wait_until_finished(ana, answer.headers["Location"])


def test_count_restarts_on_a_new_day(ana, work_with_scenes, clock):
    use_up(ana, work_with_scenes)

    clock[0] = TODAY_MS + DAY_MS

    use_up(ana, work_with_scenes)


def use_up(person: Person, work: str) -> None:
    """Send all calls that are allowed on a day."""
    for _ in range(6):
        assert person.post(f"{work}/scenario", headers=MODEL_HEADERS).status_code == 200
    post_over_limit(person, work)


def test_clock_that_is_set_back_does_not_restart_the_count(ana, work_with_scenes, clock):
    use_up(ana, work_with_scenes)

    clock[0] -= 2 * 3_600_000  # the day before

    answer = post_over_limit(ana, work_with_scenes)
    assert answer.headers["Retry-After"] == str(25 * 3600 + 1)


def test_nodes_whose_clocks_differ_at_midnight_restart_the_count_once(ana, work_with_scenes, clock):
    midnight = TODAY_MS - 3_600_000
    clock[0] = midnight - 100
    use_up(ana, work_with_scenes)
    clock[0] = midnight + 200
    use_up(ana, work_with_scenes)

    for now in (midnight - 50, midnight + 250):
        clock[0] = now
        post_over_limit(ana, work_with_scenes)


def test_clock_that_was_years_ahead_by_mistake_delays_the_next_count_by_a_day_at_most(
    ana, work_with_scenes, clock
):
    clock[0] = TODAY_MS + 1000 * DAY_MS
    use_up(ana, work_with_scenes)

    clock[0] = TODAY_MS
    post_over_limit(ana, work_with_scenes)

    clock[0] = TODAY_MS + 2 * DAY_MS
    use_up(ana, work_with_scenes)


def test_daily_calls_of_zero_means_no_limit(user_with):
    eve = user_with(daily_calls=0)
    work = eve.new_work(eve.new_project())

    for _ in range(8):
        assert eve.post(f"{work}/scenario", headers=MODEL_HEADERS).status_code == 200

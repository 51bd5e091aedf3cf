"""DAILY_CALLS: the daily limit of paid calls per user."""

from dataclasses import replace
from typing import Any

import pytest

from config import Settings
from jobs import budget
from storage.clock import DAY_MS
from tests.jobs.conftest import UserWith
from tests.jobs.helpers import (
    MODEL_HEADERS,
    new_work_with_scenes,
    resume_job,
    start_job,
    start_scene_job,
    wait_for_state,
    wait_until_finished,
)
from tests.people import Person
from tests.vendors import Vendors

TODAY_MS = 20_000 * DAY_MS + 3_600_000  # an hour after midnight


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Allow six calls a day: two for each of three scenes."""
    return replace(settings, daily_calls=6)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The current time of budgets, as a list with one element that tests may change."""
    now = [TODAY_MS]
    monkeypatch.setattr(budget, "now_ms", lambda: now[0])
    return now


def post_over_limit(person: Person, work: str, **body: Any) -> Any:
    """Start a job over the daily limit; return the response."""
    answer = person.post(f"{work}/jobs", json={"kind": "scenes", **body}, headers=MODEL_HEADERS)
    assert answer.status_code == 429, answer.text
    return answer


def test_job_within_the_daily_limit_succeeds(ana: Person, work_with_scenes: str) -> None:
    assert wait_until_finished(ana, start_job(ana, work_with_scenes))["state"] == "succeeded"


def test_call_over_the_daily_limit_returns_429_with_retry_after(
    ana: Person, work_with_scenes: str
) -> None:
    wait_until_finished(ana, start_job(ana, work_with_scenes))

    answer = post_over_limit(ana, work_with_scenes, kind="scenario")

    assert answer.json == {
        "error": "Daily limit of paid AI calls reached",
        "details": "At most 6 a day (DAILY_CALLS); 6 were started since midnight UTC, and this"
        " request needs 1.",
    }
    assert answer.headers["Retry-After"] == str(23 * 3600 + 1)


def test_all_planned_calls_of_a_job_count_when_it_starts(
    ana: Person, project: str, vendors: Vendors
) -> None:
    work = new_work_with_scenes(ana, project, 4)

    answer = post_over_limit(ana, work)

    assert "0 were started since midnight UTC, and this request needs 8." in answer.json["details"]
    assert ana.show(f"{work}/jobs") == []
    assert vendors.requests() == []


def test_rejected_job_does_not_count(ana: Person, project: str, work_with_scenes: str) -> None:
    post_over_limit(ana, new_work_with_scenes(ana, project, 4))

    assert wait_until_finished(ana, start_job(ana, work_with_scenes))["state"] == "succeeded"


def test_blocking_requests_count_towards_the_daily_limit(
    ana: Person, work_with_scenes: str
) -> None:
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


def test_daily_limit_is_per_user(ana: Person, ben: Person, work_with_scenes: str) -> None:
    wait_until_finished(ana, start_job(ana, work_with_scenes))

    job = start_job(ben, new_work_with_scenes(ben, ben.new_project(), 3))
    assert wait_until_finished(ben, job)["state"] == "succeeded"


def test_resuming_counts_only_calls_that_are_submitted_again(
    ana: Person, work_with_scenes: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="openai", match="step 1", refuse=True, times=2)
    job = start_job(ana, work_with_scenes, sceneIndexes=[0, 1])  # 4 calls
    wait_until_finished(ana, job)
    resume_job(ana, job)
    wait_until_finished(ana, job)
    resume_job(ana, job)
    # The image of scene 1 took three calls.
    assert wait_until_finished(ana, job)["state"] == "succeeded"

    assert "6 were started" in post_over_limit(ana, work_with_scenes).json["details"]


def test_resuming_does_not_count_unsubmitted_calls_twice(
    ana: Person, work_with_scenes: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="openai", status=429, retry_after=60)
    # Of the two calls, only the image is submitted before the job is cancelled.
    job = start_scene_job(ana, work_with_scenes)
    wait_for_state(ana, job, "waiting")
    ana.post(f"{job}/cancel")
    wait_until_finished(ana, job)

    resume_job(ana, job)

    wait_until_finished(ana, job)
    answer = post_over_limit(ana, work_with_scenes, sceneIndexes=[1, 2])
    assert "3 were started" in answer.json["details"]


def test_resuming_to_poll_a_task_does_not_count(
    ana: Person, work_with_scenes: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", kind="poll", status=401)
    job = start_job(ana, work_with_scenes)
    assert wait_until_finished(ana, job)["state"] == "interrupted"

    resume_job(ana, job)

    assert wait_until_finished(ana, job)["state"] == "succeeded"


def test_resuming_over_the_daily_limit_returns_429_and_keeps_the_job_unchanged(
    ana: Person, work_with_scenes: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="openai", refuse=True)
    job = start_job(ana, work_with_scenes)
    before = wait_until_finished(ana, job)

    answer = ana.post(f"{job}/resume")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert ana.show(job) == before


def test_repetition_with_the_same_idempotency_key_does_not_count(
    ana: Person, work_with_scenes: str
) -> None:
    headers = {**MODEL_HEADERS, "Idempotency-Key": "key-1"}
    for _ in range(3):
        answer = ana.post(f"{work_with_scenes}/jobs", json={"kind": "scenes"}, headers=headers)
        assert answer.status_code == 202
        wait_until_finished(ana, answer.headers["Location"])


def test_count_restarts_on_a_new_day(ana: Person, work_with_scenes: str, clock: list[int]) -> None:
    for _ in range(6):
        ana.post(f"{work_with_scenes}/scenario", headers=MODEL_HEADERS)
    post_over_limit(ana, work_with_scenes)

    clock[0] = TODAY_MS + DAY_MS

    assert wait_until_finished(ana, start_job(ana, work_with_scenes))["state"] == "succeeded"


def test_daily_calls_of_zero_means_no_limit(user_with: UserWith) -> None:
    eve = user_with(daily_calls=0)
    work = eve.new_work(eve.new_project())

    for _ in range(8):
        assert eve.post(f"{work}/scenario", headers=MODEL_HEADERS).status_code == 200

"""DAILY_CALLS: how many paid calls a user may start a day."""

from dataclasses import replace
from typing import Any

import pytest

from config import Settings
from jobs import budget
from tests.applications import create_app
from tests.jobs.following import MODELS, ended, once, resume, start
from tests.jobs.following import film as new_film
from tests.people import Person
from tests.vendors import Vendors

DAY_MS = 86_400_000
TODAY_MS = 20_000 * DAY_MS + 3_600_000  # an hour after midnight


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Six calls a day: two for each scene of the film."""
    return replace(settings, daily_calls=6)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The time, as budgets see it; a test may change it."""
    now = [TODAY_MS]
    monkeypatch.setattr(budget, "now_ms", lambda: now[0])
    return now


def refused(person: Person, work: str, **body: Any) -> Any:
    answer = person.post(f"{work}/jobs", json={"kind": "scenes", **body}, headers=MODELS)
    assert answer.status_code == 429, answer.text
    return answer


def test_what_is_within_it_is_made(ana: Person, film: str) -> None:
    assert ended(ana, start(ana, film))["state"] == "succeeded"


def test_what_goes_beyond_it_is_429_and_says_when_to_come_back(ana: Person, film: str) -> None:
    ended(ana, start(ana, film))

    answer = refused(ana, film, kind="scenario")

    assert answer.json == {
        "error": "Daily limit of paid AI calls reached",
        "details": "At most 6 a day (DAILY_CALLS); 6 were started since midnight UTC, and this"
        " request needs 1.",
    }
    assert answer.headers["Retry-After"] == str(23 * 3600 + 1)


def test_all_calls_that_a_job_plans_count_at_its_start(
    ana: Person, project: str, vendors: Vendors
) -> None:
    work = new_film(ana, project, 4)

    answer = refused(ana, work)

    assert "0 were started since midnight UTC, and this request needs 8." in answer.json["details"]
    assert ana.show(f"{work}/jobs") == []
    assert vendors.requests() == []


def test_what_was_refused_counts_nothing(ana: Person, project: str, film: str) -> None:
    refused(ana, new_film(ana, project, 4))

    assert ended(ana, start(ana, film))["state"] == "succeeded"


def test_requests_that_wait_count_as_well(ana: Person, film: str) -> None:
    for _ in range(6):
        assert ana.post(f"{film}/scenario", headers=MODELS).status_code == 200

    for url, body in [
        (f"{film}/scenario", {}),
        (f"{film}/generate/scene/0", {}),
        ("/api/generate/image", {"prompt": "A lamp"}),
        ("/api/style-guide/extract", {"text": "Warm, calm."}),
    ]:
        answer = ana.post(url, json=body, headers=MODELS)
        assert answer.status_code == 429, url
        assert "DAILY_CALLS" in answer.json["details"]


def test_it_is_each_users_own(ana: Person, ben: Person, film: str) -> None:
    ended(ana, start(ana, film))

    assert ended(ben, start(ben, new_film(ben, ben.new_project(), 3)))["state"] == "succeeded"


def test_going_on_counts_only_what_is_submitted_again(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="openai", match="step 1", refuse=True, times=2)
    job = start(ana, film, sceneIndexes=[0, 1])  # 4 calls, of which the last is never made
    ended(ana, job)
    resume(ana, job)
    ended(ana, job)
    resume(ana, job)
    assert ended(ana, job)["state"] == "succeeded"  # by 6: the image of scene 1 took three

    assert "6 were started" in refused(ana, film).json["details"]


def test_going_on_counts_nothing_again_that_was_never_submitted(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="openai", status=429, retry_after=60)
    job = start(ana, film, "scene", sceneIndex=0)  # 2 calls, of which one is submitted
    once(ana, job, lambda job: job["state"] == "waiting")
    ana.post(f"{job}/cancel")
    ended(ana, job)

    resume(ana, job)

    ended(ana, job)
    assert "3 were started" in refused(ana, film, sceneIndexes=[1, 2]).json["details"]


def test_going_on_to_ask_for_a_task_counts_nothing(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", kind="poll", status=401)
    job = start(ana, film)
    assert ended(ana, job)["state"] == "interrupted"

    resume(ana, job)

    assert ended(ana, job)["state"] == "succeeded"


def test_going_on_beyond_it_is_429_and_leaves_the_job_as_it_was(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="openai", refuse=True)
    job = start(ana, film)
    before = ended(ana, job)

    answer = ana.post(f"{job}/resume")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert ana.show(job) == before


def test_the_same_request_again_counts_nothing(ana: Person, film: str) -> None:
    headers = {**MODELS, "Idempotency-Key": "key-1"}
    for _ in range(3):
        answer = ana.post(f"{film}/jobs", json={"kind": "scenes"}, headers=headers)
        assert answer.status_code == 202
        ended(ana, answer.headers["Location"])


def test_a_new_day_starts_anew(ana: Person, film: str, clock: list[int]) -> None:
    for _ in range(6):
        ana.post(f"{film}/scenario", headers=MODELS)
    refused(ana, film)

    clock[0] = TODAY_MS + DAY_MS

    assert ended(ana, start(ana, film))["state"] == "succeeded"


def test_without_the_setting_nothing_is_counted(settings: Settings) -> None:
    app = create_app(replace(settings, daily_calls=0))
    eve = Person.register(app.test_client(), "eve@example.com")
    work = eve.new_work(eve.new_project())

    for _ in range(8):
        assert eve.post(f"{work}/scenario", headers=MODELS).status_code == 200

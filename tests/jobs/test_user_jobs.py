"""AI calls that belong to no work: each is a job of its user's, and kept for some days."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import Settings
from jobs import worker
from jobs.worker import prune_user_jobs
from storage.clock import now_ms
from tests.jobs.following import MODELS, ended, once, resume, until
from tests.people import Person
from tests.vendors import Vendors

DAY_MS = 86_400_000


def draw(person: Person, prompt: str = "A lamp") -> Any:
    return person.post("/api/generate/image", json={"prompt": prompt}, headers=MODELS)


def newest(person: Person) -> str:
    """The path of a user's newest job."""
    return f"/api/jobs/{person.show('/api/jobs')[0]['id']}"


def test_are_listed_newest_first(ana: Person) -> None:
    for prompt in ("A lamp", "A chair"):
        assert draw(ana, prompt).status_code == 200

    jobs = ana.show("/api/jobs")

    assert [job["request"]["prompt"] for job in jobs] == ["A chair", "A lamp"]
    assert {(job["kind"], job["state"], job["workId"]) for job in jobs} == {
        ("image", "succeeded", None)
    }


def test_are_not_those_of_someone_else(ana: Person, ben: Person) -> None:
    draw(ana)
    job = newest(ana)

    assert ben.show("/api/jobs") == []
    for url in (job, f"{job}/events", f"{job}/media"):
        assert ben.get(url).status_code == 404
    for url in (f"{job}/cancel", f"{job}/resume"):
        assert ben.post(url).status_code == 404


def test_keep_what_they_made(ana: Person) -> None:
    draw(ana)

    answer = ana.get(f"{newest(ana)}/media")

    assert (answer.status_code, answer.mimetype) == (200, "image/png")


def test_go_on_when_someone_resumes_them(ana: Person, vendors: Vendors) -> None:
    vendors.rule(vendor="openai", cut="after")
    answer = draw(ana)
    assert answer.status_code == 502
    job = newest(ana)
    assert ana.show(job)["state"] == "interrupted"

    resume(ana, job)

    assert ended(ana, job)["state"] == "succeeded"
    assert ana.get(f"{job}/media").status_code == 200


def test_can_be_cancelled_while_they_are_waited_for(
    ana: Person, film: str, samples: Path, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", kind="poll", status=401)
    ana.upload(f"{film}/media/scene/0/image", samples / "image.png")
    body = {"image_url": f"{film}/media/scene/0/image", "prompt": "It glows"}
    ana.post("/api/generate/video", json=body)
    vendors.rule(vendor="runway", kind="poll", times=None, cut="before")
    job = newest(ana)
    resume(ana, job)
    once(ana, job, lambda job: job["state"] == "waiting")

    assert ana.post(f"{job}/cancel").status_code == 200
    assert ended(ana, job)["state"] == "cancelled"
    assert until(lambda: vendors.tasks()[0]["state"] == "cancelled")


def test_are_kept_for_some_days(
    app: Flask, ana: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = app.extensions["services"].store
    draw(ana)
    old = newest(ana)

    for days, status in [(settings.job_days - 1, 200), (settings.job_days + 1, 404)]:
        monkeypatch.setattr(worker, "now_ms", lambda days=days: now_ms() + days * DAY_MS)
        prune_user_jobs(store, settings.job_days)
        assert ana.get(old).status_code == status


def test_that_can_go_on_are_kept_as_long(
    app: Flask, ana: Person, vendors: Vendors, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendors.rule(vendor="openai", cut="after")
    draw(ana)
    old = newest(ana)
    monkeypatch.setattr(worker, "now_ms", lambda: now_ms() + (settings.job_days - 1) * DAY_MS)

    prune_user_jobs(app.extensions["services"].store, settings.job_days)

    assert ana.show(old)["state"] == "interrupted"

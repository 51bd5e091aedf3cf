"""USER_QUOTA_MB and RESERVE_MB: nothing is paid for whose result could not be stored."""

import os
from dataclasses import replace

import pytest

from config import Settings
from tests.jobs.helpers import (
    MODEL_HEADERS,
    new_work_with_scenes,
    resume_job,
    run_job,
    start_scene_job,
    wait_until_finished,
)
from tests.people import Person
from tests.vendors import Vendors

MB = 1 << 20


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, user_quota_mb=10)


@pytest.fixture
def work(ana: Person, project: str) -> str:
    return new_work_with_scenes(ana, project, 3)


def upload(ana: Person, work: str, size: int) -> None:
    video = b"RIFF\0\0\0\0AVI LIST" + bytes(size)
    url = f"{work}/media/reference"
    assert ana.put(url, data=video, content_type="video/x-msvideo").status_code == 200


def test_job_over_the_quota_is_refused_before_anything_is_paid(
    ana: Person, work: str, vendors: Vendors
) -> None:
    upload(ana, work, 10 * MB - 60_000)
    request = {"kind": "scenes", "unknown": "x" * 60_000}

    answer = ana.post(f"{work}/jobs", json=request, headers=MODEL_HEADERS)

    assert answer.status_code == 507
    assert answer.json["error"] == "Storage quota used up"
    assert vendors.requests() == []


def test_paid_result_is_stored_beyond_the_quota_and_no_further_call_is_paid(
    ana: Person, project: str, work: str, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(ana, work, 10 * MB - 60_000)
    # The image of 128 KB is larger than what is left.
    monkeypatch.setattr("generation.scenes.download_picture", _large_picture)

    job = wait_until_finished(ana, start_scene_job(ana, work))

    image, clip = job["calls"]
    assert image["state"] == "done"
    assert len(ana.get(f"{work}/media/scene/0/image").data) > 128_000
    assert clip["state"] == "failed"
    assert clip["attempts"] == 0
    assert "Storage quota used up: You store 10." in clip["error"]
    assert clip["error"].endswith("Delete media, works or assets that you do not need. Then resume the job.")
    assert [request.kind for request in vendors.requests("runway")] == []

    ana.delete(f"{work}/media/reference")
    resumed = wait_until_finished(ana, job_path(work, resume_job(ana, job_path(work, job))))
    assert resumed["state"] == "succeeded"
    assert len(vendors.requests("openai")) == 1


def test_job_that_waits_for_its_result_answers_507(
    ana: Person, work: str, disk_is_full: None
) -> None:
    answer = ana.post(f"{work}/scenario", headers=MODEL_HEADERS)

    assert answer.status_code == 507
    assert answer.json["error"] == "The server's disk is full"

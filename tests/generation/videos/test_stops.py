"""Videos whose steps fail, are cancelled or cost too much: they go on where they were."""

import threading
from typing import Any

import pytest

from jobs.creation import create
from storage.errors import DiskFullError
from tests.generation.videos.test_videos import BRIEF, DRAFT, states, work_of
from tests.jobs.helpers import (
    CLIP_REQUEST,
    MODEL_HEADERS,
    count_paid,
    resume_job,
    wait_until,
    wait_until_finished,
)
from tests.people import Person

TEXT_REQUEST = {"vendor": "claude", "kind": "text"}


def order(person: Person, headers: dict[str, str] | None = None, **fields: Any) -> str:
    """Order a video of the fake vendors; return its path."""
    body = {**BRIEF, "export": DRAFT, **fields}
    return person.order("/api/videos", body, {**MODEL_HEADERS, **(headers or {})})


def test_failed_step_is_named_and_resumed(ana, vendors):
    vendors.rule(**CLIP_REQUEST, fail="The lamp broke.")
    video = order(ana, export=False)

    failed = wait_until_finished(ana, video)

    assert failed["state"] == "failed"
    assert failed["reason"].startswith("Step scenes failed: The clip of scene 1: The lamp broke.")
    assert (states(failed)["scenario"], states(failed)["scenes"]) == ("succeeded", "failed")
    resume_job(ana, video)
    done = wait_until_finished(ana, video)
    assert done["state"] == "succeeded"
    assert set(states(done).values()) == {"succeeded"}
    assert [step["error"] for step in done["steps"]] == [None] * 3
    assert (count_paid(vendors, TEXT_REQUEST), count_paid(vendors, CLIP_REQUEST)) == (1, 2)
    assert len(ana.show(f"{work_of(done)}/jobs")) == 2


def test_video_goes_on_after_its_step_was_resumed_by_hand(ana, vendors):
    vendors.rule(**CLIP_REQUEST, fail="The lamp broke.")
    video = order(ana, export=False)
    failed = wait_until_finished(ana, video)
    step = next(step for step in failed["steps"] if step["state"] == "failed")
    child = f"/api/projects/{failed['projectId']}/works/{failed['workId']}/jobs/{step['jobId']}"
    resume_job(ana, child)
    assert wait_until_finished(ana, child)["state"] == "succeeded"

    resume_job(ana, video)

    assert wait_until_finished(ana, video)["state"] == "succeeded"
    assert count_paid(vendors, CLIP_REQUEST) == 2


def test_cancelling_cancels_the_step_and_resuming_goes_on(ana, vendors):
    vendors.rule(**CLIP_REQUEST, takes=None)
    video = order(ana, export=False)
    wait_until(ana, video, lambda job: vendors.tasks())

    assert ana.post(f"{video}/cancel").status_code == 200

    cancelled = wait_until_finished(ana, video)
    assert (cancelled["state"], states(cancelled)["scenes"]) == ("cancelled", "cancelled")
    [task] = vendors.tasks()
    assert task["state"] == "cancelled"
    resume_job(ana, video)
    assert wait_until_finished(ana, video)["state"] == "succeeded"
    assert count_paid(vendors, TEXT_REQUEST) == 1


@pytest.mark.parametrize("part", ["work", "project"])
def test_video_whose_work_is_deleted_fails_and_pays_for_nothing_more(ana, vendors, part):
    vendors.rule(**CLIP_REQUEST, takes=None)
    video = order(ana)
    job = wait_until(ana, video, lambda job: vendors.tasks())
    work = f"/api/projects/{job['projectId']}/works/{job['workId']}"

    deleted = work if part == "work" else f"/api/projects/{job['projectId']}"
    assert ana.request("DELETE", deleted).status_code == 204

    for _ in range(2):
        failed = wait_until_finished(ana, video)
        assert (failed["state"], states(failed)["scenes"]) == ("failed", "failed")
        assert "was deleted" in failed["reason"]
        assert ana.post(f"{video}/resume", headers=MODEL_HEADERS).status_code == 202
    assert count_paid(vendors, CLIP_REQUEST) == 1


def test_budget_for_all_steps_is_checked_at_the_order(user_with):
    eve = user_with(daily_calls=6)
    body = {**BRIEF, "sceneCount": 3, "export": False}

    refused = eve.post("/api/videos", json=body, headers=MODEL_HEADERS)

    assert refused.status_code == 429
    assert "this request needs 7" in refused.json["details"]
    assert eve.show("/api/videos")["items"] == []


def test_steps_use_what_the_order_reserved(user_with):
    eve = user_with(daily_calls=3)
    video = order(eve, export=False)

    assert wait_until_finished(eve, video)["state"] == "succeeded"
    assert eve.post("/api/videos", json=BRIEF, headers=MODEL_HEADERS).status_code == 429
    services = eve.client.application.extensions["services"]
    budget = services.store.budgets.snapshot(eve.user["id"]).values
    assert (budget["calls"], budget["reserved"]) == (3, {})


@pytest.mark.tuning(disk_pause=0.3)
def test_step_keeps_what_was_reserved_for_it_although_the_disk_was_full(user_with, monkeypatch):
    eve = user_with(daily_calls=3)
    was_full = threading.Event()

    def create_later(store: Any, ref: Any, job: Any, files: Any) -> Any:
        if job["kind"] == "scenario" and not was_full.is_set():
            threading.Timer(0.1, was_full.set).start()  # when the disk is waited for
            raise DiskFullError("full")
        return create(store, ref, job, files)

    monkeypatch.setattr("jobs.service.create", create_later)

    video = order(eve, export=False)

    assert was_full.wait(30)
    image = eve.post("/api/generate/image", json={"prompt": "A moth"}, headers=MODEL_HEADERS)
    assert image.status_code == 429
    assert wait_until_finished(eve, video)["state"] == "succeeded"


def test_missing_key_of_a_later_step_is_told_at_once(user_with):
    eve = user_with(runway_api_key="")

    refused = eve.post("/api/videos", json=BRIEF, headers=MODEL_HEADERS)

    assert refused.status_code == 400
    assert "runway (video)" in refused.json["details"]


def test_keys_of_the_request_are_handed_to_the_steps(user_with, vendors, app):
    keyless = {name: "" for name in vendors.settings() if name.endswith("_key")}
    eve = user_with(**keyless)
    keys = {f"x-{role}-api-key": f"own-{role}-key" for role in ("llm", "image", "video")}

    done = wait_until_finished(eve, order(eve, keys, export=False))

    assert done["state"] == "succeeded", done
    used = {request["key"] for request in vendors.requests()}
    assert used == {key[-4:] for key in keys.values()}

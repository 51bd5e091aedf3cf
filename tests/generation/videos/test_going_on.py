"""Videos go on in other processes, with room for their steps, and with the keys of a request."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from generation.videos.steps import planned
from storage.store import Store
from tests.generation.videos.test_stops import TEXT_REQUEST, order
from tests.generation.videos.test_videos import BRIEF, states, work_of
from tests.jobs.helpers import (
    CLIP_REQUEST,
    MODEL_HEADERS,
    count_paid,
    stop_jobs,
    until,
    wait_until,
    wait_until_finished,
)
from tests.people import Person

SecondApp = Callable[..., Flask]


def stop(person: Person) -> None:
    """Stop the jobs of a user's application."""
    stop_jobs(person.client.application)


def seen_by(app: Flask, person: Person) -> Person:
    return Person(app.test_client(), person.token, person.user)


def test_another_process_continues_where_one_stopped(ana, vendors, second_app):
    vendors.rule(**CLIP_REQUEST, takes=None)
    video = order(ana, export=False)
    until(vendors.tasks)
    stop(ana)
    assert states(ana.show(video))["scenes"] == "running"

    vendors.release()
    done = wait_until_finished(seen_by(second_app(), ana), video)

    assert done["state"] == "succeeded"
    assert count_paid(vendors, TEXT_REQUEST) == count_paid(vendors, CLIP_REQUEST) == 1


def test_steps_that_were_done_but_not_noted_make_nothing_twice(
    ana, app, samples, vendors, second_app
):
    project = ana.new_project()
    text = {"id": "a", "text": "Hi", "fontSize": 9, "fontColor": "#fff", "centerX": 0}
    content = {"textOverlays": [{**text, "centerY": 0, "timingMode": "relative"}]}
    template = ana.create(f"{project}/templates", {"name": "x", "content": content})["id"]
    picture = base64.b64encode((samples / "image.png").read_bytes()).decode()
    files = {"assets": [f"data:image/png;base64,{picture}"], "template": template}
    video = order(ana, project=project.rpartition("/")[2], **files)
    first = wait_until_finished(ana, video)
    stop(ana)
    work, bills = ana.show(work_of(first)), vendors.counts()

    forget_steps(app.extensions["services"].store, ana.user["id"], first["id"])
    again = wait_until_finished(seen_by(second_app(), ana), video)

    assert (again["state"], again["attempts"]) == ("succeeded", 2)
    assert {**again["result"], "elapsed": 0} == {**first["result"], "elapsed": 0}
    assert vendors.counts() == bills
    assert {**ana.show(work_of(first)), "updatedAt": 0} == {**work, "updatedAt": 0}
    assert len(ana.show(f"{project}/assets")["assets"]) == 1
    assert len(ana.show(f"{work_of(first)}/exports")["exports"]) == 1


def forget_steps(store: Store, user_id: str, job_id: str) -> None:
    """Make a finished job one of a process that died before it noted anything."""

    def mutate(job: dict[str, Any]) -> None:
        steps = planned([step["name"] for step in job["steps"]])
        job.update(state="running", result=None, finishedAt=None, steps=steps)

    table = store.user_jobs(user_id)
    table.change(job_id, mutate)
    store.queue.add(table.name, job_id)


def test_key_of_the_request_is_needed_again_after_a_restart(ana, vendors, second_app):
    key = {"x-video-api-key": "own-key"}
    vendors.rule(**CLIP_REQUEST, takes=None)
    video = order(ana, key, export=False)
    until(vendors.tasks)
    stop(ana)
    vendors.release()
    ana = seen_by(second_app(), ana)

    interrupted = wait_until_finished(ana, video)

    assert interrupted["state"] == "interrupted"
    assert "Resume the job with the key" in interrupted["reason"]
    assert ana.post(f"{video}/resume", headers=key).status_code == 202
    assert wait_until_finished(ana, video)["state"] == "succeeded"
    assert count_paid(vendors, CLIP_REQUEST) == 1


@pytest.mark.tuning(running_jobs=1)
def test_videos_leave_room_for_the_jobs_of_their_steps(ana, app):
    app.extensions["services"].jobs.worker.start()

    videos = [order(ana, export=False) for _ in range(3)]

    done = [wait_until_finished(ana, video) for video in videos]
    assert {job["state"] for job in done} == {"succeeded"}


def test_step_whose_job_is_cancelled_interrupts_the_video(ana, vendors):
    vendors.rule(**CLIP_REQUEST, takes=None)
    video = order(ana, export=False)
    until(vendors.tasks)

    def step_of(job: Any) -> Any:
        return next(step for step in job["steps"] if step["name"] == "scenes")

    job = wait_until(ana, video, lambda job: step_of(job)["jobId"])
    work = f"/api/projects/{job['projectId']}/works/{job['workId']}"

    assert ana.post(f"{work}/jobs/{step_of(job)['jobId']}/cancel").status_code == 200

    stopped = wait_until_finished(ana, video)
    assert (stopped["state"], states(stopped)["scenes"]) == ("interrupted", "interrupted")
    assert ana.post(f"{video}/resume").status_code == 202
    assert wait_until_finished(ana, video)["state"] == "succeeded"


def test_events_end_with_the_finished_video(ana):
    video = ana.order("/api/videos", {**BRIEF, "export": False}, MODEL_HEADERS)

    stream = ana.get(f"{video}/events").text

    events = [part.split("\n") for part in stream.strip().split("\n\n")]
    assert any('"state":"succeeded"' in line for line in events[-1])


def test_job_that_makes_no_video_is_none(ana):
    answer = ana.post("/api/generate/image", json={"prompt": "x"}, headers=MODEL_HEADERS)
    assert answer.status_code == 200
    [job] = ana.show("/api/jobs")

    for path in ("", "/events"):
        assert ana.get(f"/api/videos/{job['id']}{path}").status_code == 404

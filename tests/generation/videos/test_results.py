"""What a finished video answers: links without a login, webhooks, and responses that wait."""

from functools import partial

import pytest
from flask import Flask

from access.rights import EDITOR, VIEWER
from jobs.expired_jobs import prune_user_jobs
from tests.access.members import id_of, member, set_members, store_of
from tests.generation.videos.test_videos import BRIEF, DRAFT, SMALL, work_of
from tests.jobs.helpers import until, wait_until_finished
from tests.jobs.receiver import webhook_secret
from tests.people import Person
from tests.walk import DEMO

QUICK = {**BRIEF, "export": DRAFT}


def test_waiting_request_gets_the_finished_video(ana):
    order = {**BRIEF, "export": False}

    answer = ana.post("/api/videos", json=order, headers={**DEMO, "Prefer": "wait=60"})

    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "wait=60"
    assert answer.headers["Location"] == f"/api/videos/{answer.json['id']}"
    assert answer.json["state"] == "succeeded"


def test_request_that_cannot_wait_gets_the_job(user_with):
    eve = user_with(waiters=0)
    order = {**BRIEF, "export": False}

    answer = eve.post("/api/videos", json=order, headers={**DEMO, "Prefer": "wait=60"})

    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers


def test_receiver_of_steps_of_a_work_gets_the_export_and_the_address_of_the_job(
    ana, project, receiver
):
    work = ana.new_work(project, sceneCount=1, videoDuration=2, resolution=SMALL)
    steps = {"kind": "pipeline", "steps": ["scenario", "scenes", "export"], "options": DRAFT}
    webhook = {"webhookUrl": receiver.url, "webhookEvents": ["job.ended", "export.ready"]}

    path = ana.order(f"{work}/jobs", {**steps, **webhook}, DEMO)

    job = wait_until_finished(ana, path)
    ready, message = [each.verify(webhook_secret(ana)) for each in receiver.wait_for_messages(2)]
    assert ready["data"]["id"] == message["data"]["result"]["exportId"] == job["result"]["exportId"]
    assert message["links"]["job"] == f"http://localhost{path}"


def test_link_opens_the_video_and_the_receiver_gets_one(ana, app, receiver):
    script = ana.with_scopes("works:write", "works:read", "ai:generate")
    webhook = {"webhookUrl": receiver.url, "webhookEvents": ["job.ended", "export.ready"]}

    video = script.order("/api/videos", {**QUICK, **webhook, "metadata": {"row": 7}}, DEMO)

    job = wait_until_finished(script, video)
    ready, message = [each.verify(webhook_secret(ana)) for each in receiver.wait_for_messages(2)]
    assert (ready["type"], message["type"]) == ("export.ready", "job.succeeded")
    assert ready["data"]["id"] == job["result"]["exportId"]
    assert message["links"]["job"] == f"http://localhost{video}"
    assert message["data"]["metadata"] == {"row": 7}
    link = message["data"]["result"]["videoUrl"]
    assert link == job["result"]["videoUrl"]
    assert link.startswith("http://localhost/api/downloads/")
    opened = app.test_client().get(link, buffered=True)
    assert (opened.status_code, opened.content_type) == (200, "video/mp4")
    [listed] = script.show("/api/videos")["items"]
    assert "videoUrl" not in str(listed)
    page = f"http://localhost/projects/{job['projectId']}/works/{job['workId']}"
    assert {each["result"]["workUrl"] for each in (job, listed, message["data"])} == {page}
    stored = app.extensions["services"].store.user_jobs(ana.user["id"]).snapshot(job["id"])
    assert "downloads" not in str(stored.values)
    assert script.delete(f"/api/links/{job['result']['videoLinkId']}").status_code == 204
    assert app.test_client().get(link).status_code == 404
    link = script.show(video)["result"]["videoUrl"]
    assert app.test_client().get(link, buffered=True).status_code == 200
    [token] = [each["id"] for each in ana.show("/api/tokens")]
    assert ana.request("DELETE", f"/api/tokens/{token}").status_code == 204
    assert app.test_client().get(link).status_code == 404


def test_video_whose_export_was_deleted_is_exported_once_more(ana):
    headers = {**DEMO, "Idempotency-Key": "row-7"}
    video = ana.order("/api/videos", QUICK, headers)
    first = wait_until_finished(ana, video)["result"]
    assert ana.request("DELETE", first["exportUrl"]).status_code == 204
    assert ana.show(video)["result"]["videoUrl"] is None

    assert ana.order("/api/videos", QUICK, headers) == video

    again = wait_until_finished(ana, video)["result"]
    assert again["exportId"] != first["exportId"]
    other = ana.post("/api/videos", json={**QUICK, "prompt": "A moth"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize("role", [VIEWER, None], ids=["lowered", "removed"])
def test_order_that_is_repeated_without_the_right_makes_no_export(app, ana, ben, project, role):
    """What was deleted is exported again for those who may order it; it is their job then."""
    store, project_id = store_of(app), id_of(project)
    set_members(store, project_id, member(ben, EDITOR))
    headers = {**DEMO, "Idempotency-Key": "row-7"}
    order = {**QUICK, "project": project_id}
    video = ben.order("/api/videos", order, headers)
    export = wait_until_finished(ben, video)["result"]["exportUrl"]
    exports = export.rpartition("/")[0]
    assert ana.delete(export).status_code == 204

    set_members(store, project_id, *([member(ben, role)] if role else []))
    repeated = ben.post("/api/videos", json=order, headers=headers)

    assert repeated.status_code == (403 if role else 404)
    assert ana.show(exports)["exports"] == []
    set_members(store, project_id, member(ben, EDITOR))
    assert ben.order("/api/videos", order, headers) == video
    assert wait_until_finished(ben, video)["userId"] == ben.user["id"]
    assert len(ana.show(exports)["exports"]) == 1


def test_key_of_a_deleted_job_may_come_with_another_order(ana, app):
    headers = {**DEMO, "Idempotency-Key": "row-7"}
    order = {"scenes": [{"image_prompt": "A lamp"}], "resolution": SMALL, "export": False}
    works = []
    for name in ("Lamp", "Lamp", "Moth"):
        video = ana.order("/api/videos", {**order, "name": name}, headers)
        work = ana.show(work_of(wait_until_finished(ana, video)))
        works.append((work["id"], work["name"]))
        until(partial(is_deleted, app, ana, video))

    assert works[0] == works[1]
    assert works[2][0] != works[0][0]
    assert works[2][1] == "Moth"


def is_deleted(app: Flask, person: Person, video: str) -> bool:
    """Delete a job as after JOB_DAYS, unless it is not finalized yet; return whether it is gone."""
    prune_user_jobs(app.extensions["services"].store, days=-1)
    return person.get(video).status_code == 404


def test_list_has_pages(ana):
    order = {"prompt": "A lamp", "scenes": [{"image_prompt": "A lamp"}], "resolution": SMALL}
    ids = [
        ana.post("/api/videos", json={**order, "export": False}, headers=DEMO).json["id"]
        for _ in range(3)
    ]

    first = ana.show("/api/videos?limit=2")
    second = ana.show(first["next"])

    assert [job["id"] for job in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None

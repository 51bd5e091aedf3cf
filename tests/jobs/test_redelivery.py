"""Messages of webhooks that users ask for: once more, and tests; when they happened."""

import json
from datetime import datetime
from typing import Any

import pytest

from access.rights import EDITOR
from tests.access.members import id_of, member, set_members, store_of
from tests.jobs.helpers import start_job, wait_until_finished
from tests.jobs.receiver import wait_for_delivery, webhook_secret
from tests.people import Person
from tests.web.openapi import problems_of

pytestmark = pytest.mark.tuning(webhook_delays=(0, 0.3))


@pytest.fixture(autouse=True)
def _worker(app):
    """Let the application look at its queue, from which webhooks are repeated."""
    app.extensions["services"].jobs.worker.start()


@pytest.fixture
def failed(ana, work, receiver):
    """A job that has ended, whose webhook its receiver has never accepted."""
    receiver.statuses = [500, 500]
    job = start_job(ana, work, "scenario", webhookUrl=receiver.url)
    assert wait_for_delivery(ana, job)["state"] == "failed"
    return job


def happened_at(payload: Any) -> int:
    """Return the time stamp of a body, in milliseconds."""
    return round(datetime.fromisoformat(payload["timestamp"]).timestamp() * 1000)


def test_body_has_the_time_of_the_event_and_the_header_that_of_the_attempt(ana, failed, receiver):
    ana.post(f"{failed}/redeliver")

    job = ana.show(failed)
    messages = receiver.wait_for_messages(3)
    bodies = [message.verify(webhook_secret(ana)) for message in messages]
    assert {happened_at(each) for each in bodies} == {job["finishedAt"]}
    sent = [1000 * int(message.headers["webhook-timestamp"]) for message in messages]
    for at, delivery in zip(sent, job["webhook"]["deliveries"], strict=True):
        assert 0 <= delivery["at"] - at < 60_000


def test_message_is_sent_once_more_with_its_id(ana, failed, receiver):
    answer = ana.post(f"{failed}/redeliver")

    assert answer.status_code == 200, answer.text
    webhook = answer.json["webhook"]
    assert (webhook["state"], webhook["tries"]) == ("delivered", 2)
    assert [each["status"] for each in webhook["deliveries"]] == [500, 500, 204]
    ids = {message.headers["webhook-id"] for message in receiver.messages}
    assert ids == {each["id"] for each in webhook["deliveries"]}
    assert len(ids) == 1
    assert receiver.messages[-1].verify(webhook_secret(ana))["type"] == "job.succeeded"


def test_one_of_several_messages_is_chosen_by_its_id(ana, failed, receiver):
    [known] = {each["id"] for each in ana.show(failed)["webhook"]["deliveries"]}

    wrong = ana.post(f"{failed}/redeliver", json={"id": "job_1_7"})
    right = ana.post(f"{failed}/redeliver", json={"id": known})

    assert (wrong.status_code, right.status_code) == (400, 200)
    assert known in wrong.json["details"]["id"]
    assert len(receiver.messages) == 3


def test_what_cannot_be_sent_again_says_why(ana, work, receiver, failed):
    without = start_job(ana, work, "scenario")
    wait_until_finished(ana, without)

    refused = ana.post(f"{without}/redeliver")
    missing = ana.post(f"{work}/jobs/job_unknown/redeliver")

    assert (refused.status_code, refused.json["error"]) == (409, "The job has no webhook")
    assert missing.status_code == 404
    assert len(receiver.messages) == 2


def test_jobs_without_a_work_are_sent_again_too(ana, receiver):
    order = {"prompt": "A lamp", "sceneCount": 1, "videoDuration": 1, "export": False}
    headers = {f"x-{role}-provider": "claude" for role in ("llm",)}
    video = ana.order("/api/videos", {**order, "webhookUrl": receiver.url}, headers)
    job = f"/api/jobs/{video.rpartition('/')[2]}"
    wait_for_delivery(ana, job)

    assert ana.post(f"{job}/redeliver").status_code == 200

    first, second = receiver.wait_for_messages(2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_owner_of_the_project_may_send_again_what_others_ordered_and_they_their_own(
    app, ana, ben, project, work, receiver
):
    eve = Person.register(app.test_client(), "eve@example.com")
    members = [member(ben, EDITOR, may_pay=True), member(eve, EDITOR, may_pay=True)]
    set_members(store_of(app), id_of(project), *members)
    job = start_job(ben, work, "scenario", webhookUrl=receiver.url)
    wait_for_delivery(ben, job)

    answers = [each.post(f"{job}/redeliver") for each in (ana, ben, eve)]

    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert answers[0].json["webhook"] is None  # ben's address
    assert answers[2].json["code"] == "right_missing"
    assert len(receiver.messages) == 3
    for message in receiver.messages:
        assert message.verify(webhook_secret(ben))["type"] == "job.succeeded"


def test_test_message_arrives_signed(ana, receiver):
    assert ana.post("/api/webhook/test").json["error"] == "No address for webhooks is set"
    ana.put("/api/webhook", json={"url": receiver.url})

    answer = ana.post("/api/webhook/test")
    receiver.statuses = [503]
    refused = ana.post("/api/webhook/test")

    assert (answer.status_code, answer.json["status"], answer.json["error"]) == (200, 204, None)
    assert (refused.status_code, refused.json["status"]) == (200, 503)
    first, second = receiver.messages
    payload = first.verify(webhook_secret(ana))
    assert payload["type"] == "webhook.test"
    assert problems_of(json.loads(ana.get("/api/openapi.json").data), "TestMessage", payload) == []
    assert first.headers["webhook-id"] == answer.json["id"] != second.headers["webhook-id"]


def test_nobody_floods_a_receiver(ana, ben, receiver):
    for person in (ana, ben):
        person.put("/api/webhook", json={"url": receiver.url})

    answers = [ana.post("/api/webhook/test") for _ in range(25)]

    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert len(receiver.messages) == 20
    assert ben.post("/api/webhook/test").status_code == 200

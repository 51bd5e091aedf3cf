"""Webhooks notify a client's server of the end of a job, signed as Standard Webhooks describes."""

import threading
import time
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from access.rights import EDITOR, VIEWER
from accounts import users
from jobs.model import JobRef, JobSpec, Webhook, new_job
from jobs.webhooks.messages import ended, send
from outbound import fetch
from storage.paths import WorkRef, jobs_of_work
from tests.access.members import member, set_members, store_of
from tests.applications import create_app
from tests.cases import cases
from tests.jobs.helpers import (
    resume_job,
    start_job,
    stop_jobs,
    until,
    wait_until,
    wait_until_finished,
)
from tests.jobs.receiver import Receiver, wait_for_delivery, webhook_secret
from tests.people import Person


@pytest.fixture(autouse=True)
def _worker(app):
    """Let the application look at its queue, from which webhooks are repeated."""
    app.extensions["services"].jobs.worker.start()


pytestmark = pytest.mark.tuning(webhook_delays=(0, 0.1, 0.2))


def start_with_webhook(person: Person, work: str, url: str) -> str:
    """Start a job with a webhook to this URL; return the job's path."""
    return start_job(person, work, "scenario", webhookUrl=url)


def test_webhook_is_sent_when_a_job_succeeds(ana, work, receiver):
    job = wait_until_finished(ana, start_with_webhook(ana, work, receiver.url))

    (message,) = receiver.wait_for_messages(1)
    payload = message.verify(webhook_secret(ana))
    assert payload["type"] == "job.succeeded"
    assert payload["data"].keys() == job.keys()
    for field in ("id", "workId", "state", "calls", "result"):
        assert payload["data"][field] == job[field]
    assert message.path == "/hooks?of=ana"
    assert message.headers["content-type"] == "application/json"
    assert message.headers["webhook-id"].startswith(job["id"])


@cases(
    ("rule", "state"),
    {"failed": ({"status": 400}, "failed"), "interrupted": ({"cut": "after"}, "interrupted")},
)
def test_webhook_is_sent_when_a_job_fails_or_is_interrupted(
    ana, work, receiver, vendors, rule, state
):
    vendors.rule(**rule)

    start_with_webhook(ana, work, receiver.url)

    payload = receiver.wait_for_payload(webhook_secret(ana))
    assert (payload["type"], payload["data"]["state"]) == (f"job.{state}", state)
    assert payload["data"]["reason"]


def test_webhook_is_sent_when_a_job_is_cancelled(ana, work, receiver, vendors):
    vendors.rule(vendor="claude", status=429)
    job = start_with_webhook(ana, work, receiver.url)

    ana.post(f"{job}/cancel")

    assert receiver.wait_for_payload(webhook_secret(ana))["type"] == "job.cancelled"


def test_job_lists_the_delivery_of_its_webhook(ana, work, receiver):
    webhook = wait_for_delivery(ana, start_with_webhook(ana, work, receiver.url))

    assert (webhook["url"], webhook["state"], webhook["tries"]) == (receiver.url, "delivered", 1)
    assert [(each["status"], each["error"]) for each in webhook["deliveries"]] == [(204, None)]


@pytest.mark.parametrize("status", [500, 404, 302, 429])
def test_rejected_webhook_is_retried_after_the_delays(ana, work, receiver, status):
    receiver.statuses = [status, status]

    webhook = wait_for_delivery(ana, start_with_webhook(ana, work, receiver.url))

    assert (webhook["state"], webhook["tries"]) == ("delivered", 3)
    assert [each["status"] for each in webhook["deliveries"]] == [status, status, 204]
    first, second, third = (each["at"] for each in webhook["deliveries"])
    assert second - first >= 100
    assert third - second >= 200


def test_retried_webhook_has_the_same_id_and_a_new_signature(ana, work, receiver):
    receiver.statuses = [500]

    start_with_webhook(ana, work, receiver.url)

    messages = receiver.wait_for_messages(2)
    assert len({message.headers["webhook-id"] for message in messages}) == 1
    for message in messages:
        assert message.verify(webhook_secret(ana))["type"] == "job.succeeded"
        assert abs(int(message.headers["webhook-timestamp"]) - time.time()) < 60


def test_webhook_to_an_unreachable_server_fails_after_all_attempts(ana, work, app, unreachable):
    job = start_with_webhook(ana, work, unreachable)

    webhook = wait_for_delivery(ana, job)

    assert (webhook["state"], webhook["tries"]) == ("failed", 3)
    assert all(each["status"] is None for each in webhook["deliveries"])
    assert all("127.0.0.1 cannot be reached" in each["error"] for each in webhook["deliveries"])


def test_rejected_webhook_does_not_affect_the_job(ana, work, receiver):
    receiver.statuses = [500] * 3

    job = start_with_webhook(ana, work, receiver.url)

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert wait_for_delivery(ana, job)["state"] == "failed"


def test_resumed_job_sends_a_webhook_for_each_end(ana, work, receiver, vendors):
    vendors.rule(vendor="claude", refuse=True)
    job = start_with_webhook(ana, work, receiver.url)
    wait_for_delivery(ana, job)

    resume_job(ana, job)

    messages = receiver.wait_for_messages(2)
    types = [message.verify(webhook_secret(ana))["type"] for message in messages]
    assert types == ["job.failed", "job.succeeded"]
    assert len({message.headers["webhook-id"] for message in messages}) == 2


def test_job_resumed_by_another_member_tells_and_shows_its_webhook_to_whoever_ordered_it(
    app, ana, ben, work, receiver, vendors
):
    set_members(store_of(app), work.split("/")[3], member(ben, EDITOR, may_pay=True))
    vendors.rule(vendor="claude", refuse=True)
    job = start_with_webhook(ben, work, receiver.url)
    wait_for_delivery(ben, job)

    resume_job(ana, job)

    messages = receiver.wait_for_messages(2)
    types = [message.verify(webhook_secret(ben))["type"] for message in messages]
    assert types == ["job.failed", "job.succeeded"]
    assert wait_for_delivery(ben, job)["url"] == receiver.url
    shown = ana.show(job)
    assert (shown["userId"], shown["webhook"]) == (ana.user["id"], None)


def test_members_who_were_removed_and_disabled_users_are_told_nothing(
    app, settings, ana, ben, work, receiver
):
    store, (*_, project_id, _, work_id) = store_of(app), work.split("/")
    ref = JobRef(jobs_of_work(WorkRef(project_id, work_id)), "job_1")
    spec = JobSpec("scenario", ben.user["id"], {}, [], webhook=Webhook(receiver.url, []))
    message = ended({**new_job(ref, spec), "finishedAt": 1, "state": "failed"}, {})

    def reason() -> str | None:
        found: str | None = send(store, settings, ref, message)["error"]
        return found

    assert reason() == "Not sent: the project is not shared with the user any more."
    set_members(store, project_id, member(ben, VIEWER))
    assert reason() is None
    users.disable(store, ben.user["email"])
    assert reason() == "Not sent: the user is disabled."
    assert len(receiver.messages) == 1


@pytest.mark.tuning(webhook_delays=(0, 60))
def test_job_resumed_before_a_retry_sends_the_webhook_of_its_new_end(ana, work, receiver, vendors):
    receiver.statuses = [500]
    vendors.rule(vendor="claude", refuse=True)
    job = start_with_webhook(ana, work, receiver.url)
    receiver.wait_for_messages(1)

    resume_job(ana, job)

    assert receiver.wait_for_messages(2)[1].verify(webhook_secret(ana))["type"] == "job.succeeded"
    assert wait_for_delivery(ana, job)["state"] == "delivered"


def test_job_resumed_during_a_delivery_sends_the_webhook_of_its_new_end(
    ana, work, receiver, vendors, monkeypatch
):
    vendors.rule(vendor="claude", refuse=True)
    post = fetch.post
    job = ""

    def post_and_resume(*args: Any, **options: Any) -> int:
        status: int = post(*args, **options)
        if len(receiver.messages) == 1:
            until(lambda: job)
            resume_job(ana, job)
            wait_until_finished(ana, job)
        return status

    monkeypatch.setattr(fetch, "post", post_and_resume)
    job = start_with_webhook(ana, work, receiver.url)

    messages = receiver.wait_for_messages(2)
    types = [message.verify(webhook_secret(ana))["type"] for message in messages]
    assert types == ["job.failed", "job.succeeded"]


def test_webhook_secret_is_per_user_and_stable(ana, ben, settings):
    assert webhook_secret(ana) == webhook_secret(ana) != webhook_secret(ben)

    other_client = create_app(settings).test_client()
    assert webhook_secret(Person(other_client, ana.token, ana.user)) == webhook_secret(ana)


def test_signature_does_not_verify_with_the_secret_of_another_user(ana, ben, work, receiver):
    start_with_webhook(ana, work, receiver.url)

    with pytest.raises(WebhookVerificationError):
        receiver.wait_for_payload(webhook_secret(ben))


def test_signature_of_a_modified_message_does_not_verify(ana, work, receiver):
    start_with_webhook(ana, work, receiver.url)
    message = receiver.wait_for_messages(1)[0]
    secret = webhook_secret(ana)

    with pytest.raises(WebhookVerificationError):
        message._replace(body=message.body.replace(b"succeeded", b"failed")).verify(secret)


def test_webhook_contains_no_secrets(ana, work, receiver):
    key = "sk-secret-key-of-ana"
    start_job(ana, work, "scenario", {"x-api-key": key}, webhookUrl=receiver.url)

    message = receiver.wait_for_messages(1)[0]
    assert key not in str(message)
    assert webhook_secret(ana).removeprefix("whsec_") not in str(message)


def test_webhook_url_on_loopback_returns_400_without_intranet_hosts(user_with, receiver):
    eve = user_with(intranet_hosts=())
    work = eve.new_work(eve.new_project())

    answer = eve.post(f"{work}/jobs", json={"kind": "scenario", "webhookUrl": receiver.url})

    assert answer.status_code == 400
    assert "only public addresses" in answer.json["details"]["webhookUrl"]
    assert receiver.messages == []


@pytest.mark.tuning(webhook_delays=(0, 60))
def test_another_process_continues_the_delivery(app, second_app, ana, work, receiver):
    receiver.statuses = [500]
    job = start_with_webhook(ana, work, receiver.url)
    receiver.wait_for_messages(1)
    wait_until(ana, job, lambda job: job["webhook"]["tries"])
    stop_jobs(app)

    second_app(webhook_delays=(0, 0))

    assert receiver.wait_for_messages(2)[1].verify(webhook_secret(ana))["type"] == "job.succeeded"
    assert wait_for_delivery(ana, job)["state"] == "delivered"


def test_delivered_job_is_removed_from_the_queue(app, ana, work, receiver):
    wait_for_delivery(ana, start_with_webhook(ana, work, receiver.url))

    queue = app.extensions["services"].store.queue
    assert until(lambda: not queue.jobs())


@pytest.mark.tuning(webhook_delays=(0, 60))
def test_webhook_that_is_repeated_later_takes_no_thread(ana, work, unreachable):
    jobs = [start_with_webhook(ana, work, unreachable) for _ in range(8)]

    for job in jobs:
        wait_until(ana, job, lambda job: job["webhook"]["tries"] == 1)
    ids = {job.rpartition("/")[2] for job in jobs}
    until(lambda: not any(thread.name[:20] in ids for thread in threading.enumerate()))


def test_receivers_of_one_user_that_do_not_answer_delay_nobody_elses_webhooks(
    ana, ben, work, receiver, monkeypatch
):
    worker, post = ana.client.application.extensions["services"].jobs.worker, fetch.post
    monkeypatch.setattr(worker.finalizer.deliveries, "number", 4)
    # they are waited for until the end, however long the rest takes
    monkeypatch.setattr(
        fetch, "post", lambda *args, **options: post(*args, **{**options, "seconds": 300})
    )
    receiver.answers.clear()
    for _ in range(8):
        start_with_webhook(ana, work, receiver.url)
    receiver.wait_for_messages(3)  # three quarters of the deliveries
    bens_work = ben.new_work(ben.new_project())
    with Receiver.running() as bens_receiver:
        for _ in range(2):
            job = start_with_webhook(ben, bens_work, bens_receiver.url)

            assert wait_for_delivery(ben, job)["state"] == "delivered"
    assert len(receiver.messages) == 3
    receiver.answers.set()
    assert receiver.wait_for_messages(8)

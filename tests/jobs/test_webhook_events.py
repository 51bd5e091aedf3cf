"""Orders choose the events of their webhook; users have a default one, and secrets that rotate."""

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from accounts import requests
from jobs.model import JobRef, JobSpec, new_job
from jobs.model import Webhook as JobWebhook
from jobs.webhooks import messages, signatures
from jobs.webhooks.finalizing import LiveWebhooks
from schemas.webhook_messages import JobMessageSchema
from settings.config import Settings
from storage.locking.permits import LocalPermits
from tests.jobs.helpers import Job, start_job, until, wait_for_call_state, wait_until_finished
from tests.jobs.receiver import Receiver, wait_for_delivery, webhook_secret
from tests.people import Person

UNUSED: Any = None  # the store, where nothing is really sent
EVENTS = ["job.started", "job.progress", "job.ended", "export.ready"]
pytestmark = pytest.mark.tuning(webhook_delays=(0, 0.1, 0.2))


@pytest.fixture(autouse=True)
def _worker(app):
    """Let the application look at its queue, from which webhooks are repeated."""
    app.extensions["services"].jobs.worker.start()


def payloads(receiver: Receiver, person: Person, count: int) -> list[Any]:
    """Return the payloads of `count` messages, whose signatures are valid."""
    secret = webhook_secret(person)
    return [message.verify(secret) for message in receiver.wait_for_messages(count)]


def test_chosen_events_are_sent_in_order_with_metadata_and_addresses(
    ana, work_with_scenes, receiver
):
    fields: Any = {"webhookEvents": EVENTS, "metadata": {"row": 7}}

    job = start_job(ana, work_with_scenes, webhookUrl=receiver.url, **fields)
    wait_for_delivery(ana, job)

    sent = payloads(receiver, ana, 2)
    types = [payload["type"] for payload in sent]
    assert types[0] == "job.started"
    assert types[-1] == "job.succeeded"
    assert set(types[1:-1]) <= {"job.progress"}  # those in between may take each other's place
    percents = [payload["data"]["progress"]["percent"] for payload in sent]
    assert percents == sorted(percents)
    for payload in sent:
        assert JobMessageSchema().validate(payload) == {}
        assert payload["data"]["metadata"] == {"row": 7}
        assert payload["baseUrl"] == "http://localhost"
        assert payload["links"] == {
            "job": f"http://localhost{job}",
            "work": f"http://localhost{work_with_scenes}",
        }
    ids = [message.headers["webhook-id"] for message in receiver.messages]
    assert len(set(ids)) == len(ids)
    shown = ana.show(job)
    assert shown["metadata"] == {"row": 7}
    assert shown["webhook"]["events"] == EVENTS
    assert [each["type"] for each in shown["webhook"]["deliveries"]] == ["job.succeeded"]


def running_job(percent: int = 0, **fields: Any) -> Job:
    """Return a running job with a webhook for all events."""
    webhook = JobWebhook("http://127.0.0.1/", EVENTS)
    job = new_job(JobRef("users/user_1/jobs", "job_1"), JobSpec("scenes", "user_1", {}, []))
    told = new_job(
        JobRef("users/user_1/jobs", "job_1"), JobSpec("scenes", "user_1", {}, [], webhook=webhook)
    )["webhook"]
    progress = {**job["progress"], "percent": percent}
    return {**job, "state": "running", "webhook": told, "progress": progress, **fields}


@pytest.fixture
def told(monkeypatch):
    """The ids of the messages that are sent."""
    sent: list[str] = []
    monkeypatch.setattr(
        messages, "send", lambda _store, _settings, _ref, each: sent.append(each.id)
    )
    return sent


def observe_all(live: LiveWebhooks, settings: Settings, jobs: list[Mapping[str, Any]]) -> None:
    ref = JobRef("users/user_1/jobs", "job_1")
    for job in jobs:
        live.observe(UNUSED, settings, ref, job)
        until(lambda: not live._jobs or live._jobs[ref].thread is None)
    live.finish(ref)


def test_progress_is_told_after_each_tenth_once(settings, told):
    live = LiveWebhooks(LocalPermits(4))
    jobs = [running_job(percent, createdAt=5) for percent in (0, 4, 10, 19, 20, 55, 55, 99)]

    observe_all(live, settings, [running_job(state="queued"), *jobs, running_job(100, createdAt=5)])

    assert told == ["job_1_5_started", *(f"job_1_5_{percent}" for percent in (10, 20, 50, 90))]


def test_resumed_job_is_told_to_have_started_again(settings, told):
    live = LiveWebhooks(LocalPermits(4))

    observe_all(
        live, settings, [running_job(30, createdAt=5), running_job(35, createdAt=5, resumedAt=9)]
    )

    assert told == ["job_1_5_started", "job_1_9_started"]


def test_job_goes_on_without_a_thread_for_its_webhook(settings, told, monkeypatch):
    live, ref = LiveWebhooks(LocalPermits(4)), JobRef("users/user_1/jobs", "job_1")

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        live.observe(UNUSED, settings, ref, running_job(createdAt=5))
    observe_all(live, settings, [running_job(1, createdAt=5)])

    assert told == ["job_1_5_started"]


def test_end_of_a_job_is_told_after_its_start_though_there_was_no_place(settings, told):
    permits = LocalPermits(1)
    live, ref = LiveWebhooks(permits), JobRef("users/user_1/jobs", "job_1")
    assert permits.try_take("user_1")

    live.observe(UNUSED, settings, ref, running_job(0, createdAt=5))
    live.observe(UNUSED, settings, ref, running_job(50, createdAt=5))
    permits.give_back("user_1")
    live.finish(ref)

    assert told[0] == "job_1_5_started"
    assert not live._jobs


def test_work_is_updated_before_the_end_of_its_job_waits_for_a_receiver(
    ana, work_with_scenes, vendors, app, monkeypatch
):
    jobs, accepted = app.extensions["services"].jobs, threading.Event()
    _, _, _, project_id, _, work_id = work_with_scenes.split("/")
    works = jobs.store.works(project_id)

    def status() -> Any:
        return works.snapshot(work_id).values["generatedScenes"][0]["status"]

    monkeypatch.setattr(jobs.worker.finalizer.live, "finish", lambda _ref: accepted.wait(60))
    vendors.rule(vendor="runway", kind="submit", takes=60)
    job = start_job(ana, work_with_scenes, "scene", sceneIndex=0)
    wait_for_call_state(ana, job, "video-0", "submitted")

    ana.post(f"{job}/cancel")

    until(lambda: status() == "image_ready")
    accepted.set()


@pytest.mark.parametrize(
    ("fields", "name", "message"),
    [
        ({"webhookEvents": ["job.ended"]}, "webhookEvents", "Needs `webhookUrl`"),
        ({"webhookEvents": ["job.done"]}, "webhookEvents.0", "Must be one of"),
        ({"metadata": {"a": "x" * 4100}}, "metadata", "at most 4,096 bytes as JSON; it has 4,108."),
        ({"metadata": [1]}, "metadata", "Must be an object."),
    ],
)
def test_invalid_fields_of_an_order(ana, work, fields, name, message):
    answer = ana.post(f"{work}/jobs", json={"kind": "scenario", **fields})

    assert answer.status_code == 400
    assert message in answer.json["details"][name]


def test_refused_private_host_names_the_setting(ana, work):
    url = "http://127.0.0.9:8080/hooks"

    order = ana.post(f"{work}/jobs", json={"kind": "scenario", "webhookUrl": url})
    default = ana.put("/api/webhook", json={"url": url})

    assert (order.status_code, default.status_code) == (400, 400)
    assert "INTRANET_HOSTS" in order.json["details"]["webhookUrl"]
    assert "INTRANET_HOSTS" in default.json["details"]["url"]


# --- the default of a user ------------------------------------------------------------------------


def test_default_address_is_used_by_orders_that_name_none(ana, work, receiver):
    assert ana.show("/api/webhook") == {"url": None, "events": []}
    default = {"url": receiver.url, "events": ["job.ended"]}
    assert ana.save("/api/webhook", {"url": receiver.url}) == default
    assert ana.show("/api/webhook") == default

    declined = start_job(ana, work, "scenario", webhookUrl=None)
    other_events = start_job(ana, work, "scenario", webhookEvents=["job.started"])
    wait_until_finished(ana, other_events)
    used = start_job(ana, work, "scenario")

    wait_for_delivery(ana, used)
    assert ana.show(declined)["webhook"] is None
    assert ana.show(other_events)["webhook"]["events"] == ["job.started"]
    types = sorted(payload["type"] for payload in payloads(receiver, ana, 2))
    assert types == ["job.started", "job.succeeded"]
    assert ana.delete("/api/webhook").status_code == 204
    assert ana.show(start_job(ana, work, "scenario"))["webhook"] is None


def test_default_address_is_not_told_of_jobs_that_a_request_waits_for(ana, work, receiver):
    ana.save("/api/webhook", {"url": receiver.url})

    answer = ana.post(f"{work}/scenario", headers={"x-llm-provider": "claude"})

    assert answer.status_code == 200
    assert ana.show(f"{work}/jobs")[0]["webhook"] is None


# --- the secret -----------------------------------------------------------------------------------


def test_any_token_that_reads_works_gets_the_secret(ana):
    reader = ana.with_scopes("works:read")

    assert webhook_secret(reader) == webhook_secret(ana)
    assert reader.post("/api/webhook-secret/rotate").status_code == 403


def test_token_that_reads_no_works_neither_gets_a_secret_nor_sends_jobs_elsewhere(ana):
    writer = ana.with_scopes("works:write", "ai:generate")

    rotated = writer.post("/api/webhook-secret/rotate")
    default = writer.put("/api/webhook", json={"url": "https://example.com/"})

    assert (rotated.status_code, default.status_code) == (403, 403)


def test_after_a_rotation_both_secrets_verify_for_a_day(ana, work, receiver, app, monkeypatch):
    before = webhook_secret(ana)

    rotated = ana.post("/api/webhook-secret/rotate").json

    assert rotated["secret"] != before
    assert ana.show("/api/webhook-secret") == rotated
    wait_for_delivery(ana, start_job(ana, work, "scenario", webhookUrl=receiver.url))
    (message,) = receiver.wait_for_messages(1)
    for secret in (before, rotated["secret"]):
        assert message.verify(secret)["type"] == "job.succeeded"
    later = rotated["previousValidUntil"]
    monkeypatch.setattr(signatures, "now_ms", lambda: later)
    store = app.extensions["services"].store
    content = f"{message.headers['webhook-id']}.".encode()
    assert signatures.secrets_of(store, ana.user["id"]).signatures(content).count("v1,") == 1
    assert ana.show("/api/webhook-secret") == {"secret": rotated["secret"]}


def test_second_rotation_ends_the_first_secret_and_repetitions_change_nothing(ana, work, receiver):
    first = webhook_secret(ana)
    key = {"Idempotency-Key": "leak-1"}
    second, again = (
        ana.post("/api/webhook-secret/rotate", headers=key).json["secret"] for _ in range(2)
    )
    third = ana.post("/api/webhook-secret/rotate").json["secret"]
    late = ana.post("/api/webhook-secret/rotate", headers=key)

    assert second == again
    assert late.status_code == 410
    assert len({first, second, third}) == 3
    wait_for_delivery(ana, start_job(ana, work, "scenario", webhookUrl=receiver.url))
    (message,) = receiver.wait_for_messages(1)
    for secret in (second, third):
        message.verify(secret)
    with pytest.raises(WebhookVerificationError):
        message.verify(first)


def test_rotation_that_was_not_noted_as_done_is_not_made_again_after_another_one(ana, monkeypatch):
    key = {"Idempotency-Key": "leak-1"}
    with monkeypatch.context() as crash:
        crash.setattr(requests, "finish", lambda *_: None)
        ana.post("/api/webhook-secret/rotate", headers=key)
    other = ana.post("/api/webhook-secret/rotate", headers={"Idempotency-Key": "leak-2"}).json

    late = ana.post("/api/webhook-secret/rotate", headers=key)

    assert late.status_code == 410
    assert ana.show("/api/webhook-secret") == other

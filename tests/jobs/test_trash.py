"""Jobs of a work that is deleted and restored: nothing is paid twice, and what arrives is kept."""

from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from storage.store import Store
from tests.jobs.helpers import (
    CLIP_REQUEST,
    IMAGE_REQUEST,
    Job,
    begin_scene_job,
    call_states,
    find_requests,
    resume_job,
    start_job,
    until,
    wait_for_call_state,
    wait_for_calls,
    wait_for_thread,
    wait_until,
    wait_until_finished,
)
from tests.jobs.receiver import webhook_secret
from tests.jobs.voices import new_narrated_work
from tests.people import Person
from tests.vendors import Vendors

DELETED = "The work was deleted while this job was unfinished."
SOUND = {
    "x-music-provider": "elevenlabs",
    "x-transcription-provider": "elevenlabs",
    "x-vision-provider": "gemini",
}


class Paid(NamedTuple):
    """An order whose calls are answered at once: its kind, one of its calls, and their requests."""

    kind: str
    call: str
    rule: dict[str, str]


ANSWERED = [
    Paid("scenes", "image-0", IMAGE_REQUEST),
    Paid("narration", "speech-1", {"kind": "speech"}),
    Paid("scenario", "llm", {"vendor": "claude"}),
    Paid("music", "music", {"kind": "music"}),
    Paid("captions", "transcription-0", {"kind": "transcription"}),
]


def restore(person: Person, trash_id: str) -> None:
    assert person.post(f"/api/trash/{trash_id}/restore").status_code == 200


def delete(person: Person, path: str) -> str:
    """Delete a work or a project; return the id of its entry in the trash."""
    trash_id: str = person.delete(path).headers["X-Deleted"]
    return trash_id


def start_held(person: Person, work: str, vendors: Vendors, paid: Paid) -> str:
    """Start a job whose calls wait for their answers; return its path once one was sent."""
    vendors.rule(**paid.rule, slow=None, times=None)
    job = start_job(person, work, paid.kind, SOUND)
    wait_for_call_state(person, job, paid.call, "submitting")

    def are_sent() -> bool:
        noted = [*call_states(person.show(job)).values()].count("submitting")
        return len(find_requests(vendors, **paid.rule, ended=None)) >= noted

    until(are_sent)
    return job


def finish(person: Person, job: str, vendors: Vendors) -> Job:
    """Resume a job, and return it once it has succeeded and each call was paid once."""
    resume_job(person, job, **{name.replace("-", "_"): value for name, value in SOUND.items()})
    found = wait_until_finished(person, job)
    assert found["state"] == "succeeded", found
    assert len(vendors.counts()) == len(found["calls"])
    return found


def files_of(app: Flask, name: str) -> list[Path]:
    """Return the files with this name in the data directory, wherever they are."""
    store: Store = app.extensions["services"].store
    return list(store.root.rglob(name))


@pytest.fixture
def work(ana, project, samples):
    """The path of a work with two scenes and lines, of which the first has a recording."""
    work = new_narrated_work(ana, project, 2)
    ana.upload(f"{work}/media/scene/0/voice", samples / "audio.wav")
    return work


@pytest.mark.parametrize("what", ["work", "project"])
@pytest.mark.parametrize("paid", ANSWERED, ids=lambda paid: paid.kind)
def test_answer_that_arrives_in_the_trash_is_used_after_the_restoration(
    app, ana, project, work, vendors, paid, what
):
    job = start_held(ana, work, vendors, paid)
    trash_id = delete(ana, {"work": work, "project": project}[what])
    vendors.release()
    wait_for_thread(job)
    sent = len(vendors.counts())
    assert files_of(app, f"{paid.call}.answer")

    restore(ana, trash_id)

    found = ana.show(job)
    [call] = [each for each in found["calls"] if each["id"] == paid.call]
    assert (found["state"], call["state"]) == ("interrupted", "interrupted")
    assert found["reason"].startswith(DELETED)
    assert "it is not paid again" in call["error"]
    assert len(vendors.counts()) == sent
    finish(ana, job, vendors)
    assert not files_of(app, "*.answer")


def test_images_that_arrive_in_the_trash_are_those_of_the_scenes(ana, work, vendors):
    job = start_held(ana, work, vendors, ANSWERED[0])
    wait_for_calls(ana, job, "submitting", 2)
    trash_id = delete(ana, work)
    vendors.release()
    wait_for_thread(job)
    restore(ana, trash_id)

    finish(ana, job, vendors)

    for index in (0, 1):
        takes = ana.show(f"{work}/media/scene/{index}/takes")["takes"]
        [image] = [take for take in takes if take["kind"] == "image"]
        assert (image["jobId"], image["current"]) == (job.rpartition("/")[2], True)
        assert image["prompt"]
    assert [each["status"] for each in ana.show(work)["generatedScenes"]] == ["done", "done"]


def test_task_that_is_submitted_in_the_trash_is_asked_for_after_the_restoration(ana, work, vendors):
    vendors.rule(**CLIP_REQUEST, slow=None)
    job = begin_scene_job(ana, work, "video-0", "submitting")
    trash_id = delete(ana, work)
    vendors.release()
    wait_for_thread(job)

    restore(ana, trash_id)

    [clip] = [call for call in ana.show(job)["calls"] if call["role"] == "video"]
    assert clip["error"] == "Submitted to the provider; resume the job to wait for the result."
    finish(ana, job, vendors)


@pytest.mark.parametrize("what", ["work", "project"])
def test_job_of_a_restored_work_waits_until_it_is_resumed_and_pays_nothing_twice(
    ana, project, work, vendors, what
):
    vendors.rule(**CLIP_REQUEST, takes=None)
    job = begin_scene_job(ana, work, "video-0", "submitted")
    trash_id = delete(ana, {"work": work, "project": project}[what])
    wait_for_thread(job)

    restore(ana, trash_id)

    found = ana.show(job)
    assert (found["state"], found["reason"][: len(DELETED)]) == ("interrupted", DELETED)
    assert [each["state"] for each in ana.show("/api/jobs?all=1")] == ["interrupted"]
    vendors.release()
    finish(ana, job, vendors)


@pytest.mark.parametrize("what", ["work", "project"])
def test_job_whose_run_has_not_noticed_goes_on(app, ana, project, work, vendors, what):
    job = start_held(ana, work, vendors, ANSWERED[1])
    app.extensions["services"].store.queue.discard(*_ref(job))  # as when it is looked through
    trash_id = delete(ana, {"work": work, "project": project}[what])

    restore(ana, trash_id)

    assert ana.show(job)["state"] == "running"
    assert app.extensions["services"].store.queue.has(*_ref(job))
    vendors.release()
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert len(vendors.counts()) == 1


def test_answer_for_what_was_removed_for_good_is_discarded(app, ana, work, vendors, caplog):
    job = start_held(ana, work, vendors, ANSWERED[1])
    assert ana.delete(f"/api/trash/{delete(ana, work)}").status_code == 204

    vendors.release()
    wait_for_thread(job)

    assert not files_of(app, "*.answer")
    assert not files_of(app, job.rpartition("/")[2])
    assert not app.extensions["services"].store.queue.jobs()
    assert "Traceback" not in caplog.text


def test_refusal_that_arrives_in_the_trash_is_no_call_that_may_have_been_paid(ana, work, vendors):
    vendors.rule(kind="speech", slow=None, status=400, error="No such voice")
    job = start_job(ana, work, "narration")
    wait_for_call_state(ana, job, "speech-1", "submitting")
    trash_id = delete(ana, work)
    vendors.release()
    wait_for_thread(job)

    restore(ana, trash_id)

    assert set(call_states(ana.show(job)).values()) == {"failed"}
    assert "No such voice" in ana.show(job)["calls"][0]["error"]


def test_using_what_was_kept_needs_no_daily_call(user_with, vendors):
    eve = user_with(daily_calls=1)
    work = new_narrated_work(eve, eve.new_project(), 1)
    vendors.rule(kind="speech", slow=None)
    job = start_job(eve, work, "narration")
    wait_for_call_state(eve, job, "speech-0", "submitting")
    trash_id = delete(eve, work)
    vendors.release()
    wait_for_thread(job)
    restore(eve, trash_id)

    finish(eve, job, vendors)


@pytest.mark.tuning(webhook_delays=(0, 0.1, 0.2))
def test_webhook_of_a_job_that_had_ended_is_sent_after_the_restoration(app, ana, work, receiver):
    receiver.statuses = [503]
    job = start_job(ana, work, "scenario", webhookUrl=receiver.url)
    receiver.wait_for_messages(1)
    wait_until(ana, job, lambda job: job["webhook"]["tries"])
    trash_id = delete(ana, work)

    restore(ana, trash_id)

    assert ana.show(job)["webhook"]["state"] == "pending"
    app.extensions["services"].jobs.worker.start()
    assert receiver.wait_for_messages(2)[1].verify(webhook_secret(ana))["type"] == "job.succeeded"


def _ref(job: str) -> tuple[str, str]:
    collection, _, job_id = job.removeprefix("/api/").rpartition("/")
    return collection, job_id

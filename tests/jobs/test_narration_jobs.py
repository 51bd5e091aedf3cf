"""Jobs that speak lines: each is paid once, and a voice that is put there meanwhile stays."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any, ClassVar

import pytest
from flask import Flask

from generation.narration import VoiceRun
from jobs.concurrency import ProviderPermits
from jobs.model import JobRef
from jobs.run import JobRun
from tests.jobs.helpers import (
    Job,
    call_states,
    find_requests,
    resume_job,
    start_job,
    stop_jobs,
    wait_for_any_call,
    wait_for_call_state,
    wait_for_calls,
    wait_until_finished,
)
from tests.jobs.voices import (
    NARRATOR,
    SPEECH,
    line,
    new_narrated_work,
    request_of,
    spoken,
    start_narration,
)
from tests.people import Person
from tests.works.shapes import scene

UserWith = Callable[..., Person]
StartApp = Callable[..., Flask]
OLDER = {**NARRATOR, "model": "eleven_multilingual_v2"}
FAST = {**NARRATOR, "speed": 1.25}
VOICE = "voice was put there while it was made"


@pytest.fixture
def work(ana, project):
    """The path of a work of ana's with three lines."""
    return new_narrated_work(ana, project, 3, language="German")


def narrate(person: Person, work: str, **fields: Any) -> Job:
    return wait_until_finished(person, start_narration(person, work, **fields))


def calls_of(job: Job) -> dict[str, dict[str, Any]]:
    return {call["id"]: call for call in job["calls"]}


def test_each_line_is_paid_once_with_its_neighbours(ana, work, vendors):
    job = narrate(ana, work)

    assert job["state"] == "succeeded"
    assert sorted(spoken(vendors)) == [line(0), line(1), line(2)]
    asked = {paid["prompt"]: paid["asked"] for paid in vendors.counts()}
    assert asked[line(1)]["voice"] == NARRATOR["voice"]
    assert asked[line(1)]["language_code"] == "de"
    assert (asked[line(1)]["previous_text"], asked[line(1)]["next_text"]) == (line(0), line(2))
    said = ana.show(f"{work}/narration")["scenes"][1]
    assert (said["source"], said["isCurrent"]) == ("vendor", True)
    [take] = ana.show(f"{work}/media/scene/1/takes")["takes"]
    assert (take["provider"], take["text"], take["usage"]["credits"]) == (
        *("elevenlabs", line(1)),
        len(line(1)),
    )


def test_voice_without_reported_times_has_estimated_ones(ana, work, vendors):
    vendors.rule(**SPEECH, empty=True)

    narrate(ana, work, scenes=[0])

    said = ana.show(f"{work}/narration")["scenes"][0]
    assert said["source"] == "estimate"
    assert " ".join(word["text"] for word in said["words"]) == line(0)
    assert said["words"][-1]["end"] <= said["voiceDuration"]


class TestRecordingDuringTheJob:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, provider_concurrency=1)

    def test_stays_and_costs_nothing(self, ana, work, vendors, samples):
        vendors.rule(**SPEECH, slow=None)
        job = start_narration(ana, work)
        calls = wait_for_any_call(ana, job, "submitting")["calls"]
        recorded, *_ = (call["sceneIndex"] for call in calls if call["state"] != "submitting")

        ana.upload(f"{work}/media/scene/{recorded}/voice", samples / "audio.wav")
        vendors.release()

        finished = wait_until_finished(ana, job)
        assert finished["state"] == "succeeded"
        assert call_states(finished)[f"speech-{recorded}"] == "skipped"
        assert sorted(spoken(vendors)) == [line(index) for index in range(3) if index != recorded]
        recording = (samples / "audio.wav").read_bytes()
        assert ana.get(f"{work}/media/scene/{recorded}/voice").data == recording

    def test_stays_and_what_was_paid_for_is_kept_with_the_job(self, ana, work, vendors, samples):
        vendors.rule(**SPEECH, slow=None)
        job = start_narration(ana, work, scenes=[0])
        wait_for_call_state(ana, job, "speech-0", "submitting")

        ana.upload(f"{work}/media/scene/0/voice", samples / "audio.wav")
        vendors.release()

        finished = wait_until_finished(ana, job)
        call = calls_of(finished)["speech-0"]
        assert (finished["state"], call["state"]) == ("succeeded", "done")
        assert VOICE in call["note"]
        assert finished["result"]["voices"] == [{"sceneIndex": 0, "voiceUrl": call["url"]}]
        assert ana.get(call["url"]).mimetype == "audio/mpeg"
        recorded = (samples / "audio.wav").read_bytes()
        assert ana.get(f"{work}/media/scene/0/voice").data == recorded


class TestAccountWithoutCredit:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, provider_concurrency=1)

    def test_is_asked_once_by_each_run_of_a_job(self, ana, work, vendors):
        vendors.rule(**SPEECH, status=402, error="You have 3 credits remaining.", times=2)
        job = start_narration(ana, work)

        failed = wait_until_finished(ana, job)

        assert len(find_requests(vendors, kind="speech")) == 1
        assert {(call["state"], call["error"]) for call in failed["calls"]} == {
            ("failed", "You have 3 credits remaining.")
        }
        resume_job(ana, job)
        assert wait_until_finished(ana, job)["state"] == "failed"
        assert len(find_requests(vendors, kind="speech")) == 2
        resume_job(ana, job)  # there are credits again
        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert sorted(spoken(vendors)) == [line(0), line(1), line(2)]


def test_second_job_takes_what_the_first_one_speaks(ana, work, vendors):
    vendors.rule(**SPEECH, slow=None, times=3)
    first = start_narration(ana, work)
    wait_for_calls(ana, first, "submitting", 3)
    second = start_narration(ana, work, only="all")
    wait_for_call_state(ana, second, "speech-0", "waiting")
    vendors.release()

    assert wait_until_finished(ana, first)["state"] == "succeeded"
    finished = wait_until_finished(ana, second)

    assert (finished["state"], set(call_states(finished).values())) == ("succeeded", {"skipped"})
    assert sorted(spoken(vendors)) == [line(0), line(1), line(2)]


def test_job_of_scenes_does_not_wait_for_their_voices(ana, work, vendors):
    vendors.rule(**SPEECH, slow=None)
    narration = start_narration(ana, work, scenes=[0])
    wait_for_call_state(ana, narration, "speech-0", "submitting")

    clips = wait_until_finished(ana, start_job(ana, work, sceneIndexes=[0]))

    vendors.release()
    assert clips["state"] == "succeeded"
    assert wait_until_finished(ana, narration)["state"] == "succeeded"


def test_line_that_may_have_been_paid_is_spoken_again_only_when_the_job_is_resumed(
    ana, work, vendors
):
    vendors.rule(**SPEECH, match=request_of(1), cut="after")
    job = start_narration(ana, work)
    finished = wait_until_finished(ana, job)
    assert finished["state"] == "interrupted"
    assert "It may have been started and paid" in calls_of(finished)["speech-1"]["error"]
    assert sorted(spoken(vendors)) == [line(0), line(1), line(2)]

    resume_job(ana, job)

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert sorted(spoken(vendors)) == [line(0), line(1), line(1), line(2)]


def test_voice_that_was_stored_right_before_a_crash_is_not_paid_again(
    ana, work, vendors, app, settings
):
    job = narrate(ana, work, scenes=[0])
    store = app.extensions["services"].store
    ref = JobRef(f"{work.removeprefix('/api/')}/jobs", job["id"])
    run = JobRun(store, settings, ref, {}, Event(), ProviderPermits(store, settings))
    run.update_call("speech-0", state="interrupted", usage=None)  # as after a restart

    VoiceRun(run, 0).make()

    call = run.call("speech-0")
    assert (call["state"], call["usage"]["credits"]) == ("done", len(line(0)))
    assert spoken(vendors) == [line(0)]


def test_messages_name_scenes_by_their_places(ana, work, vendors):
    ana.save(work, {"scenes": [*reversed(ana.show(work)["scenes"])]})
    vendors.rule(**SPEECH, match=request_of(2), refuse=True)

    job = narrate(ana, work)

    assert job["reason"].startswith("The voice of scene 1: ")
    assert calls_of(job)["speech-2"]["sceneNumber"] == 1
    assert "sceneNumber" not in calls_of(job)["speech-1"]


def test_line_that_the_vendor_refuses_does_not_stop_the_others(ana, work, vendors):
    vendors.rule(**SPEECH, match=request_of(1), refuse=True)

    job = narrate(ana, work)

    assert job["state"] == "failed"
    assert job["reason"].startswith("The voice of scene 2: ")
    assert list(call_states(job).values()) == ["done", "failed", "done"]


def test_cancelled_job_keeps_what_was_spoken(ana, work, vendors):
    vendors.rule(**SPEECH, match=request_of(2), status=429, retry_after=60, times=None)
    job = start_narration(ana, work)
    wait_for_call_state(ana, job, "speech-0", "done")
    wait_for_call_state(ana, job, "speech-1", "done")
    wait_for_call_state(ana, job, "speech-2", "waiting")

    ana.post(f"{job}/cancel")

    finished = wait_until_finished(ana, job)
    assert finished["state"] == "cancelled"
    assert list(call_states(finished).values()) == ["done", "done", "cancelled"]
    assert [scene.get("voiceUrl") for scene in ana.show(work)["generatedScenes"]] == [
        f"{work}/media/scene/{index}/voice" for index in range(2)
    ]


def test_lines_beyond_the_daily_limit_are_not_ordered(user_with, vendors):
    eve = user_with(daily_calls=2)
    work = new_narrated_work(eve, eve.new_project(), 3)

    answer = eve.post(f"{work}/jobs", json={"kind": "narration"})

    assert answer.status_code == 429
    assert "this request needs 3" in answer.json["details"]
    assert vendors.counts() == []


@pytest.mark.parametrize(
    ("narration", "fields", "field", "told"),
    [
        ({"text": "Hello <break time='1s'/> you."}, {}, "scenes.1.narration.text", "SSML"),
        ({"text": "Hola"}, {"language": "Thai", "sound": {"narrator": OLDER}}, "language", "Thai"),
        ({"text": "Hola"}, {"language": "Klingon"}, "language", "Klingon is no known language"),
        ({"text": "Hola"}, {"sound": {"narrator": FAST}}, "sound.narrator.speed", "1.25"),
    ],
)
def test_what_cannot_be_spoken_is_refused_before_anything_is_paid(
    ana, project, vendors, narration, fields, field, told
):
    work = ana.new_work(project, **{"sound": {"narrator": NARRATOR}, **fields})
    ana.save(work, {"scenes": [scene(0), scene(1, narration=narration)]})

    answer = ana.post(f"{work}/jobs", json={"kind": "narration"})

    assert answer.status_code == 400, answer.text
    assert answer.json["details"][field].startswith("Scene 2: ")
    assert told in answer.json["details"][field]
    assert vendors.requests() == []


def test_text_that_was_changed_to_what_cannot_be_spoken_is_not_paid(ana, project, vendors):
    work = new_narrated_work(ana, project, 1)
    vendors.rule(**SPEECH, status=429, retry_after=0.1, times=None)
    job = start_narration(ana, work)
    wait_for_call_state(ana, job, "speech-0", "waiting")

    ana.save(work, {"scenes": [scene(0, narration={"text": "<speak>Hello</speak>"})]})

    finished = wait_until_finished(ana, job)
    assert finished["state"] == "failed"
    assert "SSML" in finished["reason"]
    assert spoken(vendors) == []


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        ("gemini", "The narrator is a voice of elevenlabs, and gemini is asked to speak: "),
        ("demo", 'x-speech-provider is "demo", which is off because '),
    ],
)
def test_other_provider_than_the_narrators_is_refused(ana, work, vendors, provider, told):
    headers = {"x-speech-provider": provider}

    answer = ana.post(f"{work}/jobs", json={"kind": "narration"}, headers=headers)

    details = answer.json["details"]
    reason = details if isinstance(details, str) else details["sound.narrator.provider"]
    assert (answer.status_code, reason[: len(told)]) == (400, told)
    assert vendors.requests() == []


def test_narrator_whose_provider_is_not_on_offer_is_named(ana, project):
    narrator = {"provider": "demo", "voice": "demo-en"}
    work = ana.new_work(project, sound={"narrator": narrator})
    ana.save(work, {"scenes": [scene(0, narration={"text": "Hello."})]})

    answer = ana.post(f"{work}/jobs", json={"kind": "narration"})

    told = "There is no provider demo here: choose another narrator."
    assert answer.json["details"] == {"sound.narrator.provider": told}


class TestVoicesByTasks:
    """Runway makes voices by tasks, as clips."""

    @pytest.fixture
    def work(self, ana, project):
        work = ana.new_work(project)
        ana.save(work, {"scenes": [scene(0, narration={"text": line(0)})]})
        return work

    HEADERS: ClassVar = {"x-speech-provider": "runway"}

    def test_task_is_cancelled_with_its_job(self, ana, work, vendors):
        vendors.rule(vendor="runway", takes=None, times=None)
        job = start_job(ana, work, "narration", self.HEADERS, scenes=[0])
        wait_for_call_state(ana, job, "speech-0", "submitted")

        ana.post(f"{job}/cancel")

        finished = wait_until_finished(ana, job)
        assert (finished["state"], call_states(finished)) == (
            "cancelled",
            {"speech-0": "cancelled"},
        )
        assert find_requests(vendors, kind="cancel")

    def test_task_is_polled_after_a_restart_and_paid_once(
        self, ana, work, vendors, app, second_app
    ):
        vendors.rule(vendor="runway", takes=None, times=None)
        job = start_job(ana, work, "narration", self.HEADERS, scenes=[0])
        wait_for_call_state(ana, job, "speech-0", "submitted")
        stop_jobs(app)
        ana.save(work, {"scenes": [scene(0, narration={"text": "Another line."})]})

        second_app()
        vendors.release()

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert spoken(vendors) == [line(0)]
        said = ana.show(f"{work}/narration")["scenes"][0]
        assert (said["spokenText"], said["isCurrent"]) == (line(0), False)

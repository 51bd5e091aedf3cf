"""Exports as jobs: cancelling, deleting, waiting for each other, progress, webhooks."""

import json
import os
import signal
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from access.rights import EDITOR
from jobs.worker import JobWorker
from schemas.webhook_messages import ExportMessageSchema
from storage.files.durable_files import Disk
from storage.files.trees import remove_tree
from tests.access.members import id_of, member, set_members, store_of
from tests.export.running import (
    Body,
    arrange,
    body_of,
    export,
    exports_of,
    in_a_row,
    jobs_of,
    leftovers,
    new_work,
    start_export,
)
from tests.export.sources import SILENCE, Sources
from tests.jobs.helpers import resume_job, until, wait_for_state, wait_until, wait_until_finished
from tests.jobs.receiver import Receiver
from tests.people import Person

pytestmark = pytest.mark.measured_anew

UNENDING = 0.01  # seconds of media a second: a call takes minutes, if it is not stopped


@pytest.fixture
def work(ana, sources):
    """The path of a work whose timeline has two clips of a second, with a track of sound."""
    return arranged_work(ana, sources)


def arranged_work(ana: Person, sources: Sources, project: str | None = None) -> str:
    clips = [encoded(sources, color, 1, SILENCE) for color in ("0x336699", "0x993366")]
    work = new_work(ana, clips, project)
    arrange(ana, work, in_a_row(2))
    return work


def encoded(sources: Sources, color: str, seconds: int, sound: str = "") -> Path:
    """Return a clip that cannot be joined with others as it is: its colours are converted."""
    return sources.solid(color, seconds=seconds, sound=sound, matrix="smpte170m")


def cancel(ana: Person, job: str) -> None:
    """Cancel a job, and wait until it is: it does not wait for the end of its programs."""
    assert ana.post(f"{job}/cancel").status_code == 200
    wait_for_state(ana, job, "cancelled")


def wait_for_turn(ana: Person, job: str) -> Body:
    """Return a job as soon as it waits for another export."""
    return wait_until(ana, job, lambda job: "another export" in job["progress"]["message"])


@pytest.mark.parametrize(
    "part",
    [
        "framecrc",
        "run-",
        *(pytest.param(part, marks=pytest.mark.thorough) for part in ("sound.m4a", "video.mp4")),
    ],
)
def test_cancelled_export_ends_at_once_and_can_be_resumed(ana, work, ffmpeg, settings, part):
    remove_tree(settings.data_dir / "cache/measures")  # so that the media are read again
    ffmpeg.slow_down(part, UNENDING)
    job = start_export(ana, work)
    until(lambda: ffmpeg.calls(part) and ffmpeg.running())

    cancel(ana, job)

    until(lambda: not ffmpeg.running())
    until(lambda: not leftovers(settings.data_dir))
    assert exports_of(ana, work) == []
    ffmpeg.speed_up()
    resume_job(ana, job)
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert exports_of(ana, work)[0]["duration"] == 2


def test_waiting_export_says_why_and_runs_after_the_other(ana, work, sources, ffmpeg):
    ffmpeg.hold("run-")
    first = start_export(ana, work)
    until(ffmpeg.rendered)
    second = start_export(ana, arranged_work(ana, sources))

    job = wait_for_turn(ana, second)

    assert job["state"] == "queued"
    assert (job["startedAt"], job["attempts"]) == (None, 0)
    assert ana.show(first)["state"] == "running"
    ffmpeg.release()
    for each in (first, second):
        assert wait_until_finished(ana, each)["state"] == "succeeded"
    assert ffmpeg.exported(first, second) == [first, second]


def test_waiting_export_can_be_cancelled_and_resumed(ana, work, sources, ffmpeg):
    ffmpeg.hold("run-")
    first = start_export(ana, work)
    until(ffmpeg.rendered)
    second = start_export(ana, arranged_work(ana, sources))
    wait_for_turn(ana, second)

    cancel(ana, second)

    assert ana.show(first)["state"] == "running"
    ffmpeg.release()
    resume_job(ana, second)
    for job in (first, second):
        assert wait_until_finished(ana, job)["state"] == "succeeded"


@pytest.mark.parametrize("how", ["cancelled", "stopped"])
def test_export_ends_at_once_while_texts_are_drawn(ana, work, how):
    """The program that draws them is suspended, so that it does not end by itself."""
    put_texts(ana, work, ["word " * 2000] * 6)
    job = start_export(ana, work)
    until(suspend_drawing)
    worker: JobWorker = ana.client.application.extensions["services"].jobs.worker

    if how == "cancelled":
        cancel(ana, job)
    else:
        worker.stop(30)

    until(lambda: not drawing_programs())


def put_texts(person: Person, work: str, texts: list[str]) -> None:
    """Show texts in the first second of a work's timeline."""
    state = person.show(work)["editorState"]
    overlay = {"fontSize": 20, "fontColor": "#fff", "centerX": 0, "centerY": 0}
    ids = {f"text-{number}": text for number, text in enumerate(texts)}
    state["textOverlays"] = {key: {**overlay, "text": text} for key, text in ids.items()}
    track = [{"id": key, "start": 0, "end": 1} for key in ids]
    state["editorData"] = {**state["editorData"], "textTrack": track}
    person.save(work, {"editorState": state})


def drawing_programs() -> list[int]:
    """Return the ids of the processes of this one that draw texts."""
    threads = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    children = {child for each in threads for child in content_of(each).split()}
    commands = {int(child): content_of(Path(f"/proc/{int(child)}/cmdline")) for child in children}
    return [child for child, command in commands.items() if b"drawing" in command]


def suspend_drawing() -> bool:
    """Suspend what draws texts, unless it has just ended; return whether something is suspended."""
    for program in drawing_programs():
        with suppress(ProcessLookupError):
            os.kill(program, signal.SIGSTOP)
        if b") T " in content_of(Path(f"/proc/{program}/stat")):
            return True
    return False


def content_of(file: Path) -> bytes:
    """Return what a file of a process or thread has; nothing once that has ended."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("deleted", [pytest.param("work", marks=pytest.mark.thorough), "project"])
def test_deleting_the_work_or_its_project_ends_the_export(ana, work, ffmpeg, settings, deleted):
    ffmpeg.slow_down("run-", UNENDING)
    start_export(ana, work)
    until(lambda: ffmpeg.rendered() and ffmpeg.running())
    path = work if deleted == "work" else work.rpartition("/works/")[0]

    assert ana.delete(path).status_code == 204

    queue = ana.client.application.extensions["services"].store.queue
    until(lambda: not queue.jobs() and not ffmpeg.running())
    until(lambda: not leftovers(settings.data_dir))
    assert not (settings.data_dir / path.removeprefix("/api/")).exists()
    assert ana.get(path).status_code == 404


def test_progress_rises_steadily_and_says_what_is_done(ana, work, ffmpeg, settings):
    remove_tree(settings.data_dir / "cache/measures")
    ffmpeg.hold("framecrc")  # reads the media
    ffmpeg.slow_down("sound.m4a")
    job, seen = start_export(ana, work), dict[int, Body]()

    def finished() -> bool:
        current: Body = ana.show(job)
        seen[current["updatedAt"]] = current
        if current["progress"]["message"] == "Reading the media":
            ffmpeg.release()
        return current["finishedAt"] is not None

    until(finished, 60)
    states = [each["state"] for each in seen.values()]
    percents = [each["progress"]["percent"] for each in seen.values()]
    messages = [each["progress"]["message"] for each in seen.values()]
    seconds = (max(seen) - min(seen)) / 1000
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert set(states) <= {"queued", "running", "succeeded"}
    assert len(seen) <= 2 * seconds + 6  # queued, running, the first and the last report
    assert "Reading the media" in messages
    assert messages[-1] == "Succeeded"
    assert all(each["progress"]["total"] == 100 for each in seen.values())


def test_progress_of_a_segment_is_reported_while_it_is_rendered(ana, sources, ffmpeg):
    work = new_work(ana, [encoded(sources, "0x336699", 3)])
    arrange(ana, work, in_a_row(1, 3))
    ffmpeg.slow_down("run-", 0.2)
    job = start_export(ana, work)

    reported = until(
        lambda: found if (found := ana.show(job))["progress"]["percent"] > 20 else None
    )

    assert reported["state"] == "running"
    assert reported["progress"]["message"].startswith("Rendering: ")
    assert reported["progress"]["message"].endswith(" of 3.0 seconds")
    ana.post(f"{job}/cancel")


def test_webhook_tells_of_an_export(ana, work):
    secret = ana.show("/api/webhook-secret")["secret"]
    with Receiver.running() as receiver:
        job = start_export(ana, work, webhookUrl=receiver.url)

        payload = receiver.wait_for_payload(secret)

        assert payload["type"] == "job.succeeded"
        assert payload["data"]["kind"] == "export"
        assert payload["data"]["result"] | {"isCurrent": True} == exports_of(ana, work)[0]
        until(lambda: ana.show(job)["webhook"]["state"] == "delivered")


@pytest.mark.tuning(webhook_delays=(0, 0.1))
def test_webhook_tells_of_the_export_first_and_repeats_only_what_was_refused(ana, work, app):
    app.extensions["services"].jobs.worker.start()
    events = ["export.ready", "job.ended"]
    with Receiver.running() as receiver:
        receiver.statuses = [204, 500]
        job = start_export(
            ana, work, webhookUrl=receiver.url, webhookEvents=events, metadata={"row": 7}
        )

        until(lambda: ana.show(job)["webhook"]["state"] == "delivered")

    sent = [json.loads(message.body) for message in receiver.messages]
    assert [each["type"] for each in sent] == ["export.ready", "job.succeeded", "job.succeeded"]
    assert ExportMessageSchema().validate(sent[0]) == {}
    (export,) = exports_of(ana, work)
    ready = sent[0]["data"]
    assert ready["id"] == export["id"]
    assert ready["url"] == f"http://localhost{export['url']}"
    assert (ready["workId"], ready["metadata"]) == (work.rpartition("/")[2], {"row": 7})
    outcomes = [(each["type"], each["status"]) for each in ana.show(job)["webhook"]["deliveries"]]
    assert outcomes == [("export.ready", 204), ("job.succeeded", 500), ("job.succeeded", 204)]


def test_job_of_an_idempotency_key_is_started_once(ana, work):
    body, headers = {"kind": "export"}, {"Idempotency-Key": "nightly"}

    started = [ana.post(f"{work}/jobs", json=body, headers=headers) for _ in range(2)]

    assert [each.status_code for each in started] == [202, 202]
    assert started[0].headers["Location"] == started[1].headers["Location"]
    assert len(jobs_of(ana, work)) == 1


def test_repeated_order_goes_on_as_that_of_whoever_repeats_it(app, ana, ben, work):
    """Somebody else has resumed the job before, with whose keys it must not go on."""
    set_members(store_of(app), id_of(work.partition("/works")[0]), member(ben, EDITOR))
    order = {"json": {"kind": "export"}, "headers": {"Idempotency-Key": "nightly"}}
    job = ben.post(f"{work}/jobs", **order).headers["Location"]
    doers = [wait_until_finished(ana, job)["userId"]]
    for resume in (partial(ana.post, f"{job}/resume"), partial(ben.post, f"{work}/jobs", **order)):
        [export] = exports_of(ana, work)
        assert ana.delete(export["url"]).status_code == 204
        assert resume().status_code == 202
        doers.append(wait_until_finished(ana, job)["userId"])

    assert doers == [person.user["id"] for person in (ben, ana, ben)]


def test_video_is_flushed_while_its_poster_is_made(ana, work, ffmpeg, monkeypatch):
    flush, flushed = Disk.sync_path, list[str]()

    def noted(disk, path):
        flush(disk, path)
        flushed.append(path.rpartition("/")[2])

    monkeypatch.setattr(Disk, "sync_path", noted)
    ffmpeg.hold("poster.jpg")
    job = start_export(ana, work)

    until(lambda: "video.mp4" in flushed)

    ffmpeg.release()
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert flushed[-2:] == ["video.mp4", "poster.jpg"]


def test_clip_replaced_during_its_export_does_not_disturb_it(ana, work, sources, ffmpeg):
    ffmpeg.hold("run-00000")
    job = start_export(ana, work)
    until(ffmpeg.rendered)
    for scene in (0, 1):
        assert ana.delete(f"{work}/media/scene/{scene}/video").status_code in (200, 204)
    ffmpeg.release()

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert ana.get(exports_of(ana, work)[0]["url"]).status_code == 200


def test_export_fails_if_a_clip_is_deleted_while_it_waits(ana, work, sources, ffmpeg):
    ffmpeg.hold("run-")
    start_export(ana, work)
    until(ffmpeg.rendered)
    other = arranged_work(ana, sources)
    second = start_export(ana, other)
    wait_for_turn(ana, second)
    ana.delete(f"{other}/media/scene/1/video")
    ffmpeg.release()

    job = wait_until_finished(ana, second)

    assert job["state"] == "failed"
    assert job["reason"].startswith("Scene 2 has no clip and no image")


def test_refusal_names_a_scene_by_its_place(ana, project):
    work = ana.new_work(project)
    ana.save(work, {"scenes": [{"scene_index": index} for index in (4, 2)]})

    answer = ana.post(f"{work}/export")

    assert answer.json["error"] == "Scene 2 has no clip and no image"
    assert answer.json["details"] == {"sceneIndex": 2}


def test_failed_export_leaves_no_temporary_files(ana, work, settings):
    path = settings.data_dir / work.removeprefix("/api/") / "media" / "scene-1-video.mp4"
    Path(path).write_bytes(b"no video")

    assert export(ana, body_of(work, *in_a_row(2))).status_code == 400

    until(lambda: not leftovers(settings.data_dir))


def test_export_whose_ffmpeg_was_killed_says_so_and_can_be_resumed(ana, work, ffmpeg):
    ffmpeg.slow_down("run-00000", UNENDING)
    job = start_export(ana, work)
    until(lambda: ffmpeg.calls("run-00000"))
    [process] = [process for process, call in ffmpeg.notes() if "run-00000" in call]

    os.kill(process, signal.SIGKILL)

    ended = wait_until_finished(ana, job)
    assert ended["state"] == "failed"
    assert "FFmpeg was stopped (signal 9), often for want of memory" in ended["reason"]
    ffmpeg.speed_up()
    resume_job(ana, job)
    assert wait_until_finished(ana, job)["state"] == "succeeded"

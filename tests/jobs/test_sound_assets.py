"""Music and sounds that jobs make: each is paid once, whatever happens meanwhile."""

from threading import Event

from flask import Flask

from generation.sound_assets import make_music, make_sound
from jobs.concurrency import ProviderPermits
from jobs.model import JobRef
from jobs.run import JobRun
from settings.config import Settings
from tests.jobs.helpers import start_job, wait_for_call_state, wait_until_finished

HEADERS = {"x-sound-provider": "elevenlabs", "x-music-provider": "elevenlabs"}


def run_of(app: Flask, settings: Settings, job: str) -> JobRun:
    """Return another run of a job, as after a restart."""
    store, (collection, _, job_id) = app.extensions["services"].store, job.rpartition("/")
    ref = JobRef(collection.removeprefix("/api/"), job_id)
    return JobRun(store, settings, ref, {}, Event(), ProviderPermits(store, settings))


def test_sound_that_was_stored_right_before_a_crash_is_not_paid_again(
    ana, project, vendors, app, settings
):
    job = start_job(ana, ana.new_work(project), "sound", HEADERS, prompt="Rain", seconds=1)
    result = wait_until_finished(ana, job)["result"]
    run = run_of(app, settings, job)
    run.update_call("sound", state="interrupted")

    assert make_sound(run) == result

    assert run.call("sound")["state"] == "done"
    assert len(vendors.counts()) == 1
    assert len(ana.show(f"{project}/assets")["assets"]) == 1


def test_music_that_was_chosen_meanwhile_stays(ana, project, vendors, app, settings):
    work = ana.new_work(project)
    vendors.rule(vendor="elevenlabs", kind="music", slow=None)
    job = start_job(ana, work, "music", HEADERS, seconds=3)
    wait_for_call_state(ana, job, "music", "submitting")
    other = {"audioUrl": f"{project}/assets/asset_1"}
    assert ana.patch(work, json={"editorState": other}).status_code == 200
    vendors.release()

    result = wait_until_finished(ana, job)["result"]

    assert f"This is the asset {result['assetId']}" in result["warnings"][0]
    assert ana.show(work)["editorState"]["audioUrl"] == other["audioUrl"]
    assert make_music(run_of(app, settings, job)) == result  # once more, after a crash
    assert len(vendors.counts()) == 1

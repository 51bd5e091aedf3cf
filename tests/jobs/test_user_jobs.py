"""AI calls outside works are jobs of their user, deleted after JOB_DAYS."""

from typing import Any

from jobs import expired_jobs
from jobs.expired_jobs import prune_user_jobs
from storage.clock import DAY_MS, now_ms
from tests.jobs.helpers import MODEL_HEADERS, resume_job, until, wait_for_state, wait_until_finished
from tests.people import Person


def generate_image(person: Person, prompt: str = "A lamp") -> Any:
    """Send a blocking request for an image outside works; return the response."""
    return person.post("/api/generate/image", json={"prompt": prompt}, headers=MODEL_HEADERS)


def newest_job(person: Person) -> str:
    """Return the path of a user's newest job."""
    return f"/api/jobs/{person.show('/api/jobs')[0]['id']}"


def test_user_jobs_are_listed_newest_first(ana):
    for prompt in ("A lamp", "A chair"):
        assert generate_image(ana, prompt).status_code == 200

    jobs = ana.show("/api/jobs")

    assert [job["request"]["prompt"] for job in jobs] == ["A chair", "A lamp"]
    assert {(job["kind"], job["state"], job["workId"]) for job in jobs} == {
        ("image", "succeeded", None)
    }


def test_user_jobs_of_other_users_return_404(ana, ben):
    generate_image(ana)
    job = newest_job(ana)

    assert ben.show("/api/jobs") == []
    for url in (job, f"{job}/events", f"{job}/media"):
        assert ben.get(url).status_code == 404
    for url in (f"{job}/cancel", f"{job}/resume"):
        assert ben.post(url).status_code == 404


def test_user_job_keeps_its_image(ana):
    generate_image(ana)

    answer = ana.get(f"{newest_job(ana)}/media")

    assert (answer.status_code, answer.mimetype) == (200, "image/png")


def test_resumed_user_job_succeeds(ana, vendors):
    vendors.rule(vendor="openai", cut="after")
    answer = generate_image(ana)
    assert answer.status_code == 502
    job = newest_job(ana)
    assert ana.show(job)["state"] == "interrupted"

    resume_job(ana, job)

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert ana.get(f"{job}/media").status_code == 200


def test_user_job_is_cancelled_while_its_task_is_polled(ana, work_with_scenes, samples, vendors):
    vendors.rule(vendor="runway", kind="poll", status=401)
    ana.upload(f"{work_with_scenes}/media/scene/0/image", samples / "image.png")
    body = {"image_url": f"{work_with_scenes}/media/scene/0/image", "prompt": "It glows"}
    ana.post("/api/generate/video", json=body)
    vendors.rule(vendor="runway", kind="poll", times=None, cut="before")
    job = newest_job(ana)
    resume_job(ana, job)
    wait_for_state(ana, job, "waiting")

    assert ana.post(f"{job}/cancel").status_code == 200
    assert wait_until_finished(ana, job)["state"] == "cancelled"
    assert until(lambda: vendors.tasks()[0]["state"] == "cancelled")


def test_finished_user_job_is_deleted_after_job_days(app, ana, settings, monkeypatch):
    store = app.extensions["services"].store
    generate_image(ana)
    job = newest_job(ana)
    until(lambda: not store.queue.jobs())  # it is finalized

    for days, status in [(settings.job_days - 1, 200), (settings.job_days + 1, 404)]:
        monkeypatch.setattr(expired_jobs, "now_ms", lambda days=days: now_ms() + days * DAY_MS)
        prune_user_jobs(store, settings.job_days)
        assert ana.get(job).status_code == status


def test_resumable_user_job_is_kept_until_job_days(app, ana, vendors, settings, monkeypatch):
    vendors.rule(vendor="openai", cut="after")
    generate_image(ana)
    job = newest_job(ana)
    monkeypatch.setattr(expired_jobs, "now_ms", lambda: now_ms() + (settings.job_days - 1) * DAY_MS)

    prune_user_jobs(app.extensions["services"].store, settings.job_days)

    assert ana.show(job)["state"] == "interrupted"

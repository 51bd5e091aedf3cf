"""`GET /api/jobs?all=1`: the jobs of all works, page by page."""

from typing import Any

import pytest

from jobs.job_states import reopen
from jobs.model import JobRef, JobSpec, new_job
from schemas.jobs import JobSchema
from storage.documents.snapshots import Snapshot, read_snapshot
from storage.files.directories import Files
from storage.paths import WorkRef, jobs_of_user, jobs_of_work
from storage.store import Store
from tests.people import Person


def add_job(store: Store, person: Person, job_id: str, work: str = "", **fields: Any) -> None:
    """Store a job of the work at this path, or of no work, as if it had been started."""
    user_id = person.user["id"]
    parts = work.split("/")
    collection = jobs_of_work(WorkRef(parts[3], parts[5])) if work else jobs_of_user(user_id)
    job = new_job(JobRef(collection, job_id), JobSpec("scenario", user_id, {}, []))
    store.collection(collection).create(job_id, {**job, **fields})


def listed(person: Person, query: str = "") -> list[str]:
    return [job["id"] for job in person.show(f"/api/jobs?all=1{query}")]


def test_jobs_of_all_works_are_listed_newest_first_with_names(ana, store):
    tea, films = ana.new_project(name="Tea"), ana.new_project(name="Films")
    add_job(store, ana, "job_1", ana.new_work(tea, name="Green"), createdAt=1)
    add_job(store, ana, "job_3", ana.new_work(films, name="Noir"), createdAt=3)
    add_job(store, ana, "job_2", createdAt=2)

    jobs = ana.show("/api/jobs?all=1")

    assert [(job["id"], job["projectName"], job["workName"]) for job in jobs] == [
        ("job_3", "Films", "Noir"),
        ("job_2", None, None),
        ("job_1", "Tea", "Green"),
    ]
    assert all(JobSchema().validate(job) == {} for job in jobs)
    assert [job["id"] for job in ana.show("/api/jobs")] == ["job_2"]


def test_pages_of_jobs_created_at_once_show_each_job_once(ana, work, store):
    for number in range(7):
        add_job(store, ana, f"job_{number}", work if number % 2 else "", createdAt=1)

    seen, url = [], "/api/jobs?all=1&limit=3&state=queued"
    while url:
        page = ana.get(url)
        seen.append([job["id"] for job in page.json])
        url = page.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert seen == [["job_0", "job_1", "job_2"], ["job_3", "job_4", "job_5"], ["job_6"]]


def test_jobs_are_selected_by_their_current_state(ana, work, store):
    for state in ("queued", "running", "failed"):
        add_job(store, ana, f"job_{state}", work, state=state)
    assert listed(ana, "&state=running,failed") == ["job_failed", "job_running"]

    _, _, _, project_id, _, work_id = work.split("/")
    jobs = store.work_jobs(WorkRef(project_id, work_id))
    jobs.change("job_running", lambda job: job.update(state="succeeded"))

    assert listed(ana, "&state=running,failed") == ["job_failed"]


def test_jobs_of_a_deleted_work_are_gone_at_once(ana, project, store):
    kept, deleted = ana.new_work(project), ana.new_work(project)
    add_job(store, ana, "job_kept", kept)
    add_job(store, ana, "job_deleted", deleted)
    assert len(listed(ana)) == 2

    ana.delete(deleted)

    assert listed(ana) == ["job_kept"]


def test_jobs_of_other_users_are_not_listed(ana, ben, work, store):
    add_job(store, ana, "job_1", work)
    add_job(store, ana, "job_2")

    assert listed(ben) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("all=2", "all"),
        ("all=1&state=done", "state"),
        ("all=1&state=queued,", "state"),
        ("all=1&limit=201", "limit"),
        ("all=1&cursor=x", "cursor"),
        ("all=1&cursor=WzEsMiwzXQ", "cursor"),
        ("state=queued", "state"),
        ("cursor=x", "cursor"),
    ],
)
def test_invalid_query_names_its_parameter(ana, query, field):
    answer = ana.get(f"/api/jobs?{query}")

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [field]


@pytest.mark.tuning(scan_pause=3600)
def test_list_reads_the_jobs_of_its_page_only(ana, project, store, monkeypatch):
    works = [ana.new_work(project) for _ in range(3)]
    for number in range(30):
        add_job(store, ana, f"job_{number}", works[number % 3])
    assert len(listed(ana, "&limit=1")) == 1  # makes the index
    reads: list[str] = []

    def read_and_count(path: str, files: Files) -> Snapshot:
        reads.append(path)
        return read_snapshot(path, files)

    monkeypatch.setattr("storage.documents.snapshots.read_snapshot", read_and_count)

    assert len(listed(ana, "&limit=5")) == 5

    assert len({path for path in reads if path.endswith("job.json")}) <= 5


def test_cleared_jobs_are_not_listed_until_they_are_resumed(ana, work, store):
    for state in ("succeeded", "failed", "cancelled", "running"):
        add_job(store, ana, f"job_{state}", work if state != "succeeded" else "", state=state)

    answer = ana.post("/api/jobs/clear", json={"states": ["succeeded", "failed"]})

    assert answer.json == {"cleared": 2, "remaining": 0}

    assert set(listed(ana)) == {"job_cancelled", "job_running"}
    assert ana.show("/api/jobs/job_succeeded")["clearedAt"]
    assert len(ana.show(f"{work}/jobs")) == 3
    store.collection(jobs_of_work(WorkRef(*work.split("/")[3::2]))).change(
        "job_failed", lambda job: reopen(job, [])
    )
    assert set(listed(ana)) == {"job_cancelled", "job_running", "job_failed"}


def test_jobs_are_cleared_some_at_a_time_the_newest_first(ana, store, monkeypatch):
    monkeypatch.setattr("works.user_jobs.MAX_CLEARED", 2)
    for number in range(3):
        add_job(store, ana, f"job_{number}", state="succeeded", createdAt=number)

    def clear() -> object:
        return ana.post("/api/jobs/clear", json={"states": ["succeeded"]}).json

    assert clear() == {"cleared": 2, "remaining": 1}
    assert listed(ana) == ["job_0"]
    assert clear() == {"cleared": 1, "remaining": 0}


def test_jobs_that_go_on_and_those_of_others_cannot_be_cleared(ana, ben, work, store):
    add_job(store, ana, "job_1", work, state="succeeded")

    assert ana.post("/api/jobs/clear", json={"states": ["running"]}).status_code == 400
    answer = ben.post("/api/jobs/clear", json={"states": ["succeeded"]})

    assert answer.json == {"cleared": 0, "remaining": 0}
    assert listed(ana) == ["job_1"]

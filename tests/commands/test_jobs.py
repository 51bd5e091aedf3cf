"""How doctor, backup and restore treat unfinished jobs."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from storage.paths import WorkRef
from storage.store import Store
from tests.command_line import run_command, run_limited
from tests.commands.conftest import files_in, new_job
from tests.commands.test_backup import members
from tests.people import Person

HOOK = "https://example.com/hook"
FINISHED = {"state": "succeeded", "webhook": None}


@pytest.fixture
def running(data):
    """A running job in the queue, with a webhook."""
    jobs = data.store.work_jobs(WorkRef(data.project.name, data.work.name))
    job = new_job(data.store, jobs, data.user.name, "running", HOOK)
    data.store.queue.add(jobs.name, job.name)
    return job


def read(job: Path) -> Any:
    return json.loads((job / "job.json").read_text())


def test_running_job_is_no_finding(running, run):
    assert run("doctor").exit_code == 0


def test_finished_job_that_is_still_in_the_queue_is_no_finding(data, running, run):
    (running / "job.json").write_text(json.dumps({**read(running), **FINISHED}))

    assert run("doctor").exit_code == 0


@pytest.mark.parametrize("state", ["queued", "running", "waiting"])
def test_repair_adds_an_unfinished_job_to_the_queue(data, run, state):
    jobs = data.store.user_jobs(data.user.name)
    job = new_job(data.store, jobs, data.user.name, state)

    run("doctor", "--repair")

    assert data.store.queue.jobs() == [(jobs.name, job.name)]
    assert read(job)["state"] == state


def test_finished_job_with_a_pending_webhook_belongs_in_the_queue(data, run):
    jobs = data.store.user_jobs(data.user.name)
    new_job(data.store, jobs, data.user.name, "succeeded", HOOK)

    assert "is unfinished, but is not in the queue" in run("doctor").stdout


def test_new_marker_without_a_job_is_kept_while_the_service_runs(data, run):
    other = Store(data.root)
    data.store.queue.add("users/user_0/jobs", "job_0")

    assert run("doctor", "--repair").exit_code == 0
    assert other.queue.jobs() == [("users/user_0/jobs", "job_0")]


def test_queue_ignores_files_that_are_not_markers(data):
    data.store.queue.add("users/user_0/jobs", "job_0")
    for name in ("notes", "my notes.txt", "a..b", ".x", "users.user_0.jobs.job 0", "\udcff.a"):
        (data.root / "queue" / name).write_text("")

    assert data.store.queue.jobs() == [("users/user_0/jobs", "job_0")]


def test_markers_and_budgets_are_not_backed_up(data, running, run, tmp_path):
    data.store.budgets.create(data.user.name, {"day": 1, "calls": 1})
    (data.root / "demo").mkdir()
    (data.root / "demo" / "task.json").write_text("{}")

    run("backup", tmp_path / "x.tar")

    top_level = {name.partition("/")[0] for name in members(tmp_path / "x.tar")}
    assert top_level == {"jwt-secret", "users", "tokens", "projects", "manifest.sha256"}


@pytest.fixture
def restored(data, running, run, tmp_path, open_second):
    """An application on a restored backup that was made while a job was running."""
    run("backup", tmp_path / "x.tar")
    app = open_second(tmp_path / "other" / "data")
    result = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "x.tar")])
    assert result.exit_code == 0, result.output
    return app


def test_restored_unfinished_job_is_interrupted(data, running, restored):
    store: Store = restored.extensions["services"].store
    job = read(store.root / running.relative_to(data.root))

    assert job["state"] == "interrupted"
    assert "Restored from a backup" in job["reason"]
    assert store.queue.jobs() == []
    submitted, planned = job["calls"]
    assert (submitted["state"], submitted["taskId"]) == (
        "interrupted",
        "task-1",
    )  # polled on resume
    assert planned["state"] == "planned"
    assert job["webhook"]["state"] == "failed"  # a copy of the service sends none


def test_restore_changes_nothing_but_unfinished_jobs(data, running, restored):
    root = restored.extensions["services"].store.root
    unfinished = str((running / "job.json").relative_to(data.root))

    before, after = data.files(), files_in(root)

    assert {name for name in before if before[name] != after.get(name)} == {
        unfinished,
        *(name for name in before if name.startswith("queue/")),
    }


def test_doctor_finds_no_problems_after_restore(restored):
    result = restored.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 0, result.output


def test_owner_can_read_a_restored_job(data, ana, running, restored):
    owner = Person(restored.test_client(), data.api_token, ana.user)

    job = owner.show(f"{data.url}/jobs/{running.name}")

    assert job["state"] == "interrupted"


def test_replaced_job_does_not_continue_because_of_an_older_marker(data, running, run, tmp_path):
    run("backup", tmp_path / "x.tar")

    result = run("restore", tmp_path / "x.tar", "--replace")

    assert result.exit_code == 0, result.output
    assert data.store.queue.jobs()  # the worker removes it, as the job is finished
    assert read(running)["state"] == "interrupted"


@pytest.mark.parametrize("damage", ["{", "[]", "{}", '{"state": "running"}'])
def test_damaged_job_is_restored_unchanged(data, running, run, tmp_path, damage, open_second):
    (running / "job.json").write_text(damage)
    run("backup", tmp_path / "x.tar")
    other = open_second(tmp_path / "other")

    other.test_cli_runner().invoke(args=["restore", str(tmp_path / "x.tar")])

    job = tmp_path / "other" / running.relative_to(data.root) / "job.json"
    assert job.read_text() == damage


def test_webhook_secret_is_restored(data, ana, run, tmp_path, open_second):
    before = ana.show("/api/webhook-secret")
    run("backup", tmp_path / "x.tar")

    done = run_command(tmp_path / "other", "restore", tmp_path / "x.tar")

    assert "signs webhooks" not in done.stdout
    app = open_second(tmp_path / "other")
    assert Person(app.test_client(), ana.token, {}).show("/api/webhook-secret") == before


def test_webhook_secret_that_is_in_use_is_kept(data, ana, run, tmp_path, restored):
    ana.show("/api/webhook-secret")
    run("backup", tmp_path / "y.tar")
    ben = Person.register(restored.test_client(), "ben@example.com")
    before = ben.show("/api/webhook-secret")

    result = restored.test_cli_runner().invoke(args=["restore", str(tmp_path / "y.tar")])

    assert "receivers need it" in result.output
    assert ben.show("/api/webhook-secret") == before


def test_backup_of_more_assets_than_the_open_files_limit(data, tmp_path):
    for number in range(120):
        shutil.copytree(data.asset, data.asset.with_name(f"asset_{number}"))

    done = run_limited("-n 100", data.root, "backup", tmp_path / "x.tar")

    assert done.returncode == 0, done.stderr
    assert members(tmp_path / "x.tar").keys() == {*data.files(), "manifest.sha256"}


@pytest.mark.parametrize("collection", ["assets", "templates"])
def test_lists_in_another_process_follow_consecutive_restores(
    data, ana, run, tmp_path, collection, open_second
):
    other_process = Person(open_second(data.root).test_client(), ana.token, ana.user)
    url = f"{data.url.rpartition('/works/')[0]}/{collection}"
    [listed] = other_process.show(url)[collection]
    for name in ("One", "Two"):
        ana.put(f"{url}/{listed['id']}", json={"name": name})
        run("backup", tmp_path / name)

    for name in ("One", "Two", "One"):
        run("restore", tmp_path / name, "--replace")

        assert [each["name"] for each in other_process.show(url)[collection]] == [name]


def test_steps_in_the_journal_of_a_large_job_are_checked_backed_up_and_restored(
    data, running, run, tmp_path, open_second
):
    jobs = data.store.work_jobs(WorkRef(data.project.name, data.work.name))
    text = {"text": "x" * 20_000}
    jobs.change(running.name, lambda job: job.update(request=text))
    jobs.change(running.name, lambda job: job.update(result={"steps": 1}), step=True)
    assert read(running)["result"] is None

    assert run("doctor").exit_code == 0
    run("backup", tmp_path / "x.tar")
    assert f"{jobs.name}/{running.name}/changes.jsonl" in members(tmp_path / "x.tar")
    app = open_second(tmp_path / "other" / "data")
    result = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "x.tar")])

    assert result.exit_code == 0, result.output
    restored = app.extensions["services"].store.collection(jobs.name).snapshot(running.name).values
    assert (restored["state"], restored["result"]) == ("interrupted", {"steps": 1})
    assert not list((tmp_path / "other").rglob("changes.jsonl"))

"""Unfinished jobs: what doctor, backup and restore make of them."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import Settings
from storage.store import Store
from tests.applications import create_app
from tests.command_line import run_command
from tests.maintenance.conftest import House, Run, files_in, new_job
from tests.maintenance.test_backup import members
from tests.people import Person

HOOK = "https://example.com/hook"
ENDED = {"state": "succeeded", "webhook": None}


@pytest.fixture
def running(house: House) -> Path:
    """A job that is being worked on, with a webhook."""
    jobs = house.store.work_jobs(house.project.name, house.work.name)
    job = new_job(house.store, jobs, house.user.name, "running", HOOK)
    house.store.queue.add(jobs.name, job.name)
    return job


def read(job: Path) -> Any:
    return json.loads((job / "job.json").read_text())


def restored(house: House, job: Path, root: Path) -> Any:
    return read(root / job.relative_to(house.root))


def test_a_job_that_runs_is_in_order(running: Path, run: Run) -> None:
    assert run("doctor").exit_code == 0


def test_a_job_that_ends_and_keeps_its_mark_is_in_order(
    house: House, running: Path, run: Run
) -> None:
    (running / "job.json").write_text(json.dumps({**read(running), **ENDED}))

    assert run("doctor").exit_code == 0


@pytest.mark.parametrize("state", ["queued", "running", "waiting"])
def test_a_forgotten_job_goes_on_after_repair(house: House, run: Run, state: str) -> None:
    jobs = house.store.user_jobs(house.user.name)
    job = new_job(house.store, jobs, house.user.name, state)

    run("doctor", "--repair")

    assert house.store.queue.jobs() == [(jobs.name, job.name)]
    assert read(job)["state"] == state


def test_a_webhook_that_was_not_told_is_forgotten_as_well(house: House, run: Run) -> None:
    jobs = house.store.user_jobs(house.user.name)
    new_job(house.store, jobs, house.user.name, "succeeded", HOOK)

    assert "is not finished, and no process knows" in run("doctor").stdout


def test_a_mark_whose_job_is_just_being_made_is_left_alone(house: House, run: Run) -> None:
    other = Store(house.root)
    house.store.queue.add("users/user_0/jobs", "job_0")

    assert run("doctor", "--repair").exit_code == 0
    assert other.queue.jobs() == [("users/user_0/jobs", "job_0")]


def test_names_that_mark_nothing_are_passed_over(house: House) -> None:
    house.store.queue.add("users/user_0/jobs", "job_0")
    for name in ("notes", "my notes.txt", "a..b", ".x", "users.user_0.jobs.job 0", "\udcff.a"):
        (house.root / "queue" / name).write_text("")

    assert house.store.queue.jobs() == [("users/user_0/jobs", "job_0")]


def test_marks_and_counts_of_a_day_are_not_backed_up(
    house: House, running: Path, run: Run, tmp_path: Path
) -> None:
    house.store.budgets.create(house.user.name, {"day": 1, "calls": 1})
    (house.root / "demo").mkdir()
    (house.root / "demo" / "task.json").write_text("{}")

    run("backup", tmp_path / "x.tar")

    tops = {name.partition("/")[0] for name in members(tmp_path / "x.tar")}
    assert tops == {"jwt-secret", "users", "tokens", "projects", "manifest.sha256"}


@pytest.fixture
def there(settings: Settings, house: House, running: Path, run: Run, tmp_path: Path) -> Flask:
    """Another service, into which the house was restored while a job ran in it."""
    run("backup", tmp_path / "x.tar")
    app = create_app(dataclasses.replace(settings, data_dir=tmp_path / "there" / "data"))
    result = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "x.tar")])
    assert result.exit_code == 0, result.output
    return app


def test_a_restored_job_waits_for_a_person(house: House, running: Path, there: Flask) -> None:
    store: Store = there.extensions["services"].store
    job = restored(house, running, store.root)

    assert job["state"] == "interrupted"
    assert "Restored from a backup" in job["reason"]
    assert store.queue.jobs() == []
    submitted, planned = job["calls"]
    assert (submitted["state"], submitted["taskId"]) == ("interrupted", "task-1")  # asked about
    assert planned["state"] == "planned"
    assert job["webhook"]["state"] == "failed"  # nobody is told by a copy of the service


def test_all_else_of_it_is_as_it_was(house: House, running: Path, there: Flask) -> None:
    root = there.extensions["services"].store.root
    unfinished = str((running / "job.json").relative_to(house.root))

    before, after = house.files(), files_in(root)

    assert {name for name in before if before[name] != after.get(name)} == {
        unfinished,
        *(name for name in before if name.startswith("queue/")),
    }


def test_doctor_finds_nothing_wrong_with_it(there: Flask) -> None:
    result = there.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 0, result.output


def test_its_owner_sees_it(house: House, ana: Person, running: Path, there: Flask) -> None:
    person = Person(there.test_client(), house.api_token, ana.user)

    job = person.show(f"{house.url}/jobs/{running.name}")

    assert job["state"] == "interrupted"


def test_a_job_that_is_replaced_does_not_go_on_because_of_an_older_mark(
    house: House, running: Path, run: Run, tmp_path: Path
) -> None:
    run("backup", tmp_path / "x.tar")

    result = run("restore", tmp_path / "x.tar", "--replace")

    assert result.exit_code == 0, result.output
    assert house.store.queue.jobs()  # the runner takes it away: the job is finished
    assert read(running)["state"] == "interrupted"


@pytest.mark.parametrize("damage", ["{", "[]", "{}", '{"state": "running"}'])
def test_a_damaged_job_is_restored_as_it_is(
    settings: Settings, house: House, running: Path, run: Run, tmp_path: Path, damage: str
) -> None:
    (running / "job.json").write_text(damage)
    run("backup", tmp_path / "x.tar")

    run_command(tmp_path / "there", "restore", tmp_path / "x.tar")

    job = tmp_path / "there" / running.relative_to(house.root) / "job.json"
    assert job.read_text() == damage


def test_receivers_of_webhooks_keep_their_secret(
    house: House, ana: Person, run: Run, tmp_path: Path, settings: Settings
) -> None:
    before = ana.show("/api/webhook-secret")
    run("backup", tmp_path / "x.tar")

    done = run_command(tmp_path / "there", "restore", tmp_path / "x.tar")

    assert "signs webhooks" not in done.stdout
    app = create_app(dataclasses.replace(settings, data_dir=tmp_path / "there"))
    assert Person(app.test_client(), ana.token, {}).show("/api/webhook-secret") == before


def test_another_secret_that_is_in_use_is_kept(
    house: House, ana: Person, run: Run, tmp_path: Path, there: Flask
) -> None:
    ana.show("/api/webhook-secret")
    run("backup", tmp_path / "y.tar")
    ben = Person.register(there.test_client(), "ben@example.com")
    before = ben.show("/api/webhook-secret")

    result = there.test_cli_runner().invoke(args=["restore", str(tmp_path / "y.tar")])

    assert "receivers need theirs anew" in result.output
    assert ben.show("/api/webhook-secret") == before


def test_of_many_assets_one_is_open_at_a_time(house: House, tmp_path: Path) -> None:
    for number in range(60):
        shutil.copytree(house.asset, house.asset.with_name(f"asset_{number}"))

    done = run_command(house.root, "backup", tmp_path / "x.tar", ulimit="-n 40")

    assert done.returncode == 0, done.stderr
    assert members(tmp_path / "x.tar").keys() == {*house.files(), "manifest.sha256"}


@pytest.mark.parametrize("collection", ["assets", "templates"])
def test_lists_elsewhere_see_one_restore_after_another(
    settings: Settings, house: House, ana: Person, run: Run, tmp_path: Path, collection: str
) -> None:
    elsewhere = Person(create_app(settings).test_client(), ana.token, ana.user)
    url = f"{house.url.rpartition('/works/')[0]}/{collection}"
    [listed] = elsewhere.show(url)[collection]
    for name in ("One", "Two"):
        ana.put(f"{url}/{listed['id']}", json={"name": name})
        run("backup", tmp_path / name)

    for name in ("One", "Two", "One"):
        run("restore", tmp_path / name, "--replace")

        assert [each["name"] for each in elsewhere.show(url)[collection]] == [name]

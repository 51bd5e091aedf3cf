"""Fixtures for doctor, backup and restore: a populated data directory, copied for each test."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from jobs import model as jobs
from jobs.model import JobRef, JobSpec, Webhook, planned_call
from settings.config import Settings
from storage.documents.tables import DocumentTable
from storage.paths import WorkRef, new_id
from storage.store import Store
from tests.applications import create_app
from tests.export.stored import new_export
from tests.people import Person

Run = Callable[..., Result]
OpenSecond = Callable[[Path], Flask]


@dataclass
class DataDirectory:
    """A data directory with a user, a token, and a project whose work has media and a take.

    The project has an asset and a template, the work and the user have a finished job each, and the
    work an export.
    """

    root: Path
    store: Store
    user: Path
    token: Path
    project: Path
    work: Path
    asset: Path
    template: Path
    job: Path
    user_job: Path
    export: Path
    url: str  # of the work
    account: dict[str, Any]  # the user as the API shows it
    access_token: str
    api_token: str

    @property
    def media(self) -> Path:
        return self.work / "media"

    @property
    def take(self) -> Path:
        """The scene's image before the current one."""
        return next((self.work / "takes").glob("scene-0-image.*.jpg"))

    def facts(self, slot: str) -> Path:
        """Return the facts of a slot's current file."""
        files = (self.work / "takes").glob(f"{slot}.*.json")
        return next(path for path in files if path.stem != self.take.stem)

    def edit(self, document: Path, **fields: Any) -> None:
        """Change fields of a document's file; None removes a field."""
        values = {**json.loads(document.read_text()), **fields}
        kept = {key: value for key, value in values.items() if fields.get(key, 0) is not None}
        document.write_text(json.dumps(kept))

    def files(self) -> dict[str, bytes]:
        """Return the contents of all files that are not hidden, by path."""
        return files_in(self.root)

    def opened_by(self, store: Store) -> "DataDirectory":
        """Return the same for a copy of the directory that this store has open."""
        paths: dict[str, Any] = {
            name: store.root / path.relative_to(self.root)
            for name, path in vars(self).items()
            if isinstance(path, Path)
        }
        return replace(self, store=store, **paths)


def files_in(root: Path) -> dict[str, bytes]:
    """Return the contents of a data directory's files by path: not hidden ones, not its cache."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and "/." not in str(path.relative_to(root.parent))
        and path.relative_to(root).parts[0] != "cache"
    }


def new_job(
    store: Store, table: DocumentTable, user_id: str, state: str, webhook: str | None = None
) -> Path:
    """Create a job in this state, with a submitted call and a planned one."""
    ref = JobRef(table.name, new_id("job"))
    calls = [planned_call("image", "gemini", "any", 0), planned_call("video", "gemini", "any", 0)]
    told = Webhook(webhook, ["job.ended"]) if webhook else None
    job = jobs.new_job(ref, JobSpec("scene", user_id, {}, calls, webhook=told))
    job["calls"][0].update(state="submitted", taskId="task-1")
    job["state"] = state
    table.create(ref.id, job)
    return store.root / table.name / ref.id


@pytest.fixture
def open_second(settings):
    """Open a data directory in a second application, as another process would."""
    return lambda data_dir: create_app(replace(settings, data_dir=data_dir))


@pytest.fixture(scope="session")
def template(tmp_path_factory, samples):
    """The data directory that each test gets a copy of, populated through the API."""
    root = tmp_path_factory.mktemp("template") / "data"
    app = create_app(Settings(data_dir=root, fsync=False, log_level="ERROR"))
    store: Store = app.extensions["services"].store
    ana = Person.register(app.test_client(), "ana@example.com")
    api_token = ana.with_scopes("works:read").token
    project_url = ana.new_project()
    work_url = ana.new_work(project_url)
    ana.upload(f"{work_url}/media/reference", samples / "video.mp4", "video")
    ana.upload(f"{work_url}/media/scene/0/image", samples / "image.jpg")
    ana.upload(f"{work_url}/media/scene/0/image", samples / "image.png")
    ana.upload(f"{work_url}/media/scene/0/video", samples / "video.webm")
    ana.upload(f"{work_url}/media/scene/0/voice", samples / "audio.wav")
    answer = ana.upload(f"{work_url}/media/audio", samples / "audio.mp3", "audio")
    assert answer.status_code == 200, answer.text
    asset = ana.upload(f"{project_url}/assets", samples / "image.png").json
    assert ana.get(f"{project_url}/assets/{asset['id']}/thumbnail").status_code == 200
    overlay = ana.post(f"{project_url}/templates", json={"name": "Any", "content": {}}).json
    shutil.rmtree(root / "cache", ignore_errors=True)  # of measures, which is not in backups
    work = root / work_url.removeprefix("/api/")
    project = work.parent.parent
    user = root / "users" / ana.user["id"]
    return DataDirectory(
        root=root,
        store=store,
        user=user,
        token=next((root / "tokens").glob("tok_*")),
        project=project,
        work=work,
        asset=project / "assets" / asset["id"],
        template=project / "templates" / overlay["id"],
        job=new_job(
            store, store.work_jobs(WorkRef(project.name, work.name)), user.name, "succeeded"
        ),
        user_job=new_job(store, store.user_jobs(user.name), user.name, "succeeded"),
        export=new_export(store, (project.name, work.name), samples),
        url=work_url,
        account=ana.user,
        access_token=ana.token,
        api_token=api_token,
    )


@pytest.fixture
def settings(settings, template):
    """Settings with a populated data directory."""
    shutil.copytree(template.root, settings.data_dir)
    return settings


@pytest.fixture
def data(app, template):
    """The populated data directory of the application."""
    umask = os.umask(0o077)  # files that a test creates itself get the service's permissions
    yield template.opened_by(app.extensions["services"].store)
    os.umask(umask)


@pytest.fixture
def ana(client, template):
    """The user of the populated data directory."""
    return Person(client, template.access_token, template.account)


@pytest.fixture
def run(app):
    """Run a command on the application's data directory."""
    return lambda *args: app.test_cli_runner().invoke(args=[str(arg) for arg in args])

"""What the tests of doctor, backup and restore share: a furnished data directory."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from jobs import model as jobs
from jobs.model import JobRef, JobSpec, planned_call
from storage.ids import new_id
from storage.store import Store
from storage.tables import DocumentTable
from tests.people import Person

Run = Callable[..., Result]


@dataclass
class House:
    """A data directory with a user, a token, and a project whose work has media.

    The project has an asset and a template, the work and the user have a finished job each.
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
    url: str
    api_token: str

    @property
    def media(self) -> Path:
        return self.work / "media"

    def edit(self, document: Path, **fields: Any) -> None:
        """Change fields of a document by hand; None takes one away."""
        values = {**json.loads(document.read_text()), **fields}
        kept = {key: value for key, value in values.items() if fields.get(key, 0) is not None}
        document.write_text(json.dumps(kept))

    def files(self) -> dict[str, bytes]:
        """Every file but the storage's own, by its path."""
        return files_in(self.root)


def files_in(root: Path) -> dict[str, bytes]:
    """Every file of a data directory but the storage's own, by its path."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "/." not in str(path.relative_to(root.parent))
    }


def new_job(
    store: Store, table: DocumentTable, user_id: str, state: str, webhook: str | None = None
) -> Path:
    """Make a job that is in this state, of a call that is submitted and one that is planned."""
    ref = JobRef(table.name, new_id("job"))
    calls = [planned_call("image", "gemini", "any", 0), planned_call("video", "gemini", "any", 0)]
    job = jobs.new_job(ref, JobSpec("scene", user_id, {}, calls, webhook_url=webhook))
    job["calls"][0].update(state="submitted", taskId="task-1")
    job["state"] = state
    table.create(ref.id, job)
    return store.root / table.name / ref.id


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command on the application's data directory."""
    return lambda *args: app.test_cli_runner().invoke(args=[str(arg) for arg in args])


@pytest.fixture
def house(app: Flask, ana: Person, work: str, samples: Path) -> Iterator[House]:
    before = os.umask(0o077)  # what a test changes by hand is as the service leaves it
    api_token = ana.with_scopes("works:read").token
    ana.upload(f"{work}/media/reference", samples / "video.mp4", "video")
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    ana.upload(f"{work}/media/scene/0/video", samples / "video.webm")
    answer = ana.upload(f"{work}/media/audio", samples / "audio.mp3", "audio")
    assert answer.status_code == 200, answer.text
    store: Store = app.extensions["services"].store
    project = work.rpartition("/works/")[0]
    asset = ana.upload(f"{project}/assets", samples / "image.png").json
    assert ana.get(f"{project}/assets/{asset['id']}/thumbnail").status_code == 200
    template = ana.post(f"{project}/templates", json={"name": "Any", "content": {}}).json
    home = store.root / work.removeprefix("/api/")
    token = next((store.root / "tokens").glob("tok_*"))
    user = store.root / "users" / ana.user["id"]
    of_project, project_id, work_id = home.parent.parent, home.parent.parent.name, home.name
    yield House(
        store.root,
        store,
        user,
        token,
        of_project,
        home,
        of_project / "assets" / asset["id"],
        of_project / "templates" / template["id"],
        new_job(store, store.work_jobs(project_id, work_id), user.name, "succeeded"),
        new_job(store, store.user_jobs(user.name), user.name, "succeeded"),
        work,
        api_token,
    )
    os.umask(before)

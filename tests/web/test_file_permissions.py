"""File permissions: stored data is readable by its owner only."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from export import job
from export.render.preparation import directory_of
from jobs.run import JobRun
from settings.config import Settings
from tests.applications import create_app
from tests.people import PASSWORD, Person


@pytest.fixture(autouse=True)
def _umask_zero():
    """A umask that removes no permissions, so that the service has to."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(directory: Path) -> dict[str, str]:
    """Return the modes of a directory and everything in it, by path."""
    return {
        str(path.relative_to(directory)): stat.filemode(path.stat().st_mode)
        for path in (directory, *directory.rglob("*"))
    }


def test_stored_files_are_readable_by_their_owner_only(settings, samples):
    client = create_app(settings).test_client()
    ana = Person.register(client, "ana@example.com")
    work = ana.new_work(ana.new_project())
    ana.put(work, json={"name": "Changed"})
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    ana.put(f"{work}/media/audio", data=(samples / "audio.mp3").read_bytes())
    ana.with_scopes("works:read").get("/api/auth/me")
    client.post("/api/auth/login", json={"email": "ana@example.com", "password": PASSWORD[1:]})

    stored = modes(settings.data_dir)

    assert set(stored.values()) == {"drwx------", "-rw-------"}
    files = {name.rpartition("/")[2] for name, mode in stored.items() if mode[0] == "-"}
    assert files >= {
        *("jwt-secret", "user.json", "token.json", "login.json", "project.json", "work.json"),
        *("scene-0-image.png", "audio.mp3", ".lock", ".changes"),
    }


def test_files_in_an_existing_data_directory_are_readable_by_their_owner_only(settings):
    settings.data_dir.mkdir(mode=0o755)
    ana = Person.register(create_app(settings).test_client(), "ana@example.com")
    ana.new_project()

    stored = modes(settings.data_dir)

    assert stored.pop(".") == "drwxr-xr-x"
    assert set(stored.values()) == {"drwx------", "-rw-------"}


def test_secret_is_random_and_generated_once(app, tmp_path):
    first = app.extensions["services"].settings.data_dir / "jwt-secret"
    before = first.read_bytes()
    create_app(app.extensions["services"].settings)
    other = Settings(data_dir=tmp_path / "other", fsync=False, log_level="ERROR")
    create_app(other)

    assert len(before) >= 32
    assert first.read_bytes() == before
    assert (other.data_dir / "jwt-secret").read_bytes() != before


def test_files_of_a_running_export_are_readable_by_their_owner_only(settings, samples, monkeypatch):
    ana = Person.register(create_app(settings).test_client(), "ana@example.com")
    work = ana.new_work(ana.new_project())
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    caption = {"start": 0, "end": 0.1, "text": "Hello"}
    track = [{"sceneIndex": 0, "start": 0, "end": 0.1}]
    state = {"editorData": {"videoTrack": track}, "captions": [caption]}
    ana.put(work, json={"editorState": state})
    working: dict[str, str] = {}
    store = job._store

    def note_and_store(run: JobRun, *arguments: Any) -> None:
        working.update(modes(directory_of(run)))
        store(run, *arguments)

    monkeypatch.setattr(job, "_store", note_and_store)

    options = {"width": 96, "height": 160, "captions": "track"}
    assert ana.post(f"{work}/export", json={"options": options}).status_code == 200

    assert len(working) > 5
    assert set(working.values()) == {"drwx------", "-rw-------"}

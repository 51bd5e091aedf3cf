"""What the service stores is readable by its owner alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from tests.applications import create_app
from tests.people import PASSWORD, Person


@pytest.fixture(autouse=True)
def _generous_umask() -> Iterator[None]:
    """A umask that takes nothing away, so that it is the service that does."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): stat.filemode(path.stat().st_mode)
        for path in (directory, *directory.rglob("*"))
    }


def test_secrets_documents_and_media_are_the_owners_alone(
    settings: Settings, samples: Path
) -> None:
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


def test_also_where_the_data_directory_was_there_before(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o755)
    ana = Person.register(create_app(settings).test_client(), "ana@example.com")
    ana.new_project()

    stored = modes(settings.data_dir)

    assert stored.pop(".") == "drwxr-xr-x"
    assert set(stored.values()) == {"drwx------", "-rw-------"}


def test_the_secret_is_made_once_and_at_random(app: Flask, tmp_path: Path) -> None:
    first = app.extensions["services"].settings.data_dir / "jwt-secret"
    before = first.read_bytes()
    create_app(app.extensions["services"].settings)
    other = Settings(data_dir=tmp_path / "other", fsync=False, log_level="ERROR")
    create_app(other)

    assert len(before) >= 32
    assert first.read_bytes() == before
    assert (other.data_dir / "jwt-secret").read_bytes() != before

"""What the tests of generation share: the service, pointed at the vendors of the tests."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from jobs import waiting
from storage.store import Store
from tests.applications import create_app
from tests.outbound.internet import PUBLIC, Internet
from tests.people import Person
from tests.vendors import Vendors
from tests.works.shapes import scene

Tell = Callable[..., str]


@pytest.fixture(scope="session")
def _running() -> Iterator[Vendors]:
    with Vendors.running() as vendors:
        yield vendors


@pytest.fixture
def vendors(_running: Vendors) -> Vendors:
    """The vendors, who run once for all of these tests, and remember nothing of the last one."""
    _running.reset()
    return _running


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests that wait look more often than they do for people."""
    monkeypatch.setattr(waiting, "_POLL_SECONDS", 0.02)


@pytest.fixture
def settings(settings: Settings, vendors: Vendors) -> Settings:
    """The service has a key for each vendor."""
    return replace(settings, **vendors.settings())


@pytest.fixture
def keyless(settings: Settings, vendors: Vendors) -> FlaskClient:
    """The same service without keys of its own; ana's token is good there, too."""
    without: dict[str, Any] = dict.fromkeys(
        vendors.settings().keys() - vendors.settings(keys=False).keys(), ""
    )
    return create_app(replace(settings, **without)).test_client()


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """The public internet, on this machine; shop.example is on it."""
    internet = Internet(monkeypatch)
    internet.name("shop.example", [PUBLIC])
    yield internet
    internet.close()


@pytest.fixture
def store(app: Flask) -> Store:
    """The data directory that the application has open."""
    opened: Store = app.extensions["services"].store
    return opened


@pytest.fixture
def tell(ana: Person, work: str) -> Tell:
    """Save fields of the work, and so many scenes; returns the work's path."""

    def tell(scenes: int = 0, **fields: Any) -> str:
        body = {"scenes": [scene(index) for index in range(scenes)], **fields}
        answer = ana.put(work, json=body)
        assert answer.status_code == 200, answer.text
        return work

    return tell


@pytest.fixture
def new_asset(ana: Person, project: str, samples: Path) -> Callable[..., str]:
    """Upload an asset, described if told so; returns its id."""

    def new_asset(sample: str = "image.png", description: str = "", name: str = "") -> str:
        form = {"description": description, "name": name}
        with (samples / sample).open("rb") as file:
            told = {key: value for key, value in form.items() if value}
            data = {"file": (file, sample), **told}
            answer = ana.post(f"{project}/assets", data=data, content_type="multipart/form-data")
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    return new_asset


@pytest.fixture
def picture_url(samples: Path) -> str:
    """A picture as a data URL."""
    return (
        "data:image/png;base64," + base64.b64encode((samples / "image.png").read_bytes()).decode()
    )

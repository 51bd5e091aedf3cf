"""A work of ana's with exports, and guests of its review links."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storage.clock import now_ms
from tests.export.stored import export_document, keep_export
from tests.people import Person

GUEST = "X-Guest-Token"
Json = dict[str, Any]
MakeExport = Callable[..., str]


@pytest.fixture
def usual_settings(usual_settings):
    """Settings with which webhooks may be sent to this machine."""
    return replace(usual_settings, intranet_hosts=("127.0.0.1",))


@pytest.fixture
def work(ana):
    """The path of a work."""
    return ana.new_work(ana.new_project(), name="Lamp")


@pytest.fixture
def make_export(store, work):
    """Store an export of the work, as if a job had made it; return its id."""
    _, _, _, project_id, _, work_id = work.split("/")
    made = 0

    def make(fps: float = 25, duration: float = 4, **more: Any) -> str:
        nonlocal made
        made += 1
        usual = {"id": f"export_{made}", "height": 36, "createdAt": now_ms() + made}
        fields = {**usual, "fps": fps, "duration": duration, "size": len(b"video"), **more}
        export = export_document((project_id, work_id), **fields)
        keep_export(store, export, b"video", b"poster")
        return f"export_{made}"

    return make


@pytest.fixture
def export(make_export):
    """The id of an export of 100 frames at 25 a second."""
    return make_export()


class ReviewLink:
    """A review link, and requests to it by somebody without an account."""

    def __init__(self, client: FlaskClient, made: Json) -> None:
        self.client = client
        self.made = made
        self.token = made["url"].rpartition("/")[2]
        self.path = f"/api/review/{self.token}"

    def send(self, method: str, path: str = "", guest: str = "", **kwargs: Any) -> TestResponse:
        """Send a request as a guest with this token, if any."""
        headers = {**({GUEST: guest} if guest else {}), **kwargs.pop("headers", {})}
        url = f"{self.path}{path}"
        return self.client.open(url, method=method, headers=headers, buffered=True, **kwargs)

    def show(self, path: str = "", guest: str = "") -> Any:
        """Return the JSON at a path."""
        answer = self.send("GET", path, guest)
        assert answer.status_code == 200, answer.text
        return answer.json

    def enter(self, name: str = "Gus", password: str | None = None, guest: str = "") -> str:
        """Say who the guest is; return the token."""
        body = {"name": name, **({"password": password} if password else {})}
        answer = self.send("POST", "/guest", guest, json=body)
        assert answer.status_code == 201, answer.text
        token: str = answer.json["guestToken"]
        return token

    def say(self, guest: str, text: str = "Brighter", **fields: Any) -> Json:
        """Make a comment as a guest; return it."""
        answer = self.send("POST", "/comments", guest, json={"frame": 0, "text": text, **fields})
        assert answer.status_code == 201, answer.text
        return cast(Json, answer.json)


@pytest.fixture
def share(client, ana, work):
    """Make a review link of the work with these fields."""

    def make(person: Person = ana, **fields: Any) -> ReviewLink:
        return ReviewLink(client, person.create(f"{work}/reviews", fields))

    return make


@pytest.fixture
def link(export, share):
    """A review link to the newest export."""
    return share()


Share = Callable[..., ReviewLink]

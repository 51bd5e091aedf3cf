"""Whatever is refused leaves nothing on the disk: 10,000 refused requests take less than 2 MB.

Each kind of request is refused by something else, as late as possible, and each request differs
from the others in all that could be noted of it: its key, its names, the address it comes from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.access.members import id_of, store_of
from tests.export.stored import export_document, keep_export
from tests.people import Person
from tests.sharing.reviews.conftest import ReviewLink

Json = dict[str, Any]
Send = Callable[[int], TestResponse]

BLOCK, INODE = 4096, 256
ALLOWED_MB = 2
FEW, FEW_BYTES = 60, 256_000  # if each left a file in a directory, they would take twice as much

TEXT = b"no media file"
UNREACHABLE = "http://127.0.0.1:9/lamp.png"

# A service in which nothing is paid for: there are neither keys nor the demo.
pytestmark = pytest.mark.settings(user_quota_mb=ALLOWED_MB, demo_provider="0")


@dataclass
class Refusals:
    """Sends requests of many kinds that are refused: as ana, as a guest of hers, as nobody."""

    ana: Person
    app: Flask

    def __post_init__(self) -> None:
        self.project = self.ana.new_project(name="A")
        self.work = self.ana.new_work(self.project, productDescription="A lamp")
        ids = id_of(self.project), id_of(self.work)
        export = export_document(ids, id="export_1", fps=25, duration=4, size=5, createdAt=1)
        keep_export(store_of(self.app), export, b"video", b"poster")
        reviews = f"{self.work}/reviews"
        client = self.app.test_client()
        self.review = ReviewLink(client, self.ana.create(reviews, {}))
        self.locked = ReviewLink(client, self.ana.create(reviews, {"password": "open sesame"}))
        token = {"name": "A", "scopes": ["projects:read"], "expiresInDays": 1}
        created = self.ana.create("/api/tokens", token)
        self.script = Person(client, created["token"], self.ana.user)

    def kinds(self) -> Mapping[str, Send]:
        """Return what sends the request of a number, by the kind."""
        work, project = self.work, self.project
        return {
            **self.with_keys(),
            **self.of_strangers(),
            "save": lambda n: self.ana.put(
                work, json={"name": f"{n}"}, headers={"If-Match": '"1"'}
            ),
            "media": lambda n: self._upload(f"{work}/media/scene/{n}/image", n),
            "fetched media": lambda n: self.ana.put(
                f"{work}/media/scene/{n}/image", json={"url": UNREACHABLE}
            ),
            "template of a work": lambda n: self.ana.post(
                f"{work}/apply-template", json={"templateId": f"tmpl_{n}"}
            ),
            "timeline": lambda n: self._post(f"{work}/timeline", {"operations": [{"op": f"{n}"}]}),
            "unknown work": lambda n: self._post(
                f"{project}/works/work_{n}/jobs", {"kind": "export"}
            ),
            "trash": lambda n: self._post(f"/api/trash/trash_{n}/restore", {}),
            "members": lambda n: self.ana.patch(
                f"{project}/members/user_{n}", json={"role": "viewer"}
            ),
            "handing over": lambda n: self._post(f"{project}/owner", {"userId": f"user_{n}"}),
            "provider key": lambda n: self.ana.put(f"/api/provider-keys/v{n}", json={"key": "x"}),
            "webhook": lambda n: self.ana.put("/api/webhook", json={"url": f"ftp://{n}/"}),
            "presence": lambda n: self.ana.put(
                f"{project}/works/work_{n}/presence/tab_{n}", json={}
            ),
            "password": lambda n: self._post(
                "/api/auth/password", {"current": f"{n}", "new": "correct horse battery"}
            ),
            "MCP": self._call_tool,
        }

    def with_keys(self) -> Mapping[str, Send]:
        """Return requests with an Idempotency-Key, which is noted before they are refused."""
        comment = {"frame": 10_000, "text": "Brighter"}
        days = {"name": "A", "scopes": ["projects:read"], "expiresInDays": 2}
        owner = {"email": self.ana.user["email"], "role": "viewer"}
        video = {"prompt": "A lamp", "assets": ["asset_unknown"]}
        found: dict[str, tuple[str, Json]] = {
            "link": ("/api/links", {"kind": "upload", "projectId": "proj_unknown"}),
            "comment": (f"{self.work}/comments", comment),
            "decision": (
                f"{self.work}/decisions",
                {"decision": "approved", "exportId": "export_2"},
            ),
            "review": (f"{self.work}/reviews", {"exportId": "export_2"}),
            "invitation": (f"{self.project}/members", owner),
            "fetched asset": (f"{self.project}/assets", {"url": UNREACHABLE}),
            "job": (f"{self.work}/jobs", {"kind": "scenario"}),
            "export": (f"{self.work}/jobs", {"kind": "export"}),
            "video": ("/api/videos", video),
            "image": ("/api/generate/image", {"prompt": "A lamp"}),
        }
        sent = {name: self._repeatable(url, body) for name, (url, body) in found.items()}
        return {
            **sent,
            "token": lambda n: self.script.post("/api/tokens", json=days, headers=_key(n)),
            "asset": lambda n: self._upload(f"{self.project}/assets", n),
        }

    def of_strangers(self) -> Mapping[str, Send]:
        """Return requests without a login, each from another address."""
        frame = {"frame": 10_000, "text": "x"}
        return {
            "login": lambda n: self._as_nobody(
                "/api/auth/login", {"email": f"{n}@example.com", "password": "wrong"}, n
            ),
            "registration": lambda n: self._as_nobody(
                "/api/auth/register",
                {"email": self.ana.user["email"], "password": "correct horse", "name": "A"},
                n,
            ),
            "refresh": lambda n: self._as_nobody("/api/auth/refresh", {"refreshToken": f"{n}"}, n),
            "link password": lambda n: self._as_nobody(
                f"{self.locked.path}/guest", {"name": "Gus", "password": f"{n}"}, n
            ),
            "guest": lambda n: self._as_nobody(
                f"{self.review.path}/comments",
                frame,
                n,
                {"X-Guest-Token": self.review.enter(), **_key(n)},
            ),
            "upload link": lambda n: self.app.test_client().put(f"/api/uploads/{n:022}", data=TEXT),
        }

    def _post(self, url: str, body: Json) -> TestResponse:
        return self.ana.post(url, json=body)

    def _repeatable(self, url: str, body: Json) -> Send:
        return lambda n: self.ana.post(url, json=body, headers=_key(n))

    def _upload(self, url: str, n: int) -> TestResponse:
        return self.ana.post(url, data=TEXT, headers=_key(n), content_type="image/png")

    def _as_nobody(
        self, url: str, body: Json, n: int, headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        address = {"REMOTE_ADDR": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"}
        client = self.app.test_client()
        return client.post(url, json=body, headers=headers, environ_base=address)

    def _call_tool(self, n: int) -> TestResponse:
        given = {"name": "generate", "arguments": {"work": f"{n}", "confirm": f"{n:024x}"}}
        message = {"jsonrpc": "2.0", "id": n, "method": "tools/call", "params": given}
        headers = {"Accept": "application/json, text/event-stream"}
        return self.ana.post("/mcp", json=message, headers=headers)


def _key(number: int) -> dict[str, str]:
    return {"Idempotency-Key": f"key-{number}"}


def send(refuse: Send, number: int) -> None:
    answer = refuse(number)
    assert answer.status_code >= 400 or answer.json["result"]["isError"], answer.text


def taken(root: Path) -> int:
    """Return the bytes that everything takes on the disk, with an inode each."""
    paths = [*root.rglob("*")]
    directories = sum(path.is_dir() for path in paths)  # without a block on a tmpfs
    blocks = sum(path.lstat().st_blocks for path in paths if not path.is_dir())
    return 512 * blocks + BLOCK * directories + INODE * len(paths)


@pytest.fixture
def refusals(ana, app):
    return Refusals(ana, app)


@pytest.mark.slow  # two thousand requests
def test_few_refused_requests_of_any_kind_take_no_space(refusals, settings):
    found = {}
    for kind, refuse in refusals.kinds().items():
        before = taken(settings.data_dir)
        for number in range(FEW):
            send(refuse, number)
        found[kind] = taken(settings.data_dir) - before

    assert {kind: size for kind, size in found.items() if size > FEW_BYTES} == {}


@pytest.mark.slow
@pytest.mark.thorough
def test_ten_thousand_refused_requests_take_less_than_two_megabytes(refusals, settings):
    """All kinds in turn; then each alone that is noted or counted before it is refused."""
    alone = {**refusals.with_keys(), **refusals.of_strangers()}.values()
    for of in (refusals.kinds().values(), *([kind] for kind in alone)):
        before = taken(settings.data_dir)
        for number, refuse in zip(range(10_000), cycle(of), strict=False):
            send(refuse, number)
        assert taken(settings.data_dir) - before <= ALLOWED_MB << 20

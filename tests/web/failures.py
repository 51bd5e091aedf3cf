"""Requests that fail, for all kinds of error responses."""

import errno
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from accounts.authentication import authenticate
from accounts.identity import Credential
from sharing.links import uploads
from storage.files.directories import Directory
from tests.applications import create_app
from tests.people import PASSWORD, Person
from web.context import Services

MB = 1 << 20


@dataclass
class FailureContext:
    """An application with low limits, and a user with a work."""

    app: Flask
    ana: Person
    project: str
    work: str
    samples: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def image(self) -> str:
        return f"{self.work}/media/scene/0/image"

    @property
    def data_dir(self) -> Path:
        path: Path = self.app.extensions["services"].settings.data_dir
        return path

    def file_of(self, url: str) -> Path:
        """Return the path of the document of a project or work."""
        path = self.data_dir / url.removeprefix("/api/")
        return path / ("work.json" if "/works/" in url else "project.json")

    def anonymous(self, method: str, url: str, **kwargs: Any) -> TestResponse:
        """Send a request without credentials."""
        return self.app.test_client().open(url, method=method, **kwargs)

    def log_in(self, password: str) -> TestResponse:
        body = {"email": "ana@example.com", "password": password}
        return self.anonymous("POST", "/api/auth/login", json=body)

    def save_failing_with(self, number: int) -> TestResponse:
        """Save a work while creating a file fails with this errno."""

        def fail(*_path: object) -> int:
            raise OSError(number, "refused", str(self.data_dir))

        self.monkeypatch.setattr(Directory, "create", fail)
        return self.ana.put(self.work, json={"name": "New"})


def register_while_closed(context: FailureContext) -> TestResponse:
    closed = create_app(replace(context.app.extensions["services"].settings, registration="closed"))
    account = {"email": "ben@example.com", "password": PASSWORD, "name": "Ben"}
    return closed.test_client().post("/api/auth/register", json=account)


def register_again(context: FailureContext) -> TestResponse:
    account = {"email": "ANA@example.com", "password": PASSWORD, "name": "A"}
    return context.anonymous("POST", "/api/auth/register", json=account)


def create_wider_token(context: FailureContext) -> TestResponse:
    body = {"name": "x", "scopes": ["works:write"]}
    return context.ana.with_scopes("works:read").post("/api/tokens", json=body)


def use_expired_link(context: FailureContext) -> TestResponse:
    services: Services = context.app.extensions["services"]
    identity = authenticate(services.store, services.signer, Credential(context.ana.token))
    link = uploads.make(services.store, identity, context.project.rpartition("/")[2], -1)
    return context.anonymous("PUT", link.path)


def save_with_stale_etag(context: FailureContext) -> TestResponse:
    etag = context.ana.get(context.work).headers["ETag"]
    context.ana.put(context.work, json={"name": "New"})
    return context.ana.put(context.work, json={"name": "Newer"}, headers={"If-Match": etag})


def log_in_after_five_failures(context: FailureContext) -> TestResponse:
    for _ in range(5):
        context.log_in("wrong")
    return context.log_in("wrong")


def save_damaged_work(context: FailureContext, contents: str) -> TestResponse:
    context.file_of(context.work).write_text(contents)
    return context.ana.put(context.work, json={"name": "New"})


def send_without_data_directory(context: FailureContext, method: str, url: str) -> TestResponse:
    shutil.rmtree(context.data_dir)
    return context.ana.request(method, url, json=None if method == "GET" else {})


def upload_svg(context: FailureContext, media_type: str) -> TestResponse:
    return context.ana.put(context.image, data=b"<svg onload='x()'/>", content_type=media_type)


Case = tuple[int, Callable[[FailureContext], TestResponse]]

CASES: dict[str, Case] = {
    "a body that is not JSON": (400, lambda c: c.ana.post("/api/projects", data="{name}")),
    "a body that is not UTF-8": (400, lambda c: c.ana.post("/api/projects", data=b"\xff\xfe")),
    "a body that is a list": (400, lambda c: c.ana.post("/api/projects", json=[{}])),
    "a body that is null": (400, lambda c: c.ana.post("/api/projects", data="null")),
    "an invalid field": (400, lambda c: c.ana.post("/api/projects", json={"name": 5})),
    "an invalid nested field": (400, lambda c: c.ana.put(c.work, json={"scenes": [{}, 1]})),
    "an id that differs from the URL": (400, lambda c: c.ana.put(c.work, json={"id": "work_0"})),
    "an invalid query parameter": (400, lambda c: c.ana.get(f"{c.project}/works?limit=many")),
    "an invalid scene index": (400, lambda c: c.ana.get(f"{c.work}/media/scene/x/image")),
    "an empty file": (400, lambda c: c.ana.put(c.image, data=b"", content_type="image/png")),
    "a multipart body without boundary": (
        400,
        lambda c: c.ana.post(c.image, content_type="multipart/form-data"),
    ),
    "no credentials": (401, lambda c: c.anonymous("GET", "/api/projects")),
    "a wrong password": (401, lambda c: c.log_in("wrong")),
    "a missing scope": (403, lambda c: c.ana.with_scopes("works:read").post("/api/projects")),
    "a token with more scopes than its creator": (403, create_wider_token),
    "closed registration": (403, register_while_closed),
    "an unknown route": (404, lambda c: c.anonymous("GET", "/api/nothing")),
    "an unknown route outside of /api": (404, lambda c: c.anonymous("GET", "/favicon.ico")),
    "an unknown project": (404, lambda c: c.ana.get("/api/projects/proj_0")),
    "an unknown work": (404, lambda c: c.ana.get(f"{c.project}/works/work_0")),
    "an empty media slot": (404, lambda c: c.ana.get(f"{c.work}/media/audio")),
    "a method that is not allowed": (405, lambda c: c.ana.delete("/api/projects")),
    "an unknown method": (405, lambda c: c.ana.request("BREW", "/api/projects")),
    "an email that is already registered": (409, register_again),
    "an expired link": (410, use_expired_link),
    "a stale ETag": (412, save_with_stale_etag),
    "a JSON body that is too large": (
        413,
        lambda c: c.ana.put(c.work, json={"productName": "x" * MB}),
    ),
    "a file that is too large": (
        413,
        lambda c: c.ana.put(c.image, data=b"x" * (MB + 1), content_type="image/png"),
    ),
    "an SVG file": (415, lambda c: upload_svg(c, "image/svg+xml")),
    "an SVG file declared as PNG": (415, lambda c: upload_svg(c, "image/png")),
    "an SVG file of undeclared type": (415, lambda c: upload_svg(c, "application/octet-stream")),
    "an unsatisfiable range": (
        416,
        lambda c: c.ana.get(c.image, headers={"Range": "bytes=999999-"}),
    ),
    "too many failed logins": (429, log_in_after_five_failures),
    "an unreadable document": (500, lambda c: save_damaged_work(c, "{")),
    "an unexpected error": (500, lambda c: save_damaged_work(c, "{}")),
    "readiness without the data directory": (
        503,
        lambda c: send_without_data_directory(c, "GET", "/api/health/ready"),
    ),
    "a read without the data directory": (
        503,
        lambda c: send_without_data_directory(c, "GET", c.work),
    ),
    "a new project without the data directory": (
        503,
        lambda c: send_without_data_directory(c, "POST", "/api/projects"),
    ),
    "a read-only disk": (503, lambda c: c.save_failing_with(errno.EROFS)),
    "a directory without write permission": (503, lambda c: c.save_failing_with(errno.EACCES)),
    "a file system that fails": (503, lambda c: c.save_failing_with(errno.EIO)),
    "a full disk": (507, lambda c: c.save_failing_with(errno.ENOSPC)),
    "an exceeded disk quota": (507, lambda c: c.save_failing_with(errno.EDQUOT)),
}

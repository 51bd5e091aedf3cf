"""Every way in which a request can fail, as a request that fails so."""

import errno
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.applications import create_app
from tests.people import PASSWORD, Person

MB = 1 << 20


@dataclass
class FailureContext:
    """A user with a work, on a service with low limits, and ways to break things."""

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
    def data(self) -> Path:
        data_dir: Path = self.app.extensions["services"].settings.data_dir
        return data_dir

    def file_of(self, url: str) -> Path:
        """The document of a project or work."""
        path = self.data / url.removeprefix("/api/")
        return path / ("work.json" if "/works/" in url else "project.json")

    def anonymous(self, method: str, url: str, **kwargs: Any) -> TestResponse:
        return self.app.test_client().open(url, method=method, **kwargs)

    def log_in(self, password: str) -> TestResponse:
        body = {"email": "ana@example.com", "password": password}
        return self.anonymous("POST", "/api/auth/login", json=body)

    def save_failing_with(self, number: int) -> TestResponse:
        """Save a work while the operating system refuses to make files."""

        def refuse(_path: str) -> int:
            raise OSError(number, "refused", str(self.data))

        self.monkeypatch.setattr("storage.files.create", refuse)
        return self.ana.put(self.work, json={"name": "New"})


def closed_registration(context: FailureContext) -> TestResponse:
    closed = create_app(replace(context.app.extensions["services"].settings, registration="closed"))
    account = {"email": "ben@example.com", "password": PASSWORD, "name": "Ben"}
    return closed.test_client().post("/api/auth/register", json=account)


def stale_save(context: FailureContext) -> TestResponse:
    etag = context.ana.get(context.work).headers["ETag"]
    context.ana.put(context.work, json={"name": "New"})
    return context.ana.put(context.work, json={"name": "Newer"}, headers={"If-Match": etag})


def sixth_login(context: FailureContext) -> TestResponse:
    for _ in range(5):
        context.log_in("wrong")
    return context.log_in("wrong")


def damaged(context: FailureContext, contents: str) -> TestResponse:
    context.file_of(context.work).write_text(contents)
    return context.ana.put(context.work, json={"name": "New"})


def without_data(context: FailureContext) -> TestResponse:
    shutil.rmtree(context.data)
    return context.anonymous("GET", "/api/health/ready")


def ranged(context: FailureContext) -> TestResponse:
    return context.ana.get(context.image, headers={"Range": "bytes=999999-"})


def disguised(context: FailureContext, kind: str) -> TestResponse:
    return context.ana.put(context.image, data=b"<svg onload='x()'/>", content_type=kind)


Case = tuple[int, Callable[[FailureContext], TestResponse]]

CASES: dict[str, Case] = {
    "a body that is not JSON": (400, lambda w: w.ana.post("/api/projects", data="{name}")),
    "a body that is not text": (400, lambda w: w.ana.post("/api/projects", data=b"\xff\xfe")),
    "a body that is a list": (400, lambda w: w.ana.post("/api/projects", json=[{}])),
    "a body that is null": (400, lambda w: w.ana.post("/api/projects", data="null")),
    "a wrong field": (400, lambda w: w.ana.post("/api/projects", json={"name": 5})),
    "a wrong field deep inside": (400, lambda w: w.ana.put(w.work, json={"scenes": [{}, 1]})),
    "another id": (400, lambda w: w.ana.put(w.work, json={"id": "work_0"})),
    "a wrong query": (400, lambda w: w.ana.get(f"{w.project}/works?limit=many")),
    "a wrong index": (400, lambda w: w.ana.get(f"{w.work}/media/scene/x/image")),
    "no file": (400, lambda w: w.ana.put(w.image, data=b"", content_type="image/png")),
    "no boundary": (400, lambda w: w.ana.post(w.image, content_type="multipart/form-data")),
    "no credentials": (401, lambda w: w.anonymous("GET", "/api/projects")),
    "a wrong password": (401, lambda w: w.log_in("wrong")),
    "a missing scope": (403, lambda w: w.ana.with_scopes("works:read").post("/api/projects")),
    "a wider token": (
        403,
        lambda w: w.ana.with_scopes("works:read").post(
            "/api/tokens", json={"name": "x", "scopes": ["works:write"]}
        ),
    ),
    "closed registration": (403, closed_registration),
    "an unknown route": (404, lambda w: w.anonymous("GET", "/api/nothing")),
    "an unknown route outside of the API": (404, lambda w: w.anonymous("GET", "/favicon.ico")),
    "an unknown project": (404, lambda w: w.ana.get("/api/projects/proj_0")),
    "an unknown work": (404, lambda w: w.ana.get(f"{w.project}/works/work_0")),
    "an empty slot": (404, lambda w: w.ana.get(f"{w.work}/media/audio")),
    "a method that is not there": (405, lambda w: w.ana.delete("/api/projects")),
    "a method that nobody knows": (405, lambda w: w.ana.request("BREW", "/api/projects")),
    "an e-mail that is taken": (
        409,
        lambda w: w.anonymous(
            "POST",
            "/api/auth/register",
            json={"email": "ANA@example.com", "password": PASSWORD, "name": "A"},
        ),
    ),
    "a work that has changed": (412, stale_save),
    "a JSON body that is too large": (
        413,
        lambda w: w.ana.put(w.work, json={"productName": "x" * MB}),
    ),
    "a file that is too large": (
        413,
        lambda w: w.ana.put(w.image, data=b"x" * (MB + 1), content_type="image/png"),
    ),
    "an SVG": (415, lambda w: disguised(w, "image/svg+xml")),
    "an SVG in disguise": (415, lambda w: disguised(w, "image/png")),
    "an SVG of no told type": (415, lambda w: disguised(w, "application/octet-stream")),
    "a range that is not there": (416, ranged),
    "too many failed logins": (429, sixth_login),
    "a document that nobody can read": (500, lambda w: damaged(w, "{")),
    "something unexpected": (500, lambda w: damaged(w, "{}")),
    "a data directory that is gone": (503, without_data),
    "a disk that is read-only": (503, lambda w: w.save_failing_with(errno.EROFS)),
    "a directory of someone else's": (503, lambda w: w.save_failing_with(errno.EACCES)),
    "a full disk": (507, lambda w: w.save_failing_with(errno.ENOSPC)),
    "a quota used up": (507, lambda w: w.save_failing_with(errno.EDQUOT)),
}

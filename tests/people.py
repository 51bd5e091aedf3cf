"""Users in tests: each sends requests with a token through Flask's test client."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from accounts import users
from web.context import Services

PASSWORD = "correct horse battery"


@cache
def quick_hash(password: str) -> str:
    """Return a hash that takes a hundredth of the time that the product's hashes take."""
    return generate_password_hash(password, method="scrypt:256:8:1")


def hash_quickly() -> None:
    """Let this process hash new passwords in little time."""
    for name in ("web.api.accounts", "commands.users", "web.api.review_links"):
        module = import_module(name)
        assert hasattr(module, "generate_password_hash")
        vars(module)["generate_password_hash"] = quick_hash


class Person:
    """A user and a token, which is sent with every request."""

    def __init__(self, client: FlaskClient, token: str, user: dict[str, Any]) -> None:
        self.client = client
        self.token = token
        self.user = user

    @classmethod
    def register(cls, client: FlaskClient, email: str) -> "Person":
        """Create an account, in a quarter of the time that a request takes; return its user."""
        services: Services = client.application.extensions["services"]
        name = email.partition("@")[0]
        account = users.register(services.store, email, quick_hash(PASSWORD), name)
        session = users.start_session(services.store, account)
        token, _ = services.signer.sign("access", account["id"], session=session)
        return cls(client, token, users.to_public(account))

    def with_scopes(self, *scopes: str) -> "Person":
        """Return the same user with a new API token that has these scopes."""
        created = self.create("/api/tokens", {"name": "test", "scopes": list(scopes)})
        return Person(self.client, created["token"], self.user)

    def new_project(self, **fields: Any) -> str:
        """Create a project and return its path."""
        return f"/api/projects/{self.create('/api/projects', fields)['id']}"

    def new_work(self, project: str, **fields: Any) -> str:
        """Create a work in the project at this path and return the work's path."""
        return f"{project}/works/{self.create(f'{project}/works', fields)['id']}"

    def upload(
        self, url: str, file: Path, part: str = "file", media_type: str | None = None
    ) -> TestResponse:
        """Upload a file as a part of a multipart body."""
        with file.open("rb") as stream:
            value = (stream, file.name, media_type) if media_type else (stream, file.name)
            return self.post(url, data={part: value}, content_type="multipart/form-data")

    def request(self, method: str, url: str, **kwargs: Any) -> TestResponse:
        """Send a request with the token; the response is read to its end, which closes files."""
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        return self.client.open(url, method=method, headers=headers, buffered=True, **kwargs)

    def get(self, url: str, **kwargs: Any) -> TestResponse:
        return self.request("GET", url, **kwargs)

    def show(self, url: str) -> Any:
        """Return the JSON at this URL."""
        answer = self.get(url)
        assert answer.status_code == 200, answer.text
        return answer.json

    def create(self, url: str, body: Any) -> Any:
        """POST a new document; return it."""
        answer = self.post(url, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json

    def save(self, url: str, body: Any) -> Any:
        """PUT a document; return it."""
        answer = self.put(url, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json

    def order(self, url: str, body: Any, headers: Mapping[str, str]) -> str:
        """POST what starts a job; return the job's path."""
        answer = self.post(url, json=body, headers=headers)
        assert answer.status_code == 202, answer.text
        return answer.headers["Location"]

    def post(self, url: str, **kwargs: Any) -> TestResponse:
        return self.request("POST", url, **kwargs)

    def put(self, url: str, **kwargs: Any) -> TestResponse:
        return self.request("PUT", url, **kwargs)

    def patch(self, url: str, **kwargs: Any) -> TestResponse:
        return self.request("PATCH", url, **kwargs)

    def delete(self, url: str, **kwargs: Any) -> TestResponse:
        return self.request("DELETE", url, **kwargs)


def fill_quota(person: Person, work: str) -> None:
    """Store files in a work until none of 4 KB has room in the quota of its owner, of 1 MB."""
    for number, kilobytes in enumerate((512, 256, 128, 64, 32, 16, 8, 4, 4)):
        video = b"RIFF\0\0\0\0AVI LIST".ljust(kilobytes << 10, b"\0")
        url = f"{work}/media/scene/{number}/video"
        answer = person.put(url, data=video, content_type="video/x-msvideo")
        assert answer.status_code in {200, 507}, answer.text

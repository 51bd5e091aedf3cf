"""Requests that several tests of accounts send."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import PASSWORD, Person

TOKENS = "/api/tokens"


def log_in(
    client: FlaskClient,
    password: str = PASSWORD,
    email: str = "ana@example.com",
    address: str = "127.0.0.1",
    **headers: str,
) -> TestResponse:
    """Log in from an IP address."""
    return client.post(
        "/api/auth/login",
        json={"email": email, "password": password},
        environ_base={"REMOTE_ADDR": address},
        headers=headers,
    )


def create_token(person: Person, *scopes: str, **fields: Any) -> Any:
    """Create an API token; return it with its metadata."""
    return person.create(TOKENS, {"name": "script", "scopes": list(scopes), **fields})


def token_ids(person: Person) -> set[str]:
    return {meta["id"] for meta in person.get(TOKENS).json}

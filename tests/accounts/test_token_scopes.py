"""An API token can never manage tokens that are wider than itself."""

from typing import Any

from flask.testing import FlaskClient

from schemas.accounts import SCOPES
from tests.people import Person

URL = "/api/tokens"


def make(person: Person, *scopes: str) -> Any:
    """Make a token; returns its meta."""
    answer = person.post(URL, json={"name": "script", "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    return answer.json["meta"]


def ids(person: Person) -> set[str]:
    return {meta["id"] for meta in person.get(URL).json}


def test_cannot_make_a_wider_one(ana: Person) -> None:
    script = ana.with_scopes("works:read", "projects:read")

    answer = script.post(URL, json={"name": "wider", "scopes": ["works:read", "works:write"]})

    assert answer.status_code == 403
    assert answer.json == {
        "error": "Insufficient permissions",
        "required": ["works:read", "works:write"],
        "granted": ["projects:read", "works:read"],
    }
    assert len(ids(ana)) == 1


def test_can_make_one_that_is_as_wide_or_narrower(ana: Person) -> None:
    script = ana.with_scopes("works:read", "projects:read")

    assert make(script, "works:read", "projects:read")["scopes"] == [
        "projects:read",
        "works:read",
    ]
    assert make(script, "works:read")["scopes"] == ["works:read"]


def test_sees_none_that_is_wider(ana: Person) -> None:
    script = ana.with_scopes("works:read", "projects:read")
    narrower = make(ana, "works:read")
    make(ana, "works:write")
    make(ana, *SCOPES)

    assert {meta["name"] for meta in script.get(URL).json} == {"test", "script"}
    assert [meta for meta in script.get(URL).json if meta["name"] == "script"] == [narrower]


def test_cannot_revoke_a_wider_one(ana: Person) -> None:
    script = ana.with_scopes("works:read")
    wider = make(ana, "works:read", "works:write")["id"]

    answer = script.delete(f"{URL}/{wider}")

    assert answer.status_code == 403
    assert answer.json["granted"] == ["works:read"]
    assert wider in ids(ana)


def test_gives_no_session(client: FlaskClient, ana: Person) -> None:
    """A session would have all scopes."""
    token = ana.with_scopes("works:read").token

    answer = client.post("/api/auth/refresh", json={"refreshToken": token})

    assert answer.status_code == 401

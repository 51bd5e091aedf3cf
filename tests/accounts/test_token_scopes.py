"""An API token cannot manage tokens with more scopes than its own."""

from flask.testing import FlaskClient

from schemas.accounts import SCOPES
from tests.accounts.requests import TOKENS, create_token, token_ids
from tests.people import Person


def test_token_cannot_create_a_token_with_more_scopes(ana: Person) -> None:
    script = ana.with_scopes("works:read", "projects:read")

    response = script.post(TOKENS, json={"name": "wider", "scopes": ["works:read", "works:write"]})

    assert response.status_code == 403
    assert response.json == {
        "error": "Insufficient permissions",
        "required": ["works:read", "works:write"],
        "granted": ["projects:read", "works:read"],
    }
    assert len(token_ids(ana)) == 1


def test_token_can_create_a_token_with_the_same_or_fewer_scopes(ana: Person) -> None:
    script = ana.with_scopes("works:read", "projects:read")

    assert create_token(script, "works:read", "projects:read")["meta"]["scopes"] == [
        "projects:read",
        "works:read",
    ]
    assert create_token(script, "works:read")["meta"]["scopes"] == ["works:read"]


def test_token_lists_no_tokens_with_more_scopes(ana: Person) -> None:
    script = ana.with_scopes("works:read", "projects:read")
    narrower = create_token(ana, "works:read")["meta"]
    create_token(ana, "works:write")
    create_token(ana, *SCOPES)

    assert {meta["name"] for meta in script.get(TOKENS).json} == {"test", "script"}
    assert [meta for meta in script.get(TOKENS).json if meta["name"] == "script"] == [narrower]


def test_token_cannot_revoke_a_token_with_more_scopes(ana: Person) -> None:
    script = ana.with_scopes("works:read")
    wider = create_token(ana, "works:read", "works:write")["meta"]["id"]

    response = script.delete(f"{TOKENS}/{wider}")

    assert response.status_code == 403
    assert response.json["granted"] == ["works:read"]
    assert wider in token_ids(ana)


def test_api_token_is_not_accepted_as_refresh_token(client: FlaskClient, ana: Person) -> None:
    """A session would have all scopes."""
    token = ana.with_scopes("works:read").token

    response = client.post("/api/auth/refresh", json={"refreshToken": token})

    assert response.status_code == 401

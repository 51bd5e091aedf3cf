"""What an API token can do with others: none gets more scopes or lives longer than its creator."""

import pytest

from schemas.accounts import SCOPES
from storage.clock import DAY_MS
from tests.accounts.requests import TOKENS, create_token, token_ids
from tests.people import Person


def test_token_cannot_create_a_token_with_more_scopes(ana):
    script = ana.with_scopes("works:read", "projects:read")

    response = script.post(TOKENS, json={"name": "wider", "scopes": ["works:read", "works:write"]})

    assert response.status_code == 403
    assert response.json == {
        "error": "Insufficient permissions",
        "code": "missing_scope",
        "required": ["works:read", "works:write"],
        "granted": ["projects:read", "works:read"],
    }
    assert len(token_ids(ana)) == 1


def test_token_can_create_a_token_with_the_same_or_fewer_scopes(ana):
    script = ana.with_scopes("works:read", "projects:read")

    assert create_token(script, "works:read", "projects:read")["meta"]["scopes"] == [
        "projects:read",
        "works:read",
    ]
    assert create_token(script, "works:read")["meta"]["scopes"] == ["works:read"]


def test_token_lists_no_tokens_with_more_scopes(ana):
    script = ana.with_scopes("works:read", "projects:read")
    narrower = create_token(ana, "works:read")["meta"]
    create_token(ana, "works:write")
    create_token(ana, *SCOPES)

    assert {meta["name"] for meta in script.get(TOKENS).json} == {"test", "script"}
    assert [meta for meta in script.get(TOKENS).json if meta["name"] == "script"] == [narrower]


def test_token_cannot_revoke_a_token_with_more_scopes(ana):
    script = ana.with_scopes("works:read")
    wider = create_token(ana, "works:read", "works:write")["meta"]["id"]

    response = script.delete(f"{TOKENS}/{wider}")

    assert response.status_code == 403
    assert response.json["granted"] == ["works:read"]
    assert wider in token_ids(ana)


def test_api_token_is_not_accepted_as_refresh_token(client, ana):
    """A session would have all scopes."""
    token = ana.with_scopes("works:read").token

    response = client.post("/api/auth/refresh", json={"refreshToken": token})

    assert response.status_code == 401


def test_token_cannot_create_a_token_that_lives_longer(ana):
    script = script_for_days(ana, 2)

    response = script.post(TOKENS, json={"name": "x", "scopes": ["works:read"], "expiresInDays": 3})

    assert response.status_code == 403
    assert response.json["error"] == "A token cannot create one that lives longer"
    assert response.json["details"] == {"expiresInDays": "Must be at most 2, or be left out."}
    assert len(token_ids(ana)) == 1


@pytest.mark.parametrize("fields", [{}, {"expiresInDays": None}])
def test_token_without_expiry_expires_with_the_one_that_created_it(ana, fields):
    script = script_for_days(ana, 2)

    expiry = create_token(script, "works:read", **fields)["meta"]["expiresAt"]

    assert expiry == ana.get(TOKENS).json[-1]["expiresAt"] is not None


def test_token_can_create_a_token_that_expires_earlier(ana):
    meta = create_token(script_for_days(ana, 2), "works:read", expiresInDays=1)["meta"]

    assert meta["expiresAt"] == meta["createdAt"] + DAY_MS


def test_revoking_a_token_revokes_all_that_were_created_with_it(ana):
    created = create_token(ana, "works:read")
    child = Person(ana.client, created["token"], ana.user).with_scopes("works:read")
    grandchild = child.with_scopes("works:read")
    other = create_token(ana, "works:read")["meta"]["id"]

    assert ana.delete(f"{TOKENS}/{created['meta']['id']}").status_code == 204

    assert token_ids(ana) == {other}
    assert grandchild.get("/api/auth/me").status_code == 401


def test_token_is_revoked_with_its_creator_even_if_the_process_dies_in_between(app, ana):
    created = create_token(ana, "works:read")
    child = Person(ana.client, created["token"], ana.user).with_scopes("works:read")

    app.extensions["services"].store.tokens.delete(created["meta"]["id"])

    assert child.get("/api/auth/me").status_code == 401


def test_tokens_can_be_nested_eight_levels_deep(ana):
    script = ana.with_scopes("works:read")
    for _ in range(8):
        script = script.with_scopes("works:read")

    response = script.post(TOKENS, json={"name": "x", "scopes": ["works:read"]})

    assert response.status_code == 403
    assert "8 levels deep" in response.json["details"]


def script_for_days(person: Person, days: float) -> Person:
    """Return the user with an API token that expires after some days."""
    token = create_token(person, "works:read", expiresInDays=days)["token"]
    return Person(person.client, token, person.user)

"""API tokens: creating, listing, using and revoking them."""

import hashlib
import re
import time
from functools import partial
from typing import Any

import pytest

from accounts import tokens
from schemas.accounts import SCOPES
from storage.clock import DAY_MS, now_ms
from storage.errors import DiskFullError, UnwritableError
from storage.store import Store
from tests.accounts.requests import TOKENS, create_token, token_ids
from tests.held_locks import held
from tests.people import Person
from tests.simultaneous import at_once


def test_created_token_is_returned_with_its_metadata(ana):
    created = create_token(ana, "works:write", "works:read")

    assert set(created) == {"token", "meta"}
    assert re.fullmatch("vg_[A-Za-z0-9_-]{43}", created["token"])
    meta = created["meta"]
    assert abs(meta.pop("createdAt") - 1000 * time.time()) < 60_000
    assert meta == {
        "id": meta["id"],
        "name": "script",
        "tokenPrefix": created["token"][:11],
        "scopes": ["works:read", "works:write"],
        "lastUsedAt": None,
        "expiresAt": None,
    }


def test_list_contains_metadata_of_own_tokens_newest_first(ana, ben):
    first = create_token(ana, "works:read")
    time.sleep(0.002)  # timestamps are milliseconds
    second = create_token(ana, "works:write", expiresInDays=2)
    create_token(ben, "works:read")

    response = ana.get(TOKENS)

    assert response.json == [second["meta"], first["meta"]]
    assert first["token"] not in response.text


def test_new_user_has_no_tokens(ana):
    assert ana.get(TOKENS).json == []


def test_only_a_hash_of_the_token_is_stored(app, ana):
    created = create_token(ana, "works:read")
    token, digest = created["token"], hashlib.sha256(created["token"].encode()).hexdigest()

    data = app.extensions["services"].settings.data_dir
    texts = {file.name: file.read_text() for file in data.rglob("*") if file.is_file()}

    assert digest in texts["token.json"]
    assert not [name for name, text in texts.items() if token in text or token[12:] in text]


def test_token_authenticates_its_user(ana):
    assert ana.with_scopes("works:read").get("/api/auth/me").json == ana.user


def test_using_a_token_sets_last_used_at(ana):
    script = ana.with_scopes("projects:read")

    script.get("/api/projects")

    response = ana.get(TOKENS)
    assert response.json[0]["createdAt"] <= response.json[0]["lastUsedAt"] <= 1000 * time.time()


def test_using_a_token_twice_within_a_minute_writes_once(app, ana):
    script = ana.with_scopes("projects:read")
    script.get("/api/projects")
    [file] = (app.extensions["services"].settings.data_dir / "tokens").glob("*/token.json")
    before = file.stat()

    script.get("/api/projects")

    assert file.stat().st_ino == before.st_ino


@pytest.mark.parametrize("failure", [DiskFullError, UnwritableError])
def test_token_reads_although_the_disk_is_not_writable(app, ana, failure, monkeypatch):
    script = ana.with_scopes("projects:read")

    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(app.extensions["services"].store.disk, "replace", fail)

    assert script.get("/api/projects").status_code == 200


@pytest.mark.parametrize(
    ("fields", "days"), [({}, None), ({"expiresInDays": None}, None), ({"expiresInDays": 30}, 30)]
)
def test_token_expires_after_the_given_days(ana, fields, days):
    meta = create_token(ana, "works:read", **fields)["meta"]

    assert meta["expiresAt"] == (days and meta["createdAt"] + days * 86_400_000)


def test_expired_token_returns_401(ana, monkeypatch):
    created = create_token(ana, "projects:read", expiresInDays=0.5)
    script = Person(ana.client, created["token"], ana.user)
    assert script.get("/api/projects").status_code == 200

    monkeypatch.setattr("accounts.tokens.now_ms", lambda: now_ms() + DAY_MS // 2)

    response = script.get("/api/projects")
    assert response.status_code == 401
    assert response.json == {"error": "Token has expired", "code": "token_expired"}


def test_revoked_token_returns_401(ana):
    created = create_token(ana, "projects:read")
    script = Person(ana.client, created["token"], ana.user)
    assert script.get("/api/projects").status_code == 200

    response = ana.delete(f"{TOKENS}/{created['meta']['id']}")

    assert (response.status_code, response.data) == (204, b"")
    assert script.get("/api/projects").status_code == 401
    assert ana.get(TOKENS).json == []
    assert ana.delete(f"{TOKENS}/{created['meta']['id']}").status_code == 404


def test_token_can_revoke_itself(ana):
    created = create_token(ana, "projects:read")
    script = Person(ana.client, created["token"], ana.user)

    assert script.delete(f"{TOKENS}/{created['meta']['id']}").status_code == 204
    assert script.get("/api/projects").status_code == 401


@pytest.mark.tuning(request_lock=0.1)
def test_token_is_revoked_although_one_that_it_created_is_locked(app, ana):
    created = create_token(ana, "works:read")
    script = Person(ana.client, created["token"], ana.user)
    dependent = create_token(script, "works:read")
    root = app.extensions["services"].store.root

    with held(root / "tokens" / dependent["meta"]["id"] / ".lock"):
        assert ana.delete(f"{TOKENS}/{created['meta']['id']}").status_code == 204

    assert Person(ana.client, dependent["token"], ana.user).get(TOKENS).status_code == 401


def test_revoking_another_users_token_returns_404(ana, ben):
    token_id = create_token(ana, "works:read")["meta"]["id"]

    assert ben.delete(f"{TOKENS}/{token_id}").status_code == 404
    assert token_ids(ana) == {token_id}


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: token + "x"])
def test_token_with_a_missing_or_extra_character_returns_401(ana, change):
    token = change(create_token(ana, "projects:read")["token"])

    assert Person(ana.client, token, ana.user).get("/api/projects").status_code == 401


def test_token_of_which_only_the_id_matches_returns_401(app, ana):
    """The id is the beginning of the hash; all of the hash has to match."""
    created = create_token(ana, "projects:read")
    app.extensions["services"].store.tokens.change(
        created["meta"]["id"], lambda document: document.update(hash=document["hash"][:-1] + "?")
    )

    script = Person(ana.client, created["token"], ana.user)

    assert script.get("/api/projects").status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", None),
        ("scopes", []),
        ("scopes", ["works:read", "works:erase"]),
        ("scopes", ["WORKS:READ"]),
        ("scopes", "works:read"),
        ("scopes", None),
        ("expiresInDays", 0),
        ("expiresInDays", -1),
        ("expiresInDays", "30"),
        ("expiresInDays", True),
        ("expiresInDays", 1e300),
    ],
)
def test_creating_a_token_with_an_invalid_field_returns_400(ana, field, value):
    body = {"name": "script", "scopes": ["works:read"], field: value}

    response = ana.post(TOKENS, json=body)

    assert response.status_code == 400
    assert [path.partition(".")[0] for path in response.json["details"]] == [field]
    assert ana.get(TOKENS).json == []


@pytest.mark.parametrize("field", ["expiresAt", "expires_in_days", "ExpiresIn", "ttl"])
def test_other_field_for_the_expiry_returns_400_and_names_the_right_one(ana, field):
    """If it were ignored, the token would never expire."""
    body = {"name": "script", "scopes": ["works:read"], field: 1_800_000_000_000}

    response = ana.post(TOKENS, json=body)

    assert response.status_code == 400
    assert response.json["details"] == {field: "Unknown field; use expiresInDays."}
    assert ana.get(TOKENS).json == []


@pytest.mark.parametrize("extra", [{"id": "tok_0"}, {"expiresAt": None}, {"lastUsedAt": 0}])
def test_unknown_fields_that_change_nothing_are_ignored(ana, extra):
    assert create_token(ana, "works:read", **extra)["meta"]["expiresAt"] is None


def test_token_can_have_the_longest_name_and_all_scopes(ana):
    created = create_token(ana, *SCOPES, *SCOPES, name="x" * 100)

    assert created["meta"]["scopes"] == sorted(SCOPES)


class TestUserWithAsManyTokensAsAUserMayHave:
    @pytest.fixture(autouse=True)
    def store(self, app, ana):
        """The store, in which ana has them: one expires in a day."""
        store: Store = app.extensions["services"].store
        for number in range(tokens.MAX_TOKENS):
            days = 1.0 if number == 7 else None
            tokens.create(store, ana.user["id"], f"token {number}", ["works:read"], days)
        return store

    def test_another_one_returns_409(self, ana):
        answer = ana.post(TOKENS, json={"name": "one more", "scopes": ["works:read"]})

        assert (answer.status_code, answer.json["error"]) == (409, "Too many API tokens")
        assert answer.json["details"].startswith("A user may have 100:")

    def test_of_simultaneous_requests_one_gets_the_place_of_a_deleted_token(self, ana, app):
        ana.delete(f"{TOKENS}/{token_ids(ana).pop()}")
        body = {"name": "one more", "scopes": ["works:read"]}
        others = [Person(app.test_client(), ana.token, ana.user) for _ in range(4)]

        answers = at_once([partial(each.post, TOKENS, json=body) for each in others])

        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]

    def test_expired_one_is_deleted_for_another(self, ana, monkeypatch):
        monkeypatch.setattr(tokens, "now_ms", lambda: now_ms() + 2 * DAY_MS)

        assert create_token(ana, "works:read")
        assert len(token_ids(ana)) == 100
        assert "token 7" not in {meta["name"] for meta in ana.get(TOKENS).json}

    def test_other_users_can_create_tokens(self, ben):
        assert create_token(ben, "works:read")

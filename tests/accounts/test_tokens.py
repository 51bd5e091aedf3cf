"""API tokens: made, listed, used and revoked."""

import hashlib
import re
import time
from typing import Any

import pytest
from flask import Flask

from schemas.accounts import SCOPES
from storage.errors import DiskFullError, UnwritableError
from tests.people import Person

URL = "/api/tokens"


def make(person: Person, *scopes: str, **fields: Any) -> Any:
    answer = person.post(URL, json={"name": "script", "scopes": list(scopes), **fields})
    assert answer.status_code == 201, answer.text
    return answer.json


def ids(person: Person) -> set[str]:
    return {meta["id"] for meta in person.get(URL).json}


def test_is_shown_once_with_its_meta(ana: Person) -> None:
    made = make(ana, "works:write", "works:read")

    assert set(made) == {"token", "meta"}
    assert re.fullmatch("vg_[A-Za-z0-9_-]{43}", made["token"])
    meta = made["meta"]
    assert abs(meta.pop("createdAt") - 1000 * time.time()) < 5000
    assert meta == {
        "id": meta["id"],
        "name": "script",
        "tokenPrefix": made["token"][:11],
        "scopes": ["works:read", "works:write"],
        "lastUsedAt": None,
        "expiresAt": None,
    }


def test_are_listed_newest_first_without_the_tokens_themselves(ana: Person, ben: Person) -> None:
    first = make(ana, "works:read")
    time.sleep(0.002)  # timestamps are milliseconds
    second = make(ana, "works:write", expiresInDays=2)
    make(ben, "works:read")

    answer = ana.get(URL)

    assert answer.json == [second["meta"], first["meta"]]
    assert first["token"] not in answer.text


def test_nobody_has_any_at_first(ana: Person) -> None:
    assert ana.get(URL).json == []


def test_only_a_hash_is_stored(app: Flask, ana: Person) -> None:
    made = make(ana, "works:read")
    token, digest = made["token"], hashlib.sha256(made["token"].encode()).hexdigest()

    data = app.extensions["services"].settings.data_dir
    texts = {file.name: file.read_text() for file in data.rglob("*") if file.is_file()}

    assert digest in texts["token.json"]
    assert not [name for name, text in texts.items() if token in text or token[12:] in text]


def test_acts_for_its_user(ana: Person) -> None:
    assert ana.with_scopes("works:read").get("/api/auth/me").json == ana.user


def test_the_last_use_is_noted(ana: Person) -> None:
    script = ana.with_scopes("projects:read")

    script.get("/api/projects")

    answer = ana.get(URL)
    assert answer.json[0]["createdAt"] <= answer.json[0]["lastUsedAt"] <= 1000 * time.time()


def test_using_it_again_soon_writes_nothing(app: Flask, ana: Person) -> None:
    script = ana.with_scopes("projects:read")
    script.get("/api/projects")
    [file] = (app.extensions["services"].settings.data_dir / "tokens").glob("*/token.json")
    before = file.stat()

    script.get("/api/projects")

    assert file.stat().st_ino == before.st_ino


@pytest.mark.parametrize("failure", [DiskFullError, UnwritableError])
def test_can_read_also_where_nothing_can_be_written(
    app: Flask, ana: Person, failure: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = ana.with_scopes("projects:read")

    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(app.extensions["services"].store.disk, "replace", fail)

    assert script.get("/api/projects").status_code == 200


@pytest.mark.parametrize(
    ("given", "days"), [({}, None), ({"expiresInDays": None}, None), ({"expiresInDays": 30}, 30)]
)
def test_expire_when_told_to(ana: Person, given: Any, days: int | None) -> None:
    meta = make(ana, "works:read", **given)["meta"]

    assert meta["expiresAt"] == (days and meta["createdAt"] + days * 86_400_000)


def test_is_401_once_it_has_expired(ana: Person) -> None:
    made = make(ana, "projects:read", expiresInDays=0.5 / 86_400)
    script = Person(ana.client, made["token"], ana.user)
    assert script.get("/api/projects").status_code == 200

    time.sleep(0.6)

    answer = script.get("/api/projects")
    assert answer.status_code == 401
    assert answer.json == {"error": "Token has expired"}


def test_is_401_once_it_is_revoked(ana: Person) -> None:
    made = make(ana, "projects:read")
    script = Person(ana.client, made["token"], ana.user)
    assert script.get("/api/projects").status_code == 200

    answer = ana.delete(f"{URL}/{made['meta']['id']}")

    assert (answer.status_code, answer.data) == (204, b"")
    assert script.get("/api/projects").status_code == 401
    assert ana.get(URL).json == []
    assert ana.delete(f"{URL}/{made['meta']['id']}").status_code == 404


def test_may_revoke_itself(ana: Person) -> None:
    made = make(ana, "projects:read")
    script = Person(ana.client, made["token"], ana.user)

    assert script.delete(f"{URL}/{made['meta']['id']}").status_code == 204
    assert script.get("/api/projects").status_code == 401


def test_of_another_user_cannot_be_revoked(ana: Person, ben: Person) -> None:
    token_id = make(ana, "works:read")["meta"]["id"]

    assert ben.delete(f"{URL}/{token_id}").status_code == 404
    assert ids(ana) == {token_id}


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: token + "x"])
def test_is_401_if_a_character_is_wrong(ana: Person, change: Any) -> None:
    token = change(make(ana, "projects:read")["token"])

    assert Person(ana.client, token, ana.user).get("/api/projects").status_code == 401


def test_whose_hash_only_begins_like_a_stored_one_is_401(app: Flask, ana: Person) -> None:
    """The id is the beginning of the hash; the whole of it has to be right."""
    made = make(ana, "projects:read")
    app.extensions["services"].store.tokens.change(
        made["meta"]["id"], lambda document: document.update(hash=document["hash"][:-1] + "?")
    )

    script = Person(ana.client, made["token"], ana.user)

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
def test_names_the_field_that_is_wrong(ana: Person, field: str, value: Any) -> None:
    body = {"name": "script", "scopes": ["works:read"], field: value}

    answer = ana.post(URL, json=body)

    assert answer.status_code == 400
    assert [path.partition(".")[0] for path in answer.json["details"]] == [field]
    assert ana.get(URL).json == []


def test_takes_the_longest_name_and_all_scopes(ana: Person) -> None:
    made = make(ana, *SCOPES, *SCOPES, name="x" * 100)

    assert made["meta"]["scopes"] == sorted(SCOPES)

"""`POST /api/auth/password`: a user changes the password."""

import pytest
from werkzeug.security import check_password_hash
from werkzeug.test import TestResponse

from accounts import users
from errors import UnauthenticatedError
from storage.store import Store
from tests.accounts.requests import log_in
from tests.people import PASSWORD, Person, quick_hash

NEW = "a better password"


def change(person: Person, current: str = PASSWORD, new: str = NEW) -> TestResponse:
    return person.post("/api/auth/password", json={"current": current, "new": new})


def test_new_password_ends_all_sessions_and_logs_in(client, ana):
    other = log_in(client).json
    script = ana.with_scopes("projects:read")

    assert change(ana).status_code == 204

    for token in (ana.token, other["accessToken"]):
        assert Person(client, token, ana.user).get("/api/auth/me").status_code == 401
    refresh = {"refreshToken": other["refreshToken"]}
    assert client.post("/api/auth/refresh", json=refresh).status_code == 401
    assert script.get("/api/projects").status_code == 200, "API tokens stay valid"
    assert log_in(client).status_code == 401
    assert log_in(client, NEW).status_code == 200


def test_cookies_end_with_the_password(client, ana):
    headers = {"Origin": "http://localhost"}
    login = {"email": "ana@example.com", "password": PASSWORD, "cookie": True}
    assert client.post("/api/auth/login", json=login, headers=headers).status_code == 200
    kept = client.get_cookie("vidworks_refresh", path="/api/auth/session")
    assert kept

    change(ana)

    assert not client.get_cookie("vidworks_refresh", path="/api/auth/session")
    client.set_cookie("vidworks_refresh", kept.value, path="/api/auth/session")
    assert client.post("/api/auth/session", headers=headers).status_code == 401


def test_wrong_current_password_returns_403_and_changes_nothing(client, ana):
    response = change(ana, "wrong")

    assert response.status_code == 403
    assert response.json["error"] == "The current password is wrong"
    assert ana.get("/api/auth/me").status_code == 200
    assert log_in(client).status_code == 200


def test_wrong_current_passwords_count_as_failed_logins(client, ana):
    statuses = [change(ana, "wrong").status_code for _ in range(6)]

    assert statuses == [403] * 5 + [429]
    assert log_in(client).status_code == 429


def test_api_token_cannot_change_the_password(ana):
    response = change(ana.with_scopes("projects:write"))

    assert response.status_code == 403
    assert response.json["error"] == "Only an access token can change the password"


@pytest.mark.parametrize("new", ["short", "", "x" * 1025])
def test_invalid_new_password_returns_400(ana, new):
    assert change(ana, new=new).json["details"].keys() == {"new"}


def test_password_that_was_changed_meanwhile_is_not_changed(client, ana):
    store: Store = client.application.extensions["services"].store
    checked = users.check_password(store, "ana@example.com", PASSWORD, check_password_hash)
    users.set_password(store, "ana@example.com", quick_hash(NEW))

    with pytest.raises(UnauthenticatedError):
        users.set_password(store, "ana@example.com", "another hash", checked)

    assert log_in(client, NEW).status_code == 200

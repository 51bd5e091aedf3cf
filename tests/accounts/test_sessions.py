"""Sessions: login, refresh, logout, access and refresh tokens."""

import time
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.test import TestResponse

from accounts import sessions, users
from errors import UnauthenticatedError
from settings.config import Settings
from storage.clock import DAY_MS, now_ms
from storage.errors import DiskFullError
from storage.store import Store
from tests.accounts.requests import log_in
from tests.applications import create_app
from tests.people import PASSWORD, Person, quick_hash
from tests.simultaneous import at_once


def refresh(client: FlaskClient, token: Any) -> TestResponse:
    return client.post("/api/auth/refresh", json={"refreshToken": token})


def me(client: FlaskClient, token: str) -> TestResponse:
    return client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_login_returns_the_user_and_a_token_pair(client, ana):
    response = log_in(client)

    assert response.status_code == 200
    assert response.json.keys() == {"user", "accessToken", "refreshToken"}
    assert response.json["user"] == ana.user
    assert me(client, response.json["accessToken"]).json == ana.user


def test_login_accepts_the_email_in_any_case(client, ana):
    assert log_in(client, email="ANA@Example.com").status_code == 200


@pytest.mark.parametrize("password", ["wrong", "", PASSWORD.upper(), PASSWORD + " "])
def test_login_with_a_wrong_password_returns_401(client, ana, password):
    response = log_in(client, password=password)

    assert response.status_code == 401
    assert response.json["code"] == "wrong_password"
    assert response.json["error"] == "Invalid email or password"


def test_login_with_an_unknown_email_returns_the_same_as_a_wrong_password(client, ana):
    wrong = log_in(client, password="wrong password")
    unknown = log_in(client, email="unknown@example.com")

    assert unknown.status_code == wrong.status_code == 401
    assert unknown.data == wrong.data
    assert list(unknown.headers.keys()) == list(wrong.headers.keys())


def test_login_with_an_unknown_email_hashes_as_one_with_a_wrong_password(
    client, store, ana, monkeypatch
):
    """So it takes as long: each checks one hash, made with the same parameters, and makes none."""
    real = generate_password_hash(PASSWORD)
    users.set_password(store, "ana@example.com", real)
    checked: list[str] = []

    def check(password_hash: str, _password: str) -> bool:
        checked.append(password_hash.partition("$")[0])
        return False

    monkeypatch.setattr("web.api.accounts.check_password_hash", check)
    monkeypatch.delattr("web.api.accounts.generate_password_hash")

    for email in ("ana@example.com", "unknown@example.com"):
        assert log_in(client, "wrong password", email).status_code == 401

    assert checked == [real.partition("$")[0]] * 2


@pytest.mark.thorough  # the test above has the same without a clock
def test_login_with_an_unknown_email_takes_as_long_as_a_wrong_password(
    client, store, ana, monkeypatch
):
    users.set_password(store, "ana@example.com", generate_password_hash(PASSWORD))
    monkeypatch.setattr("web.api.accounts.check_password_hash", check_password_hash)  # not cached

    def seconds(email: str) -> float:
        start = time.thread_time()
        assert log_in(client, "wrong password", email).status_code == 401
        return time.thread_time() - start

    # Taken in turns, so that the load of the machine affects both.
    times = [(seconds("ana@example.com"), seconds("unknown@example.com")) for _ in range(4)]
    wrong, unknown = zip(*times, strict=True)

    assert unknown[0] < 1.7 * max(wrong)  # the first one is not slower either
    assert 0.6 < min(unknown) / min(wrong) < 1.7


def test_refresh_returns_a_new_token_pair(client, ana):
    response = refresh(client, log_in(client).json["refreshToken"])

    assert response.status_code == 200
    assert response.json.keys() == {"accessToken", "refreshToken"}
    assert me(client, response.json["accessToken"]).json == ana.user
    assert refresh(client, response.json["refreshToken"]).status_code == 200


def test_refresh_token_is_not_accepted_as_access_token(client, ana):
    response = me(client, log_in(client).json["refreshToken"])

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_access_token_is_not_accepted_as_refresh_token(client, ana):
    assert refresh(client, ana.token).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "ß", "vg_" + "x" * 43])
def test_malformed_token_returns_401(client, token):
    assert refresh(client, token).status_code == 401
    assert me(client, token).status_code == 401


@pytest.mark.parametrize("token", [None, 5, ["a"]])
def test_refresh_token_that_is_not_a_string_returns_400(client, token):
    assert refresh(client, token).json["details"].keys() == {"refreshToken"}


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "token {token}", "{token}"])
def test_authorization_header_without_bearer_token_returns_401(ana, header):
    response = ana.get(
        "/api/auth/me", headers={"Authorization": header.replace("{token}", ana.token)}
    )

    assert response.status_code == 401


def test_authorization_scheme_is_accepted_in_any_case(ana):
    headers = {"Authorization": f"bearer {ana.token}"}

    assert ana.get("/api/auth/me", headers=headers).status_code == 200


def test_expired_tokens_return_401(settings, ana):
    expiring = create_app(replace(settings, jwt_expires_in=-1, jwt_refresh_expires_in=-1))
    pair = log_in(expiring.test_client()).json

    response = me(ana.client, pair["accessToken"])
    assert response.status_code == refresh(ana.client, pair["refreshToken"]).status_code == 401
    assert response.json == {"error": "Token has expired", "code": "token_expired"}


def test_access_token_that_was_used_before_expires(client, ana, monkeypatch):
    """Verified tokens are cached."""
    assert me(client, ana.token).status_code == 200
    expiry = claims_of(ana.token)["exp"]

    monkeypatch.setattr("accounts.identity.time", SimpleNamespace(time=lambda: expiry))

    assert me(client, ana.token).status_code == 401


def test_access_token_lasts_7_days_and_refresh_token_30_days_by_default(client, ana):
    pair = log_in(client).json

    def days(token: str) -> float:
        claims = claims_of(token)
        return float((claims["exp"] - claims["iat"]) / 86400)

    assert days(pair["accessToken"]) == 7
    assert days(pair["refreshToken"]) == 30


def test_token_signed_with_another_secret_returns_401(tmp_path, ana):
    other_service = create_app(Settings(data_dir=tmp_path / "other", fsync=False))
    other = Person.register(other_service.test_client(), "ana@example.com")

    assert other.user["id"] == ana.user["id"]
    assert me(ana.client, other.token).status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_token_signed_with_another_algorithm_returns_401(client, ana, algorithm):
    key = "" if algorithm == "none" else "x" * 64

    assert me(client, jwt.encode(claims_of(ana.token), key, algorithm)).status_code == 401


def test_tokens_remain_valid_after_a_restart(settings, ana):
    restarted = create_app(settings).test_client()

    assert me(restarted, ana.token).status_code == 200


def test_secret_of_the_settings_is_used(settings, ana):
    with_secret = replace(settings, jwt_secret="a configured secret")
    client = create_app(with_secret).test_client()
    token = log_in(client).json["accessToken"]

    assert me(client, ana.token).status_code == 401
    assert me(create_app(with_secret).test_client(), token).status_code == 200


def test_tokens_of_a_deleted_user_return_401(app, client, ana):
    pair = log_in(client).json
    api_token = ana.with_scopes("projects:read").token

    app.extensions["services"].store.users.delete(ana.user["id"])

    assert me(client, pair["accessToken"]).status_code == 401
    assert me(client, api_token).status_code == 401
    assert refresh(client, pair["refreshToken"]).status_code == 401


# A refresh token is good once.


@dataclass
class Clock:
    """The clock of the sessions; it goes on by `offset_ms`."""

    offset_ms: int = 0

    def now(self) -> int:
        return now_ms() + self.offset_ms


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(sessions, "now_ms", clock.now)
    return clock


def test_refresh_token_that_is_used_again_ends_the_session(client, ana, clock):
    stolen = log_in(client).json
    pair = refresh(client, stolen["refreshToken"]).json
    clock.offset_ms += sessions.GRACE_MS + 1

    response = refresh(client, stolen["refreshToken"])

    assert response.status_code == 401
    assert response.json["error"] == "This refresh token was already used; log in again"
    for token in (stolen["accessToken"], pair["accessToken"]):
        assert me(client, token).json["error"] == "This session has ended; log in again"
    assert refresh(client, pair["refreshToken"]).status_code == 401
    assert me(client, ana.token).status_code == 200, "other sessions go on"


def test_client_that_did_not_receive_the_response_can_refresh_again_at_once(client, ana, clock):
    token = log_in(client).json["refreshToken"]
    assert refresh(client, token).status_code == 200

    pair = refresh(client, token).json

    clock.offset_ms += 10 * sessions.GRACE_MS
    assert refresh(client, pair["refreshToken"]).status_code == 200


def test_tabs_that_refresh_at_once_all_get_the_same_successor(app, client, ana, clock):
    token = log_in(client).json["refreshToken"]

    responses = at_once([lambda: refresh(app.test_client(), token)] * 8)

    assert [response.status_code for response in responses] == [200] * 8
    successors = [claims_of(response.json["refreshToken"]) for response in responses]
    assert {(claims["session"], claims["refreshes"]) for claims in successors} == {
        (claims_of(token)["session"], 1)
    }
    clock.offset_ms += 10 * sessions.GRACE_MS
    assert refresh(client, responses[0].json["refreshToken"]).status_code == 200


def test_used_refresh_token_is_remembered_across_restarts(settings, client, ana, clock):
    token = log_in(client).json["refreshToken"]
    assert refresh(client, token).status_code == 200
    clock.offset_ms += sessions.GRACE_MS + 1

    assert refresh(create_app(settings).test_client(), token).status_code == 401


def test_refreshing_after_the_clock_was_set_back_does_not_end_the_session(client, ana, clock):
    token = log_in(client).json["refreshToken"]
    assert refresh(client, token).status_code == 200
    clock.offset_ms -= 3_600_000

    assert refresh(client, refresh(client, token).json["refreshToken"]).status_code == 200


def test_session_ended_in_another_process_ends_within_a_second(settings, client, ana, monkeypatch):
    other = create_app(settings).test_client()
    assert me(other, ana.token).status_code == 200

    ana.post("/api/auth/logout")
    later = time.monotonic() + 1
    monkeypatch.setattr("storage.documents.documents.time.monotonic", lambda: later)

    assert me(other, ana.token).status_code == 401


def test_session_started_in_another_process_is_accepted_at_once(settings, client, ana):
    other = create_app(settings).test_client()
    assert me(other, ana.token).status_code == 200

    assert me(other, log_in(client).json["accessToken"]).status_code == 200


def test_tokens_of_a_version_without_sessions_return_401(app, client, ana):
    signer = app.extensions["services"].signer
    access, refresh_token = (signer.sign(kind, ana.user["id"])[0] for kind in ("access", "refresh"))

    for response in (me(client, access), refresh(client, refresh_token)):
        assert response.status_code == 401
        assert response.json["error"] == "This session has ended; log in again"


def test_account_of_a_version_without_sessions_can_log_in(client, store, ana):
    store.users.change(ana.user["id"], lambda user: user.pop("sessions"))

    pair = log_in(client).json

    assert me(client, pair["accessToken"]).status_code == 200
    assert refresh(client, pair["refreshToken"]).status_code == 200


def test_tokens_of_a_deleted_account_are_not_valid_for_a_new_one(client, store, ana):
    pair = log_in(client).json
    store.users.delete(ana.user["id"])

    Person.register(client, "ana@example.com")

    assert me(client, ana.token).status_code == 401
    assert refresh(client, pair["refreshToken"]).status_code == 401


# Logging out.


def test_logout_ends_its_own_session_only(client, ana):
    pair = log_in(client).json
    headers = {"Authorization": f"Bearer {pair['accessToken']}"}

    response = client.post("/api/auth/logout", headers=headers)

    assert (response.status_code, response.data) == (204, b"")
    assert me(client, pair["accessToken"]).status_code == 401
    assert refresh(client, pair["refreshToken"]).status_code == 401
    assert me(client, ana.token).status_code == 200


def test_logout_everywhere_ends_all_sessions_of_the_user(client, ana, ben):
    other = log_in(client).json["accessToken"]

    assert ana.post("/api/auth/logout", json={"everywhere": True}).status_code == 204

    assert me(client, ana.token).status_code == me(client, other).status_code == 401
    assert me(client, ben.token).status_code == 200
    assert me(client, log_in(client).json["accessToken"]).status_code == 200


def test_logout_that_races_with_a_logout_everywhere_makes_no_session_valid_again(
    client, store, ana
):
    other = log_in(client).json
    sessions.end_all(store, ana.user["id"])

    sessions.end(store, ana.user["id"], claims_of(ana.token)["session"])

    assert me(client, other["accessToken"]).status_code == 401
    assert refresh(client, other["refreshToken"]).status_code == 401


def test_api_tokens_outlive_the_session_that_created_them(client, ana):
    script = ana.with_scopes("projects:read")

    ana.post("/api/auth/logout", json={"everywhere": True})

    assert script.get("/api/projects").status_code == 200


def test_api_token_cannot_log_out(client, ana):
    response = ana.with_scopes("projects:read").post("/api/auth/logout")

    assert response.status_code == 403
    assert response.json["error"] == "Only an access token can log out"


def test_login_that_races_with_a_new_password_starts_no_session(store, ana):
    user = users.check_password(store, "ana@example.com", PASSWORD, check_password_hash)
    users.set_password(store, "ana@example.com", quick_hash("another password"))

    with pytest.raises(UnauthenticatedError, match="Invalid email or password"):
        users.start_session(store, user)


# What is stored stays small.


def test_scripts_that_log_in_and_out_do_not_end_other_sessions(client, store, ana):
    user_id = ana.user["id"]
    browser = log_in(client).json
    size = len(store.users.snapshot(user_id).data)

    for _ in range(300):
        sessions.end(store, user_id, new_session(store, user_id))

    assert len(store.users.snapshot(user_id).data) < size + 500
    assert me(client, browser["accessToken"]).status_code == 200
    assert refresh(client, browser["refreshToken"]).status_code == 200


def test_oldest_sessions_end_when_too_many_are_to_be_remembered(client, store, ana):
    tokens = [log_in(client).json["accessToken"] for _ in range(2)]
    for _ in range(100):  # between any two that have ended, one goes on
        sessions.end(store, ana.user["id"], new_session(store, ana.user["id"]))
        newest = new_session(store, ana.user["id"])

    assert len(store.users.snapshot(ana.user["id"]).data) < 16 << 10
    assert [me(client, token).status_code for token in tokens] == [401, 401]
    claims = {"sub": ana.user["id"], "session": newest}
    assert sessions.is_active(store.users.snapshot(ana.user["id"]).values, claims)


def test_least_recently_refreshed_session_ends_when_there_are_too_many(client, store, ana, clock):
    oldest = refresh(client, log_in(client).json["refreshToken"]).json
    refresh_new_sessions(store, ana.user["id"], 50, clock)

    assert len(store.users.snapshot(ana.user["id"]).data) < 16 << 10
    assert refresh(client, oldest["refreshToken"]).status_code == 401
    assert me(client, ana.token).status_code == 200


def test_refreshed_session_that_has_ended_is_not_remembered(client, store, ana, clock):
    user_id = ana.user["id"]
    refresh(client, log_in(client).json["refreshToken"])
    other = log_in(client).json["accessToken"]
    for _ in range(60):  # too many ranges: the sessions above end
        sessions.end(store, user_id, new_session(store, user_id))
        new_session(store, user_id)
    state = store.users.snapshot(user_id).values["sessions"]
    assert (me(client, other).status_code, state["refreshed"]) == (401, {})

    refresh_new_sessions(store, user_id, 51, clock)

    assert me(client, other).status_code == 401, "still"


def test_expired_sessions_are_not_remembered(client, store, ana, clock):
    refresh(client, log_in(client).json["refreshToken"])
    clock.offset_ms += 30 * DAY_MS

    log_in(client)

    assert store.users.snapshot(ana.user["id"]).values["sessions"]["refreshed"] == {}


def new_session(store: Store, user_id: str) -> int:
    return users.start_session(store, dict(store.users.snapshot(user_id).values))


def refresh_new_sessions(store: Store, user_id: str, number: int, clock: Clock) -> None:
    """Start this many sessions, and refresh each once."""
    for _ in range(number):
        clock.offset_ms += 1
        claims: dict[str, Any] = {"session": new_session(store, user_id), "refreshes": 0}
        claims |= {"sub": user_id, "exp": int(time.time()) + 60}
        sessions.use_refresh_token(store, claims, now_ms() + 60_000)


@pytest.fixture
def full_disk(app):
    """Let all changes of documents fail, until this is undone."""

    def fail(*_: Any) -> None:
        raise DiskFullError

    with pytest.MonkeyPatch.context() as patch:
        disk = app.extensions["services"].store.disk
        for method in ("replace", "create_directory_with_file"):
            patch.setattr(disk, method, fail)
        yield patch


class TestSessionOfALoginOnAFullDisk:
    def test_works_and_can_be_refreshed_then_and_later(self, client, ana, full_disk):
        pair = log_in(client).json
        assert me(client, pair["accessToken"]).status_code == 200
        again = refresh(client, pair["refreshToken"]).json
        assert me(client, again["accessToken"]).status_code == 200

        full_disk.undo()

        later = refresh(client, again["refreshToken"]).json
        assert me(client, later["accessToken"]).status_code == 200

    def test_ends_with_its_logout(self, client, ana, full_disk):
        others = [log_in(client).json["accessToken"]]
        ended = log_in(client).json["accessToken"]
        full_disk.undo()

        client.post("/api/auth/logout", headers={"Authorization": f"Bearer {ended}"})

        others += [ana.token, log_in(client).json["accessToken"]]
        assert [me(client, token).status_code for token in [ended, *others]] == [401] + [200] * 3

    def test_ends_with_all_sessions_of_the_user(self, client, ana, full_disk):
        tokens = [log_in(client).json["accessToken"] for _ in range(2)]
        full_disk.undo()

        assert ana.post("/api/auth/logout", json={"everywhere": True}).status_code == 204

        assert [me(client, token).status_code for token in tokens] == [401] * 2
        assert me(client, log_in(client).json["accessToken"]).status_code == 200

    def test_refresh_token_that_was_used_before_is_rejected(self, client, app, ana, full_disk):
        full_disk.undo()
        used = log_in(client).json["refreshToken"]
        latest = refresh(client, refresh(client, used).json["refreshToken"]).json["refreshToken"]

        def fail(*_: Any) -> None:
            raise DiskFullError

        full_disk.setattr(app.extensions["services"].store.disk, "replace", fail)

        assert refresh(client, used).status_code == 401
        assert refresh(client, latest).status_code == 200


DAMAGED: list[Any] = [None, [], {"first": "x", "next": 1, "ended": [], "refreshed": {}}]


@pytest.mark.parametrize("damaged", DAMAGED)
def test_user_whose_sessions_are_damaged_can_log_in_and_all_others_have_ended(
    client, store, ana, damaged
):
    before = log_in(client).json
    sessions.change(store, ana.user["id"], lambda user: user.update(sessions=damaged))

    assert me(client, before["accessToken"]).status_code == 401
    assert refresh(client, before["refreshToken"]).status_code == 401
    after = log_in(client).json
    assert refresh(client, after["refreshToken"]).status_code == 200
    assert me(client, before["accessToken"]).status_code == 401
    assert me(client, after["accessToken"]).status_code == 200

"""Sessions: login, refresh, access and refresh tokens."""

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from tests.accounts.requests import log_in
from tests.applications import create_app
from tests.people import PASSWORD, Person


def refresh(client: FlaskClient, token: Any) -> TestResponse:
    return client.post("/api/auth/refresh", json={"refreshToken": token})


def me(client: FlaskClient, token: str) -> TestResponse:
    return client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_login_returns_the_user_and_a_token_pair(client: FlaskClient, ana: Person) -> None:
    response = log_in(client)

    assert response.status_code == 200
    assert response.json.keys() == {"user", "accessToken", "refreshToken"}
    assert response.json["user"] == ana.user
    assert me(client, response.json["accessToken"]).json == ana.user


def test_login_accepts_the_email_in_any_case(client: FlaskClient, ana: Person) -> None:
    assert log_in(client, email="ANA@Example.com").status_code == 200


@pytest.mark.parametrize("password", ["wrong", "", PASSWORD.upper(), PASSWORD + " "])
def test_login_with_a_wrong_password_returns_401(
    client: FlaskClient, ana: Person, password: str
) -> None:
    response = log_in(client, password=password)

    assert response.status_code == 401
    assert response.json == {"error": "Invalid email or password"}


def test_login_with_an_unknown_email_returns_the_same_as_a_wrong_password(
    client: FlaskClient, ana: Person
) -> None:
    wrong = log_in(client, password="wrong password")
    unknown = log_in(client, email="unknown@example.com")

    assert unknown.status_code == wrong.status_code == 401
    assert unknown.data == wrong.data
    assert list(unknown.headers.keys()) == list(wrong.headers.keys())


def test_login_with_an_unknown_email_takes_as_long_as_a_wrong_password(
    client: FlaskClient, ana: Person
) -> None:
    def seconds(email: str) -> float:
        start = time.thread_time()
        assert log_in(client, "wrong password", email).status_code == 401
        return time.thread_time() - start

    # Taken in turns, so that the load of the machine affects both.
    times = [(seconds("ana@example.com"), seconds("unknown@example.com")) for _ in range(4)]
    wrong, unknown = zip(*times, strict=True)

    assert unknown[0] < 1.7 * max(wrong)  # the first one is not slower either
    assert 0.6 < min(unknown) / min(wrong) < 1.7


def test_refresh_returns_a_new_token_pair(client: FlaskClient, ana: Person) -> None:
    response = refresh(client, log_in(client).json["refreshToken"])

    assert response.status_code == 200
    assert response.json.keys() == {"accessToken", "refreshToken"}
    assert me(client, response.json["accessToken"]).json == ana.user
    assert refresh(client, response.json["refreshToken"]).status_code == 200


def test_refresh_token_is_not_accepted_as_access_token(client: FlaskClient, ana: Person) -> None:
    response = me(client, log_in(client).json["refreshToken"])

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_access_token_is_not_accepted_as_refresh_token(client: FlaskClient, ana: Person) -> None:
    assert refresh(client, ana.token).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "ß", "vg_" + "x" * 43])
def test_malformed_token_returns_401(client: FlaskClient, token: str) -> None:
    assert refresh(client, token).status_code == 401
    assert me(client, token).status_code == 401


@pytest.mark.parametrize("token", [None, 5, ["a"]])
def test_refresh_token_that_is_not_a_string_returns_400(client: FlaskClient, token: Any) -> None:
    assert refresh(client, token).json["details"].keys() == {"refreshToken"}


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "token {token}", "{token}"])
def test_authorization_header_without_bearer_token_returns_401(ana: Person, header: str) -> None:
    response = ana.get(
        "/api/auth/me", headers={"Authorization": header.replace("{token}", ana.token)}
    )

    assert response.status_code == 401


def test_authorization_scheme_is_accepted_in_any_case(ana: Person) -> None:
    headers = {"Authorization": f"bearer {ana.token}"}

    assert ana.get("/api/auth/me", headers=headers).status_code == 200


def test_expired_tokens_return_401(settings: Settings, ana: Person) -> None:
    expiring = create_app(replace(settings, jwt_expires_in=-1, jwt_refresh_expires_in=-1))
    pair = log_in(expiring.test_client()).json

    response = me(ana.client, pair["accessToken"])
    assert response.status_code == refresh(ana.client, pair["refreshToken"]).status_code == 401
    assert response.json == {"error": "Token has expired"}


def test_access_token_that_was_used_before_expires(
    client: FlaskClient, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verified tokens are cached."""
    assert me(client, ana.token).status_code == 200
    expiry = claims_of(ana.token)["exp"]

    monkeypatch.setattr("web.signer.time", SimpleNamespace(time=lambda: expiry))

    assert me(client, ana.token).status_code == 401


def test_access_token_lasts_7_days_and_refresh_token_30_days_by_default(
    client: FlaskClient, ana: Person
) -> None:
    pair = log_in(client).json

    def days(token: str) -> float:
        claims = claims_of(token)
        return float((claims["exp"] - claims["iat"]) / 86400)

    assert days(pair["accessToken"]) == 7
    assert days(pair["refreshToken"]) == 30


def test_token_signed_with_another_secret_returns_401(tmp_path: Path, ana: Person) -> None:
    other_service = create_app(Settings(data_dir=tmp_path / "other", fsync=False))
    other = Person.register(other_service.test_client(), "ana@example.com")

    assert other.user["id"] == ana.user["id"]
    assert me(ana.client, other.token).status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_token_signed_with_another_algorithm_returns_401(
    client: FlaskClient, ana: Person, algorithm: str
) -> None:
    key = "" if algorithm == "none" else "x" * 64

    assert me(client, jwt.encode(claims_of(ana.token), key, algorithm)).status_code == 401


def test_tokens_remain_valid_after_a_restart(settings: Settings, ana: Person) -> None:
    restarted = create_app(settings).test_client()

    assert me(restarted, ana.token).status_code == 200


def test_secret_of_the_settings_is_used(settings: Settings, ana: Person) -> None:
    with_secret = replace(settings, jwt_secret="a configured secret")
    client = create_app(with_secret).test_client()
    token = log_in(client).json["accessToken"]

    assert me(client, ana.token).status_code == 401
    assert me(create_app(with_secret).test_client(), token).status_code == 200


def test_tokens_of_a_deleted_user_return_401(app: Flask, client: FlaskClient, ana: Person) -> None:
    pair = log_in(client).json
    api_token = ana.with_scopes("projects:read").token

    app.extensions["services"].store.users.delete(ana.user["id"])

    assert me(client, pair["accessToken"]).status_code == 401
    assert me(client, api_token).status_code == 401
    assert refresh(client, pair["refreshToken"]).status_code == 401

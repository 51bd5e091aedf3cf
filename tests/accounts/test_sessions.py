"""Logging in, staying logged in, and the tokens for it."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from tests.applications import create_app
from tests.people import PASSWORD, Person

CREDENTIALS = {"email": "ana@example.com", "password": PASSWORD}


def log_in(client: FlaskClient, **changes: str) -> TestResponse:
    return client.post("/api/auth/login", json={**CREDENTIALS, **changes})


def refresh(client: FlaskClient, token: Any) -> TestResponse:
    return client.post("/api/auth/refresh", json={"refreshToken": token})


def me(client: FlaskClient, token: str) -> TestResponse:
    return client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})


def test_login_answers_as_registration_does(client: FlaskClient, ana: Person) -> None:
    answer = log_in(client)

    assert answer.status_code == 200
    assert answer.json.keys() == {"user", "accessToken", "refreshToken"}
    assert answer.json["user"] == ana.user
    assert me(client, answer.json["accessToken"]).json == ana.user


def test_login_takes_the_email_in_any_case(client: FlaskClient, ana: Person) -> None:
    assert log_in(client, email="ANA@Example.com").status_code == 200


@pytest.mark.parametrize("password", ["wrong", "", PASSWORD.upper(), PASSWORD + " "])
def test_a_wrong_password_is_401(client: FlaskClient, ana: Person, password: str) -> None:
    answer = log_in(client, password=password)

    assert answer.status_code == 401
    assert answer.json == {"error": "Invalid email or password"}


def test_an_unknown_email_gets_the_answer_of_a_wrong_password(
    client: FlaskClient, ana: Person
) -> None:
    wrong = log_in(client, password="wrong password")
    unknown = log_in(client, email="nobody@example.com")

    assert unknown.status_code == wrong.status_code == 401
    assert unknown.data == wrong.data
    assert list(unknown.headers.keys()) == list(wrong.headers.keys())


def test_an_unknown_email_takes_as_long_as_a_wrong_password(
    client: FlaskClient, ana: Person
) -> None:
    def seconds(call: Callable[[], TestResponse]) -> float:
        start = time.thread_time()
        assert call().status_code == 401
        return time.thread_time() - start

    wrong = [seconds(lambda: log_in(client, password="wrong password")) for _ in range(4)]
    unknown = [seconds(lambda: log_in(client, email="nobody@example.com")) for _ in range(4)]

    assert unknown[0] < 1.7 * max(wrong)  # not even the first one tells
    assert 0.6 < min(unknown) / min(wrong) < 1.7


def test_refresh_gives_a_fresh_pair(client: FlaskClient, ana: Person) -> None:
    answer = refresh(client, log_in(client).json["refreshToken"])

    assert answer.status_code == 200
    assert answer.json.keys() == {"accessToken", "refreshToken"}
    assert me(client, answer.json["accessToken"]).json == ana.user
    assert refresh(client, answer.json["refreshToken"]).status_code == 200


def test_a_refresh_token_is_no_access_token(client: FlaskClient, ana: Person) -> None:
    answer = me(client, log_in(client).json["refreshToken"])

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_access_token_is_no_refresh_token(client: FlaskClient, ana: Person) -> None:
    assert refresh(client, ana.token).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "ß", "vg_" + "x" * 43])
def test_a_broken_token_is_401(client: FlaskClient, token: str) -> None:
    assert refresh(client, token).status_code == 401
    assert me(client, token).status_code == 401


@pytest.mark.parametrize("token", [None, 5, ["a"]])
def test_a_refresh_token_that_is_no_text_is_400(client: FlaskClient, token: Any) -> None:
    assert refresh(client, token).json["details"].keys() == {"refreshToken"}


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "token {token}", "{token}"])
def test_only_a_bearer_header_will_do(ana: Person, header: str) -> None:
    answer = ana.get(
        "/api/auth/me", headers={"Authorization": header.replace("{token}", ana.token)}
    )

    assert answer.status_code == 401


def test_the_word_bearer_may_have_any_case(ana: Person) -> None:
    headers = {"Authorization": f"bearer {ana.token}"}

    assert ana.get("/api/auth/me", headers=headers).status_code == 200


def test_tokens_of_the_past_are_401(settings: Settings, ana: Person) -> None:
    over = create_app(replace(settings, jwt_expires_in=-1, jwt_refresh_expires_in=-1))
    pair = log_in(over.test_client()).json

    old = me(ana.client, pair["accessToken"])
    assert old.status_code == refresh(ana.client, pair["refreshToken"]).status_code == 401
    assert old.json == {"error": "Token has expired"}


def test_a_token_expires_also_when_it_was_good_before(settings: Settings, ana: Person) -> None:
    client = create_app(replace(settings, jwt_expires_in=2)).test_client()
    token = log_in(client).json["accessToken"]
    assert me(client, token).status_code == 200

    time.sleep(2.1)

    assert me(client, token).status_code == 401


def test_tokens_live_as_long_as_the_settings_say(client: FlaskClient, ana: Person) -> None:
    pair = log_in(client).json

    def days(token: str) -> float:
        claims = jwt.decode(token, options={"verify_signature": False})
        return float((claims["exp"] - claims["iat"]) / 86400)

    assert days(pair["accessToken"]) == 7
    assert days(pair["refreshToken"]) == 30


def test_a_token_signed_with_another_secret_is_401(tmp_path: Any, ana: Person) -> None:
    elsewhere = create_app(Settings(data_dir=tmp_path / "elsewhere", fsync=False))
    stranger = Person.register(elsewhere.test_client(), "ana@example.com")

    assert stranger.user["id"] == ana.user["id"]
    assert me(ana.client, stranger.token).status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_a_token_signed_in_another_way_is_401(
    client: FlaskClient, ana: Person, algorithm: str
) -> None:
    claims = jwt.decode(ana.token, options={"verify_signature": False})
    key = "" if algorithm == "none" else "x" * 64

    assert me(client, jwt.encode(claims, key, algorithm)).status_code == 401


def test_tokens_survive_a_restart(settings: Settings, ana: Person) -> None:
    again = create_app(settings).test_client()

    assert me(again, ana.token).status_code == 200


def test_a_secret_from_the_settings_is_used(settings: Settings, ana: Person) -> None:
    own = replace(settings, jwt_secret="a secret of one's own")
    client = create_app(own).test_client()
    token = log_in(client).json["accessToken"]

    assert me(client, ana.token).status_code == 401
    assert me(create_app(own).test_client(), token).status_code == 200


def test_the_tokens_of_a_user_who_is_gone_are_401(
    app: Flask, client: FlaskClient, ana: Person
) -> None:
    pair = log_in(client).json
    api_token = ana.with_scopes("projects:read").token

    app.extensions["services"].store.users.delete(ana.user["id"])

    assert me(client, pair["accessToken"]).status_code == 401
    assert me(client, api_token).status_code == 401
    assert refresh(client, pair["refreshToken"]).status_code == 401

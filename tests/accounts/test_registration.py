"""Making an account."""

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from tests.applications import create_app
from tests.people import PASSWORD, Person
from tests.simultaneous import at_once

ANA = {"email": "ana@example.com", "password": PASSWORD, "name": "Ana"}
URL = "/api/auth/register"


def test_answers_with_the_user_and_a_pair_of_tokens(client: FlaskClient) -> None:
    answer = client.post(URL, json=ANA)

    assert answer.status_code == 201
    assert answer.json.keys() == {"user", "accessToken", "refreshToken"}
    assert answer.json["user"].keys() == {"id", "email", "name", "createdAt", "updatedAt"}
    assert answer.json["user"]["email"] == "ana@example.com"
    assert answer.json["user"]["name"] == "Ana"
    assert answer.json["user"]["createdAt"] == answer.json["user"]["updatedAt"] > 1.7e12


def test_logs_in(client: FlaskClient) -> None:
    token = client.post(URL, json=ANA).json["accessToken"]

    me = client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})

    assert me.json["email"] == "ana@example.com"


def test_keeps_the_email_as_it_was_written(client: FlaskClient) -> None:
    answer = client.post(URL, json={**ANA, "email": "Ana.Maria@Example.com"})

    assert answer.json["user"]["email"] == "Ana.Maria@Example.com"


@pytest.mark.parametrize("email", ["ana@example.com", "ANA@example.com", "Ana@Example.COM"])
def test_an_email_has_one_account_whatever_its_case(
    client: FlaskClient, ana: Person, email: str
) -> None:
    answer = client.post(URL, json={**ANA, "email": email, "name": "Someone else"})

    assert answer.status_code == 409
    assert answer.json["error"] == "Email already registered"
    assert ana.get("/api/auth/me").json["name"] == "ana"


def test_of_simultaneous_registrations_one_wins(app: Flask) -> None:
    spellings = ["ana@example.com", "Ana@example.com", "ANA@EXAMPLE.COM", "aNa@eXample.com"] * 2

    def register(email: str) -> TestResponse:
        account = {**ANA, "email": email, "name": email}
        return app.test_client().post(URL, json=account)

    answers = at_once([partial(register, email) for email in spellings])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    [winner] = [answer.json for answer in answers if answer.status_code == 201]
    headers = {"Authorization": f"Bearer {winner['accessToken']}"}
    assert app.test_client().get("/api/auth/me", headers=headers).json == winner["user"]


def test_takes_the_shortest_password_and_name(client: FlaskClient) -> None:
    answer = client.post(URL, json={**ANA, "password": "8 signs!", "name": "A"})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ana"),
        ("email", "ana@"),
        ("email", "ana@example.com\n"),
        ("email", "ana @example.com"),
        ("email", f"{'a' * 300}@example.com"),
        ("email", ""),
        ("email", None),
        ("email", ["ana@example.com"]),
        ("password", "7 signs"),
        ("password", ""),
        ("password", 12345678),
        ("password", "x" * 1025),
        ("name", ""),
        ("name", None),
        ("name", {"first": "Ana"}),
    ],
)
def test_names_the_field_that_is_wrong(client: FlaskClient, field: str, value: Any) -> None:
    answer = client.post(URL, json={**ANA, field: value})

    assert answer.status_code == 400
    assert answer.json["error"] == "Validation error"
    assert list(answer.json["details"]) == [field]


def test_names_every_field_that_is_missing(client: FlaskClient) -> None:
    answer = client.post(URL)

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {"email", "password", "name"}


def test_the_password_is_not_stored(app: Flask, client: FlaskClient) -> None:
    client.post(URL, json={**ANA, "password": "a very particular password"})

    for file in app.extensions["services"].settings.data_dir.rglob("*"):
        assert file.is_dir() or b"a very particular password" not in file.read_bytes()


def test_can_be_closed(settings: Settings, ana: Person) -> None:
    closed = create_app(replace(settings, registration="closed")).test_client()

    answer = closed.post(URL, json={**ANA, "email": "new@example.com"})

    assert answer.status_code == 403
    assert answer.json["error"] == "Registration is closed"
    login = {"email": "new@example.com", "password": PASSWORD}
    assert closed.post("/api/auth/login", json=login).status_code == 401
    assert closed.post("/api/auth/login", json=ANA).status_code == 200


def test_that_is_closed_does_not_tell_who_is_registered(settings: Settings, ana: Person) -> None:
    closed = create_app(replace(settings, registration="closed")).test_client()

    assert closed.post(URL, json=ANA).status_code == 403

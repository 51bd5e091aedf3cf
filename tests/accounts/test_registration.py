"""Registration of accounts."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from werkzeug.test import TestResponse

from tests.applications import create_app
from tests.people import PASSWORD
from tests.simultaneous import at_once

ANA = {"email": "ana@example.com", "password": PASSWORD, "name": "Ana"}
URL = "/api/auth/register"


def test_registration_returns_the_user_and_a_token_pair(client):
    response = client.post(URL, json=ANA)

    assert response.status_code == 201
    assert response.json.keys() == {"user", "accessToken", "refreshToken"}
    assert response.json["user"].keys() == {"id", "email", "name", "createdAt", "updatedAt"}
    assert response.json["user"]["email"] == "ana@example.com"
    assert response.json["user"]["name"] == "Ana"
    assert response.json["user"]["createdAt"] == response.json["user"]["updatedAt"] > 1.7e12


def test_registration_returns_a_valid_access_token(client):
    token = client.post(URL, json=ANA).json["accessToken"]

    me = client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})

    assert me.json["email"] == "ana@example.com"


def test_registration_keeps_the_case_of_the_email(client):
    response = client.post(URL, json={**ANA, "email": "Ana.Maria@Example.com"})

    assert response.json["user"]["email"] == "Ana.Maria@Example.com"


@pytest.mark.parametrize("email", ["ana@example.com", "ANA@example.com", "Ana@Example.COM"])
def test_registering_an_email_again_in_any_case_returns_409(client, ana, email):
    response = client.post(URL, json={**ANA, "email": email, "name": "Another name"})

    assert response.status_code == 409
    assert response.json["error"] == "Email already registered"
    assert ana.get("/api/auth/me").json["name"] == "ana"


def test_one_of_simultaneous_registrations_of_an_email_succeeds(app):
    spellings = ["ana@example.com", "Ana@example.com", "ANA@EXAMPLE.COM", "aNa@eXample.com"] * 2

    def register(email: str) -> TestResponse:
        account = {**ANA, "email": email, "name": email}
        return app.test_client().post(URL, json=account)

    responses = at_once([partial(register, email) for email in spellings])

    assert Counter(response.status_code for response in responses) == {201: 1, 409: 7}
    [winner] = [response.json for response in responses if response.status_code == 201]
    headers = {"Authorization": f"Bearer {winner['accessToken']}"}
    assert app.test_client().get("/api/auth/me", headers=headers).json == winner["user"]


def test_registration_accepts_the_shortest_password_and_name(client):
    response = client.post(URL, json={**ANA, "password": "8 signs!", "name": "A"})

    assert response.status_code == 201


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
def test_registration_with_an_invalid_field_returns_400(client, field, value):
    response = client.post(URL, json={**ANA, field: value})

    assert response.status_code == 400
    assert response.json["error"] == "Validation error"
    assert list(response.json["details"]) == [field]


def test_registration_without_a_body_reports_every_missing_field(client):
    response = client.post(URL)

    assert response.status_code == 400
    assert response.json["details"].keys() == {"email", "password", "name"}


def test_password_is_not_stored(app, client):
    client.post(URL, json={**ANA, "password": "a very particular password"})

    for file in app.extensions["services"].settings.data_dir.rglob("*"):
        assert file.is_dir() or b"a very particular password" not in file.read_bytes()


def test_closed_registration_returns_403(settings, ana):
    closed = create_app(replace(settings, registration="closed")).test_client()

    response = closed.post(URL, json={**ANA, "email": "new@example.com"})

    assert response.status_code == 403
    assert response.json["error"] == "Registration is closed"
    login = {"email": "new@example.com", "password": PASSWORD}
    assert closed.post("/api/auth/login", json=login).status_code == 401
    assert closed.post("/api/auth/login", json=ANA).status_code == 200


def test_closed_registration_does_not_reveal_registered_emails(settings, ana):
    closed = create_app(replace(settings, registration="closed")).test_client()

    assert closed.post(URL, json=ANA).status_code == 403

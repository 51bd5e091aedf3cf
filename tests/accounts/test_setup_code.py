"""Registration where others reach the service: the first account needs the setup code."""

import re
import tarfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts import registration, users
from errors import ForbiddenError
from providers import kept_keys, offers
from settings.config import Settings
from storage.paths import SETUP_CODE
from storage.store import Store
from tests.applications import create_app
from tests.people import PASSWORD, Person
from tests.simultaneous import at_once

ANA = {"email": "ana@example.com", "password": PASSWORD, "name": "Ana"}
BEN = {**ANA, "email": "ben@example.com", "name": "Ben"}
URL = "/api/auth/register"

pytestmark = pytest.mark.tuning(node_join=0.0)

NewApp = Callable[..., Flask]


@pytest.fixture
def new_app(settings):
    """Return an application on the data directory, with other settings."""
    return lambda **fields: create_app(replace(settings, **fields))


@pytest.fixture
def exposed(new_app):
    """A client of a service that others reach, as its settings say."""
    return new_app(host="0.0.0.0").test_client()


def store_of(client: FlaskClient) -> Store:
    store: Store = client.application.extensions["services"].store
    return store


def code_of(client: FlaskClient) -> str:
    return str(registration.setup_code(store_of(client)))


EXPOSURES: list[dict[str, Any]] = [
    {"host": "0.0.0.0"},
    {"host": "::"},
    {"trusted_proxies": 1},
    {"public_url": "https://vid.example.lan"},
    {"node": "a"},
]


@pytest.mark.parametrize("fields", EXPOSURES)
def test_first_account_needs_the_code_and_ends_registration(new_app, fields):
    client = new_app(**fields).test_client()
    code = code_of(client)

    refused = client.post(URL, json=ANA)
    shown = client.get("/api/auth/registration").json
    wrong = client.post(URL, json={**ANA, "setupCode": "2345-6789-abcd-efgh"})
    registered = client.post(URL, json={**ANA, "setupCode": code})
    late = client.post(URL, json={**BEN, "setupCode": code})

    assert (refused.status_code, refused.json["code"]) == (403, "setup_code_required")
    assert "./vidworks users setup-code" in refused.json["details"]
    assert shown == {"open": True, "first": True, "needsSetupCode": True}
    assert (wrong.status_code, wrong.json["error"]) == (403, "The setup code is wrong")
    assert registered.status_code == 201
    assert (late.status_code, late.json["error"]) == (403, "Registration is closed")
    assert "./vidworks users add" in late.json["details"]
    assert client.get("/api/auth/registration").json["open"] is False
    assert not (store_of(client).root / SETUP_CODE).exists()


FROM_ELSEWHERE = [
    {"X-Forwarded-For": "203.0.113.7"},
    {"X-Forwarded-Proto": "https"},
    {"Forwarded": "for=203.0.113.7"},
    {"X-Real-IP": "203.0.113.7"},
    {"Via": "1.1 proxy"},
    {"Host": "vid.example.lan"},
    {"Host": "192.168.1.7:3001"},
    {"Host": "localhost.example.com"},
    {"Host": "[::1"},
    {"Host": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_request_that_comes_from_elsewhere_is_refused_on_loopback_too(client, headers):
    assert client.get("/api/auth/registration", headers=headers).json["needsSetupCode"] is True
    assert client.post(URL, json=ANA, headers=headers).status_code == 403
    assert client.post(URL, json=ANA).status_code == 201
    assert client.post(URL, json=BEN, headers=headers).json["error"] == "Registration is closed"


def test_request_as_nginx_sends_it_by_default_comes_from_elsewhere(client):
    as_nginx = {"SERVER_PROTOCOL": "HTTP/1.0", "HTTP_HOST": "127.0.0.1:3001"}

    assert client.post(URL, json=ANA, environ_overrides=as_nginx).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:3001", "Origin": "http://localhost:5173"},
        {"Host": "127.0.0.1:3001"},
        {"Host": "[::1]:3001"},
        {"Host": "vid.localhost"},
        {"Origin": "https://edit.example"},
    ],
)
def test_accounts_on_this_machine_need_no_code(new_app, headers):
    client = new_app(cors_origins=("https://edit.example",)).test_client()

    shown = client.get("/api/auth/registration", headers=headers).json
    statuses = [client.post(URL, json=each, headers=headers).status_code for each in (ANA, BEN)]

    assert shown == {"open": True, "first": True, "needsSetupCode": False}
    assert statuses == [201, 201]


def test_code_stays_the_same_and_only_its_owner_reads_it(exposed):
    code = code_of(exposed)

    assert code_of(exposed) == code
    assert (store_of(exposed).root / SETUP_CODE).stat().st_mode & 0o777 == 0o600
    assert exposed.post(URL, json={**ANA, "setupCode": f" {code.upper()} "}).status_code == 201
    assert registration.setup_code(store_of(exposed)) is None


def test_code_that_was_damaged_is_replaced(exposed):
    (store_of(exposed).root / SETUP_CODE).write_text("")

    assert exposed.post(URL, json={**ANA, "setupCode": "a"}).status_code == 403
    assert exposed.post(URL, json={**ANA, "setupCode": code_of(exposed)}).status_code == 201


def test_code_that_nobody_was_told_is_no_code(exposed):
    assert exposed.post(URL, json={**ANA, "setupCode": ""}).status_code == 403
    assert exposed.post(URL, json={**ANA, "setupCode": "-"}).status_code == 403
    assert not users.exist(store_of(exposed))


def test_wrong_codes_are_throttled(exposed):
    code = code_of(exposed)
    wrong = [exposed.post(URL, json={**ANA, "setupCode": "wrong"}) for _ in range(6)]

    throttled = exposed.post(URL, json={**ANA, "setupCode": code})

    assert [each.status_code for each in wrong[:5]] == [403] * 5
    assert throttled.status_code == 429
    assert throttled.json["error"].startswith("Too many wrong setup codes; try again in")
    other = {"REMOTE_ADDR": "203.0.113.8"}
    right = exposed.post(URL, json={**ANA, "setupCode": code}, environ_overrides=other)
    assert right.status_code == 201


def test_of_simultaneous_first_accounts_one_is_created(exposed):
    code, app = code_of(exposed), exposed.application

    def register(number: int) -> TestResponse:
        account = {**ANA, "email": f"{number}@example.com", "setupCode": code}
        return app.test_client().post(URL, json=account)

    responses = at_once([partial(register, number) for number in range(6)])

    assert Counter(response.status_code for response in responses) == {201: 1, 403: 5}
    refused = {each.json["error"] for each in responses if each.status_code == 403}
    assert refused == {"Registration is closed"}
    assert len(list(store_of(exposed).users.documents)) == 1


def test_of_first_accounts_on_two_nodes_one_is_created(new_app):
    """Both have checked the code when the first one is created."""
    stores = [store_of(new_app(node=name).test_client()) for name in ("a", "b")]
    settings = Settings(node="a")
    requests = [registration.Registration(store, settings, True) for store in stores]
    code = str(registration.setup_code(stores[0]))
    for each in requests:
        each.check(code, "203.0.113.7")

    requests[0].create("ana@example.com", "hash", "Ana")

    with pytest.raises(ForbiddenError, match="Registration is closed"):
        requests[1].create("ben@example.com", "hash", "Ben")


def test_closed_registration_takes_no_code(new_app):
    client = new_app(host="0.0.0.0", registration="closed").test_client()

    answer = client.post(URL, json={**ANA, "setupCode": code_of(client)})

    assert (answer.status_code, answer.json["error"]) == (403, "Registration is closed")


def may_use_server_keys(client: FlaskClient, email: str, **fields: Any) -> bool:
    services = client.application.extensions["services"]
    caller = kept_keys.caller(services.store, users.id_of(email))
    return offers.may_use_server_keys(replace(services.settings, **fields), caller)


@pytest.mark.parametrize("fields", EXPOSURES)
def test_whoever_registers_where_anybody_can_gets_no_server_keys(new_app, fields):
    client = new_app(**fields, registration="open").test_client()
    Person.register(client, "before@example.com")

    assert client.post(URL, json=ANA).status_code == 201

    assert not may_use_server_keys(client, "ana@example.com")
    assert not may_use_server_keys(client, "ana@example.com", host="127.0.0.1", registration="auto")
    assert may_use_server_keys(client, "ana@example.com", server_key_users=("ana@example.com",))
    assert may_use_server_keys(client, "ana@example.com", server_key_users=("*",))
    assert may_use_server_keys(client, "before@example.com")


def test_whoever_registers_on_this_machine_or_with_the_code_gets_server_keys(client, exposed):
    answer = exposed.post(URL, json={**ANA, "setupCode": code_of(exposed)})
    local = client.post(URL, json=BEN)

    assert (answer.status_code, local.status_code) == (201, 201)
    assert may_use_server_keys(exposed, "ana@example.com")
    assert may_use_server_keys(exposed, "ben@example.com")


def test_order_of_a_stranger_on_the_servers_key_is_refused(new_app):
    app = new_app(host="0.0.0.0", registration="open", gemini_api_key="k", demo_provider="0")
    token = app.test_client().post(URL, json=ANA).json["accessToken"]
    stranger = Person(app.test_client(), token, {})

    order = stranger.post("/api/videos", json={"prompt": "A lamp"})

    assert (order.status_code, order.json["code"]) == (400, "api_key_required")
    assert "SERVER_KEY_USERS" in order.json["details"]
    assert {each["key"] for each in stranger.show("/api/providers")} == {None}


def test_account_of_the_command_line_ends_the_code(exposed):
    runner = exposed.application.test_cli_runner()
    shown = runner.invoke(args=["users", "setup-code"])
    add = ["users", "add", "ana@example.com", "--password-stdin"]

    added = runner.invoke(args=add, input=f"{PASSWORD}\n")
    ended = runner.invoke(args=["users", "setup-code"])

    assert re.fullmatch("(-?[a-z2-9]{4}){4}\n", shown.stdout)
    assert added.exit_code == 0
    assert ended.exit_code == 1
    assert "`./vidworks users add` creates more" in ended.stderr
    code = shown.stdout.strip()
    assert exposed.post(URL, json={**BEN, "setupCode": code}).status_code == 403
    assert not (store_of(exposed).root / SETUP_CODE).exists()


def test_code_is_no_foreign_file_and_in_no_backup(exposed, tmp_path):
    code_of(exposed)
    runner = exposed.application.test_cli_runner()

    doctor = runner.invoke(args=["doctor"])
    backup = runner.invoke(args=["backup", str(tmp_path / "x.tar")])

    assert doctor.stdout.startswith("No problems found")
    needed = "The first account needs the setup code (HOST=0.0.0.0); then registration is closed."
    assert needed in doctor.stderr
    assert backup.exit_code == 0
    assert "Left out" not in backup.stderr
    with tarfile.open(tmp_path / "x.tar") as archive:
        assert SETUP_CODE not in archive.getnames()


WORDS = [
    ({}, "Registration is open on this machine"),
    ({"registration": "open"}, "Registration is open to everybody who reaches the service"),
    ({"node": "a"}, "The first account needs the setup code (NODE=a)"),
    ({"node": "a", "registration": "closed"}, "Registration is closed (REGISTRATION=closed)"),
]


@pytest.mark.parametrize(("fields", "words"), WORDS)
def test_whoever_runs_the_service_is_told_who_can_register(client, fields, words):
    store, settings = store_of(client), Settings(**fields)
    assert registration.in_words(store, settings).startswith(words)

    users.register(store, "ana@example.com", "hash", "Ana")

    after = registration.in_words(store, settings)
    assert after.startswith("Registration is closed (NODE=a)" if "code" in words else words)


def test_code_that_a_kill_left_beside_an_account_opens_nothing(exposed):
    code, path = code_of(exposed), store_of(exposed).root / SETUP_CODE
    Person.register(exposed, "ana@example.com")
    path.write_text(code)

    assert exposed.post(URL, json={**BEN, "setupCode": code}).status_code == 403
    assert registration.setup_code(store_of(exposed)) is None
    assert not path.exists()

"""Repeated failed logins are slowed, per e-mail with address and per address."""

import time
from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts import throttling
from accounts.users import id_of
from config import Settings
from storage.store import Store
from tests.applications import create_app
from tests.people import PASSWORD, Person
from tests.simultaneous import at_once
from web.errors import TooManyError

pytestmark = pytest.mark.slow

HOME, ELSEWHERE = "127.0.0.1", "192.0.2.7"
HOUR_MS = 3600 * 1000


@pytest.fixture
def store(app: Flask) -> Store:
    opened: Store = app.extensions["services"].store
    return opened


def log_in(
    client: FlaskClient,
    password: str = "wrong password",
    email: str = "ana@example.com",
    address: str = HOME,
    **headers: str,
) -> TestResponse:
    return client.post(
        "/api/auth/login",
        json={"email": email, "password": password},
        environ_base={"REMOTE_ADDR": address},
        headers=headers,
    )


def fail(store: Store, times: int = 5) -> None:
    """Fail to log in as ana at home, without the time that checking passwords takes."""
    for _ in range(times):
        throttling.begin_attempt(store, id_of("ana@example.com"), HOME)


def test_the_sixth_attempt_has_to_wait(client: FlaskClient, ana: Person) -> None:
    assert [log_in(client).status_code for _ in range(5)] == [401] * 5

    answer = log_in(client)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] in {"1", "2"}
    assert answer.json["error"].startswith("Too many failed logins")


def test_the_right_password_has_to_wait_too(client: FlaskClient, store: Store, ana: Person) -> None:
    fail(store)

    assert log_in(client, PASSWORD).status_code == 429


def test_whoever_waited_gets_in_and_the_failures_are_forgotten(
    client: FlaskClient, store: Store, ana: Person
) -> None:
    fail(store)
    time.sleep(int(log_in(client).headers["Retry-After"]))

    assert log_in(client, PASSWORD).status_code == 200
    fail(store)
    assert log_in(client).status_code == 429


def test_who_fails_again_waits_longer(client: FlaskClient, store: Store) -> None:
    fail(store)
    time.sleep(int(log_in(client).headers["Retry-After"]))
    fail(store, 1)

    assert log_in(client).headers["Retry-After"] in {"3", "4"}


def test_an_attempt_while_waiting_does_not_prolong_the_wait(
    client: FlaskClient, store: Store
) -> None:
    fail(store)
    time.sleep(1)
    assert log_in(client).status_code == 429
    time.sleep(1)

    assert log_in(client).status_code == 401


def test_nobody_waits_longer_than_a_quarter_of_an_hour(store: Store) -> None:
    key, _ = throttling.begin_attempt(store, "user_1", HOME)
    store.logins.change(key, lambda login: login.update(failures=1000))

    with pytest.raises(TooManyError) as failure:
        throttling.begin_attempt(store, "user_1", HOME)

    assert failure.value.headers["Retry-After"] == "900"


def test_an_unknown_email_is_slowed_as_well(client: FlaskClient) -> None:
    """Otherwise the 429 would tell which e-mails have accounts."""
    statuses = [log_in(client, email="nobody@example.com").status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


def test_an_email_is_slowed_whatever_its_case(client: FlaskClient, store: Store) -> None:
    fail(store)

    assert log_in(client, email="ANA@example.com").status_code == 429


def test_others_at_the_same_address_need_not_wait(
    client: FlaskClient, store: Store, ben: Person
) -> None:
    fail(store)

    assert log_in(client, PASSWORD, email="ben@example.com").status_code == 200


def test_the_same_user_at_another_address_need_not_wait(
    client: FlaskClient, store: Store, ana: Person
) -> None:
    fail(store)

    assert log_in(client, PASSWORD, address=ELSEWHERE).status_code == 200


def test_a_token_that_was_given_before_works_on(store: Store, ana: Person) -> None:
    fail(store)

    assert ana.get("/api/auth/me").status_code == 200


def test_a_restart_forgives_nothing(store: Store, settings: Settings) -> None:
    fail(store)

    assert log_in(create_app(settings).test_client()).status_code == 429


def test_many_at_once_do_not_slip_through(app: Flask) -> None:
    answers = at_once([lambda: log_in(app.test_client())] * 12)

    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: 7}


def test_five_who_log_in_at_once_all_get_in(app: Flask, ana: Person) -> None:
    for _ in range(3):
        answers = at_once([lambda: log_in(app.test_client(), PASSWORD)] * 5)

        assert [answer.status_code for answer in answers] == [200] * 5


def test_an_address_that_tries_many_emails_has_to_wait(client: FlaskClient, store: Store) -> None:
    for number in range(50):
        throttling.begin_attempt(store, f"user_{number}", ELSEWHERE)

    assert log_in(client, address=ELSEWHERE).status_code == 429
    assert log_in(client, address=HOME).status_code == 401


def test_logins_that_succeed_do_not_count_against_an_address(store: Store) -> None:
    for number in range(100):
        attempt = throttling.begin_attempt(store, f"user_{number}", ELSEWHERE)
        throttling.attempt_succeeded(store, attempt)


def test_an_address_cannot_be_made_up(client: FlaskClient, store: Store) -> None:
    fail(store)

    assert log_in(client, X_Forwarded_For=ELSEWHERE).status_code == 429


def test_the_word_of_a_trusted_proxy_on_addresses_counts(settings: Settings, store: Store) -> None:
    client = create_app(replace(settings, trusted_proxies=1)).test_client()
    fail(store)

    assert log_in(client, X_Forwarded_For=HOME).status_code == 429
    assert log_in(client, X_Forwarded_For=f"{ELSEWHERE}, {HOME}").status_code == 429
    assert log_in(client, X_Forwarded_For=ELSEWHERE).status_code == 401


def test_failures_of_more_than_an_hour_ago_count_no_more(store: Store) -> None:
    key, _ = throttling.begin_attempt(store, "user_1", HOME)
    long_ago = store.logins.snapshot(key).values["updatedAt"] - HOUR_MS - 1
    store.logins.change(key, lambda login: login.update(failures=12, updatedAt=long_ago))

    throttling.begin_attempt(store, "user_1", HOME)

    assert store.logins.snapshot(key).values["failures"] == 1


def test_counts_of_more_than_an_hour_ago_can_be_removed(store: Store) -> None:
    for key in throttling.begin_attempt(store, "user_1", HOME):
        store.logins.change(key, lambda login: login.update(updatedAt=0))
    recent = throttling.begin_attempt(store, "user_2", ELSEWHERE)

    throttling.delete_expired(store)

    assert set(store.logins.documents) == set(recent)

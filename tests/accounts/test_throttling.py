"""Throttling of failed logins, per e-mail and address, and per address."""

from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts import throttling
from accounts.users import id_of
from config import Settings
from storage.clock import now_ms
from storage.store import Store
from tests.accounts.requests import log_in
from tests.applications import create_app
from tests.people import Person
from tests.simultaneous import at_once
from web.errors import TooManyError

pytestmark = pytest.mark.slow

ADDRESS, OTHER_ADDRESS = "127.0.0.1", "192.0.2.7"
HOUR_MS = 3600 * 1000


@pytest.fixture
def store(app: Flask) -> Store:
    opened: Store = app.extensions["services"].store
    return opened


@dataclass
class Clock:
    """A clock that stands still until it is advanced."""

    now: int = field(default_factory=now_ms)

    def advance(self, seconds: int) -> None:
        self.now += 1000 * seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the throttling."""
    clock = Clock()
    monkeypatch.setattr(throttling, "now_ms", lambda: clock.now)
    return clock


def fail_to_log_in(client: FlaskClient, **kwargs: str) -> TestResponse:
    return log_in(client, "wrong password", **kwargs)


def count_failures(store: Store, number: int = 5) -> None:
    """Count failed logins of ana's, without the time that checking passwords takes."""
    for _ in range(number):
        throttling.begin_attempt(store, id_of("ana@example.com"), ADDRESS)


def test_login_after_five_failures_returns_429(client: FlaskClient, ana: Person) -> None:
    assert [fail_to_log_in(client).status_code for _ in range(5)] == [401] * 5

    response = fail_to_log_in(client)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "2"
    assert response.json["error"].startswith("Too many failed logins")


def test_correct_password_is_rejected_during_the_delay(
    client: FlaskClient, store: Store, ana: Person
) -> None:
    count_failures(store)

    assert log_in(client).status_code == 429


def test_login_after_the_delay_resets_the_failures(
    client: FlaskClient, store: Store, clock: Clock, ana: Person
) -> None:
    count_failures(store)
    clock.advance(int(fail_to_log_in(client).headers["Retry-After"]))

    assert log_in(client).status_code == 200
    count_failures(store)
    assert fail_to_log_in(client).status_code == 429


def test_another_failure_after_the_delay_doubles_it(
    client: FlaskClient, store: Store, clock: Clock
) -> None:
    count_failures(store)
    clock.advance(int(fail_to_log_in(client).headers["Retry-After"]))
    count_failures(store, 1)

    assert fail_to_log_in(client).headers["Retry-After"] == "4"


def test_attempt_during_the_delay_does_not_prolong_it(
    client: FlaskClient, store: Store, clock: Clock
) -> None:
    count_failures(store)
    clock.advance(1)
    assert fail_to_log_in(client).status_code == 429
    clock.advance(1)

    assert fail_to_log_in(client).status_code == 401


def test_delay_is_15_minutes_at_most(store: Store) -> None:
    key, _ = throttling.begin_attempt(store, "user_1", ADDRESS)
    store.logins.change(key, lambda login: login.update(failures=1000))

    with pytest.raises(TooManyError) as failure:
        throttling.begin_attempt(store, "user_1", ADDRESS)

    assert failure.value.headers["Retry-After"] == "900"


def test_unknown_email_is_throttled(client: FlaskClient) -> None:
    """Otherwise a 429 would reveal which e-mails have accounts."""
    statuses = [fail_to_log_in(client, email="unknown@example.com").status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


def test_email_is_throttled_in_any_case(client: FlaskClient, store: Store) -> None:
    count_failures(store)

    assert fail_to_log_in(client, email="ANA@example.com").status_code == 429


def test_other_users_at_the_same_address_are_not_throttled(
    client: FlaskClient, store: Store, ben: Person
) -> None:
    count_failures(store)

    assert log_in(client, email="ben@example.com").status_code == 200


def test_same_user_at_another_address_is_not_throttled(
    client: FlaskClient, store: Store, ana: Person
) -> None:
    count_failures(store)

    assert log_in(client, address=OTHER_ADDRESS).status_code == 200


def test_access_token_remains_valid_during_the_delay(store: Store, ana: Person) -> None:
    count_failures(store)

    assert ana.get("/api/auth/me").status_code == 200


def test_failures_are_kept_across_restarts(store: Store, settings: Settings) -> None:
    count_failures(store)

    assert fail_to_log_in(create_app(settings).test_client()).status_code == 429


def test_simultaneous_attempts_cannot_exceed_the_limit(app: Flask) -> None:
    responses = at_once([lambda: fail_to_log_in(app.test_client())] * 12)

    assert Counter(response.status_code for response in responses) == {401: 5, 429: 7}


def test_five_simultaneous_logins_succeed(app: Flask, ana: Person) -> None:
    for _ in range(3):
        responses = at_once([lambda: log_in(app.test_client())] * 5)

        assert [response.status_code for response in responses] == [200] * 5


def test_address_with_failures_of_many_emails_is_throttled(
    client: FlaskClient, store: Store
) -> None:
    for number in range(50):
        throttling.begin_attempt(store, f"user_{number}", OTHER_ADDRESS)

    assert fail_to_log_in(client, address=OTHER_ADDRESS).status_code == 429
    assert fail_to_log_in(client, address=ADDRESS).status_code == 401


def test_successful_logins_do_not_count_against_an_address(store: Store) -> None:
    for number in range(100):
        attempt = throttling.begin_attempt(store, f"user_{number}", OTHER_ADDRESS)
        throttling.attempt_succeeded(store, attempt)


def test_x_forwarded_for_is_ignored_without_trusted_proxies(
    client: FlaskClient, store: Store
) -> None:
    count_failures(store)

    assert fail_to_log_in(client, X_Forwarded_For=OTHER_ADDRESS).status_code == 429


def test_x_forwarded_for_of_a_trusted_proxy_is_used(settings: Settings, store: Store) -> None:
    client = create_app(replace(settings, trusted_proxies=1)).test_client()
    count_failures(store)

    assert fail_to_log_in(client, X_Forwarded_For=ADDRESS).status_code == 429
    assert fail_to_log_in(client, X_Forwarded_For=f"{OTHER_ADDRESS}, {ADDRESS}").status_code == 429
    assert fail_to_log_in(client, X_Forwarded_For=OTHER_ADDRESS).status_code == 401


def test_failures_expire_after_an_hour(store: Store) -> None:
    key, _ = throttling.begin_attempt(store, "user_1", ADDRESS)
    expired = store.logins.snapshot(key).values["updatedAt"] - HOUR_MS - 1
    store.logins.change(key, lambda login: login.update(failures=12, updatedAt=expired))

    throttling.begin_attempt(store, "user_1", ADDRESS)

    assert store.logins.snapshot(key).values["failures"] == 1


def test_expired_counters_are_deleted(store: Store) -> None:
    for key in throttling.begin_attempt(store, "user_1", ADDRESS):
        store.logins.change(key, lambda login: login.update(updatedAt=0))
    recent = throttling.begin_attempt(store, "user_2", OTHER_ADDRESS)

    throttling.delete_expired(store)

    assert set(store.logins.documents) == set(recent)

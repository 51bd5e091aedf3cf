"""Throttling of failed logins, per email and address, and per address; and of registrations."""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts import counters, throttling
from accounts.users import id_of
from storage.clock import now_ms
from storage.errors import DiskFullError, UnwritableError
from storage.store import Store
from tests.accounts.requests import log_in
from tests.applications import create_app
from tests.cases import cases
from tests.people import PASSWORD
from tests.simultaneous import at_once

pytestmark = pytest.mark.slow

ADDRESS, OTHER_ADDRESS = "127.0.0.1", "192.0.2.7"


@dataclass
class Clock:
    """A clock that stands still until it is advanced."""

    now: int = field(default_factory=now_ms)

    def advance(self, seconds: int) -> None:
        self.now += 1000 * seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The clock of the throttling."""
    clock = Clock()
    monkeypatch.setattr(counters, "now_ms", lambda: clock.now)
    return clock


def fail_to_log_in(client: FlaskClient, **kwargs: str) -> TestResponse:
    return log_in(client, "wrong password", **kwargs)


def register(
    client: FlaskClient, email: str = "eva@example.com", address: str = ADDRESS
) -> TestResponse:
    account = {"email": email, "password": PASSWORD, "name": "Eva"}
    return client.post("/api/auth/register", json=account, environ_base={"REMOTE_ADDR": address})


def count_failures(store: Store, number: int = 5) -> None:
    """Count failed logins of ana's, without the time that checking passwords takes."""
    for _ in range(number):
        throttling.count_failed_login(store, id_of("ana@example.com"), ADDRESS)


def test_login_after_five_failures_returns_429(client, ana):
    assert [fail_to_log_in(client).status_code for _ in range(5)] == [401] * 5

    response = fail_to_log_in(client)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "2"
    assert response.json["error"].startswith("Too many failed logins")


def test_login_after_the_delay_resets_the_failures(client, store, clock, ana):
    count_failures(store)
    clock.advance(int(fail_to_log_in(client).headers["Retry-After"]))

    assert log_in(client).status_code == 200
    count_failures(store)
    assert fail_to_log_in(client).status_code == 429


def test_another_failure_after_the_delay_doubles_it(client, store, clock):
    count_failures(store)
    clock.advance(int(fail_to_log_in(client).headers["Retry-After"]))
    count_failures(store, 1)

    assert fail_to_log_in(client).headers["Retry-After"] == "4"


def test_attempt_during_the_delay_does_not_prolong_it(client, store, clock):
    count_failures(store)
    clock.advance(1)
    assert fail_to_log_in(client).status_code == 429
    clock.advance(1)

    assert fail_to_log_in(client).status_code == 401


def test_delay_is_15_minutes_at_most(client, store):
    count_failures(store, 20)

    response = fail_to_log_in(client)

    assert response.headers["Retry-After"] == "900"
    assert response.json["error"] == "Too many failed logins; try again in 15 minutes"


def test_unknown_email_is_throttled(client):
    """Otherwise a 429 would reveal which emails have accounts."""
    statuses = [fail_to_log_in(client, email="unknown@example.com").status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


@cases(
    ("log_in", "status"),
    {
        "with the correct password": (log_in, 429),
        "with the email in another case": (partial(fail_to_log_in, email="ANA@example.com"), 429),
        "as another user at the same address": (partial(log_in, email="ben@example.com"), 200),
        "at another address": (partial(log_in, address=OTHER_ADDRESS), 200),
        "for another address, without a trusted proxy": (
            partial(fail_to_log_in, X_Forwarded_For=OTHER_ADDRESS),
            429,
        ),
    },
)
def test_who_can_log_in_during_the_delay(client, store, ana, ben, log_in, status):
    count_failures(store)

    assert log_in(client).status_code == status


def test_access_token_remains_valid_during_the_delay(store, ana):
    count_failures(store)

    assert ana.get("/api/auth/me").status_code == 200


def test_failures_are_kept_across_restarts(store, settings):
    count_failures(store)

    assert fail_to_log_in(create_app(settings).test_client()).status_code == 429


def test_simultaneous_attempts_cannot_exceed_the_limit(app):
    responses = at_once([lambda: fail_to_log_in(app.test_client())] * 12)

    assert Counter(response.status_code for response in responses) == {401: 5, 429: 7}


def test_simultaneous_logins_with_the_correct_password_succeed(app, ana):
    responses = at_once([lambda: log_in(app.test_client())] * 12)

    assert [response.status_code for response in responses] == [200] * 12


def test_stranger_behind_an_address_with_many_failures_can_log_in(client, store, ben):
    for number in range(200):
        throttling.count_failed_login(store, f"user_{number}", ADDRESS)

    assert log_in(client, email="ben@example.com").status_code == 200


def test_address_with_500_failures_is_throttled_by_8_seconds_at_most(client, store):
    for number in range(510):
        throttling.count_failed_login(store, f"user_{number}", OTHER_ADDRESS)

    response = fail_to_log_in(client, address=OTHER_ADDRESS)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "8")
    assert fail_to_log_in(client, address=ADDRESS).status_code == 401


def test_successful_logins_do_not_count_against_an_address(client, store, ana):
    assert log_in(client).status_code == 200

    assert [*store.logins.documents] == []


def test_addresses_of_one_ipv6_network_count_as_one(client):
    for number in range(5):
        fail_to_log_in(client, address=f"2001:db8::{number}")

    assert fail_to_log_in(client, address="2001:db8::9").status_code == 429
    assert fail_to_log_in(client, address="2001:db8:0:1::9").status_code == 401


def test_clock_that_is_set_back_locks_nobody_out(client, store, clock, ana):
    count_failures(store, 20)
    clock.advance(-365 * 24 * 3600)

    assert log_in(client).status_code == 200


def test_guesses_at_nodes_whose_clocks_differ_are_throttled(client, store, clock):
    statuses = []
    for _ in range(10):
        clock.now += 300
        statuses.append(fail_to_log_in(client).status_code)
        clock.now -= 300
        statuses.append(fail_to_log_in(client).status_code)

    assert Counter(statuses) == {401: 5, 429: 15}


def test_clock_that_is_set_back_by_minutes_forgets_no_failures(client, store, clock):
    count_failures(store, 9)
    clock.advance(-1800)

    assert fail_to_log_in(client).status_code == 401  # when the delay is over is unknown
    assert fail_to_log_in(client).headers["Retry-After"] == "64"


def test_failed_login_on_a_read_only_disk_is_not_told_from_a_correct_one(
    client, store, ana, monkeypatch
):
    """Otherwise guesses that cannot be counted would be free."""
    fail_to_write(store, UnwritableError, monkeypatch)

    wrong, correct = fail_to_log_in(client), log_in(client)
    assert wrong.status_code == correct.status_code == 503
    assert wrong.json["error"] == correct.json["error"]


def test_failed_logins_on_a_full_disk_are_counted_in_memory(
    client, store, ana, ben, clock, monkeypatch
):
    count_failures(store, 3)
    fail_to_write(store, DiskFullError, monkeypatch)

    assert [fail_to_log_in(client).status_code for _ in range(3)] == [401, 401, 429]
    assert log_in(client).status_code == 429
    assert log_in(client, email="ben@example.com").status_code == 200
    clock.advance(2)
    assert log_in(client).status_code == 200


def fail_to_write(store: Store, failure: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all writes of documents fail."""

    def fail(*_: Any) -> None:
        raise failure

    for method in ("replace", "create_directory_with_file", "mark_deleted"):
        monkeypatch.setattr(store.disk, method, fail)


def test_x_forwarded_for_of_a_trusted_proxy_is_used(settings, store):
    client = create_app(replace(settings, trusted_proxies=1)).test_client()
    count_failures(store)

    assert fail_to_log_in(client, X_Forwarded_For=ADDRESS).status_code == 429
    assert fail_to_log_in(client, X_Forwarded_For=f"{OTHER_ADDRESS}, {ADDRESS}").status_code == 429
    assert fail_to_log_in(client, X_Forwarded_For=OTHER_ADDRESS).status_code == 401


def test_failures_expire_after_an_hour(client, store, clock):
    count_failures(store, 12)
    clock.advance(3601)

    assert [fail_to_log_in(client).status_code for _ in range(5)] == [401] * 5


def test_counter_without_its_document_is_logged_and_does_not_block_logins(
    settings, store, ana, capsys
):
    client = create_app(replace(settings, log_level="WARNING")).test_client()
    count_failures(store, 1)
    counters = list((settings.data_dir / "logins").glob("a*/*.json"))  # account, address
    for document in counters:
        document.unlink()

    assert fail_to_log_in(client).status_code == 401
    assert log_in(client).status_code == 200
    log = capsys.readouterr().err
    for document in counters:
        assert f"logins/{document.parent.name} cannot be counted: see `doctor`" in log


def test_expired_counters_are_deleted(store, clock):
    throttling.count_failed_login(store, "user_1", ADDRESS)
    clock.advance(3601)
    throttling.count_failed_login(store, "user_2", OTHER_ADDRESS)

    counters.delete_expired(store)

    assert len(counters_of(store)) == 2


def counters_of(store: Store) -> list[str]:
    """Return the names of all counters."""
    documents = [store.logins.snapshot(each).values for each in store.logins.documents]
    return [key for document in documents for key in document.get("counters", {})]


def test_counting_deletes_expired_counters(store, clock):
    for number in range(20):
        throttling.count_failed_login(store, f"user_{number}", ADDRESS)
    clock.advance(3601)

    for number in range(20, 60):
        throttling.count_failed_login(store, f"user_{number}", ADDRESS)

    assert len(counters_of(store)) == 41


def test_counter_of_an_earlier_version_is_deleted_when_it_has_expired(store, clock):
    store.logins.create(f"account-{'0' * 24}", {"failures": 3, "updatedAt": clock.now - 3_600_000})

    counters.delete_expired(store)
    assert len(store.logins.documents) == 1
    clock.advance(1)
    counters.delete_expired(store)

    assert [*store.logins.documents] == []


def test_the_oldest_of_4000_counters_in_a_document_makes_room(store, clock):
    names = [f"{8 * number:x}" for number in range(4_001)]
    stored = {name: [9, clock.now] for name in names[:-1]}
    store.logins.create("guest-0", {"counters": stored})

    for name in (names[0], names[-1]):  # the first one is not the oldest any more
        counters.count(store, f"guest-{name}")

    assert counters_of(store) == [*names[2:-1], names[0], names[-1]]


def test_simultaneous_failures_are_all_counted(store):
    users = [f"user_{number % 20}" for number in range(60)]

    at_once([partial(throttling.count_failed_login, store, user, ADDRESS) for user in users])

    documents = [store.logins.snapshot(each).values for each in store.logins.documents]
    found = [each for document in documents for each in document["counters"].values()]
    assert Counter(number for number, _ in found) == {3: 20, 60: 1}


def test_more_than_60_registrations_from_an_address_are_throttled(client, store):
    for _ in range(60):
        throttling.count_registration(store, ADDRESS)

    response = register(client)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "2")
    assert response.json["error"] == "Too many registrations; try again in 2 seconds"
    assert register(client, address=OTHER_ADDRESS).status_code == 201


def test_registration_is_throttled_by_a_minute_at_most(client, store, clock):
    for _ in range(100):
        clock.advance(60)
        throttling.count_registration(store, ADDRESS)

    assert register(client).headers["Retry-After"] == "60"
    clock.advance(60)
    assert register(client).status_code == 201


def test_simultaneous_registrations_cannot_exceed_the_limit(app, store):
    for _ in range(57):
        throttling.count_registration(store, ADDRESS)

    responses = at_once(
        [partial(register, app.test_client(), f"{number}@example.com") for number in range(8)]
    )

    assert Counter(response.status_code for response in responses) == {201: 3, 429: 5}

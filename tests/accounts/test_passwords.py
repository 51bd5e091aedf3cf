"""Password hashing: one at a time in the whole service, and a bounded number of requests waits."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.test import TestResponse

from accounts import passwords, users
from accounts.passwords import hashing_turn
from storage.locking.locks import FileLock
from tests.accounts.requests import log_in
from tests.applications import create_app
from tests.jobs.helpers import until
from tests.people import PASSWORD, quick_hash
from tests.service import Service
from tests.simultaneous import at_once
from web.api import accounts as routes


def test_unknown_emails_are_checked_with_a_hash_that_takes_as_long():
    assert users._DUMMY_HASH.split("$")[0] == generate_password_hash("x").split("$")[0]


class HashingMonitor:
    """Counts how many passwords are hashed at once."""

    def __init__(self) -> None:
        self.most = 0
        self._current = 0
        self._lock = threading.Lock()

    @contextmanager
    def count(self) -> Iterator[None]:
        with self._lock:
            self._current += 1
            self.most = max(self.most, self._current)
        yield
        with self._lock:
            self._current -= 1

    def generate(self, password: str) -> str:
        with self.count():
            time.sleep(0.01)  # as long as hashing takes, others may run
            return quick_hash(password)

    def check(self, password_hash: str, password: str) -> bool:
        with self.count():
            time.sleep(0.01)
            return check_password_hash(password_hash, password)


@pytest.fixture
def monitor(monkeypatch):
    monitor = HashingMonitor()
    monkeypatch.setattr(routes, "generate_password_hash", monitor.generate)
    monkeypatch.setattr(routes, "check_password_hash", monitor.check)
    return monitor


@contextmanager
def hashing_blocked(data_dir: Path) -> Iterator[None]:
    """Hold the turn to hash passwords, so that all others wait."""
    places = data_dir / ".places"
    places.mkdir(exist_ok=True)
    turn = FileLock.acquire(places, "password-turn-0", 60)
    try:
        yield
    finally:
        turn.release()


def register(app: Flask, email: str) -> TestResponse:
    account = {"email": email, "password": PASSWORD, "name": "Eva"}
    return app.test_client().post("/api/auth/register", json=account)


def test_simultaneous_registrations_and_logins_hash_one_password_at_a_time(
    settings, app, ana, monitor
):
    apps = [app, create_app(settings)]  # as in two processes
    registrations = [
        partial(register, apps[number % 2], f"eva-{number}@example.com") for number in range(6)
    ]
    logins = [partial(log_in, each.test_client()) for each in apps * 3]

    statuses = [response.status_code for response in at_once([*registrations, *logins])]

    assert statuses == [201] * 6 + [200] * 6
    assert monitor.most == 1


def test_networks_take_turns(settings, app):
    store, served = app.extensions["services"].store, []

    def hash_password(address: str) -> None:
        with hashing_turn(store, address, 300, nullcontext):
            served.append(address)

    addresses = ["192.0.2.1"] * 6 + ["198.51.100.1"]
    waiting = passwords._turns(store.root).waiting("password-turn")
    with ThreadPoolExecutor(len(addresses)) as threads, hashing_blocked(settings.data_dir):
        for number, address in enumerate(addresses, start=1):
            threads.submit(hash_password, address)
            until(lambda: sum(1 for _ in waiting._turns) == number)  # noqa: B023 - at once

    assert served == ["192.0.2.1", "198.51.100.1", *["192.0.2.1"] * 5]


def test_more_than_32_waiting_requests_return_429(settings, app, ana):
    with hashing_blocked(settings.data_dir):
        held = [
            FileLock.try_acquire(settings.data_dir / ".places", f"password-places-{number}")
            for number in range(32)
        ]
        responses = [log_in(app.test_client()), register(app, "eva@example.com")]
        for lock in held:
            assert lock is not None
            lock.release()

    for response in responses:
        assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
        assert response.json["error"].startswith("Too many logins and registrations at once")
    assert log_in(app.test_client()).status_code == 200


@pytest.mark.slow
@pytest.mark.tuning(hashing_turn=300)
def test_logins_from_one_address_leave_places_for_those_from_others(settings, app, ana):
    with ThreadPoolExecutor(48) as threads:
        with hashing_blocked(settings.data_dir):
            crowd = [
                threads.submit(log_in, app.test_client(), address="192.0.2.7") for _ in range(48)
            ]
            wait_for_results(crowd, 36)  # those that got no place
            other = threads.submit(log_in, app.test_client(), address="198.51.100.9")
        assert other.result(60).status_code == 200
        statuses = Counter(login.result(60).status_code for login in crowd)

    assert statuses == {200: 12, 429: 36}


def wait_for_results(futures: Sequence[Future[TestResponse]], number: int) -> None:
    deadline = time.monotonic() + 60
    while (finished := sum(future.done() for future in futures)) < number:
        assert time.monotonic() < deadline, finished
        time.sleep(0.01)


def test_registering_a_known_email_hashes_nothing(app, ana, monitor):
    assert register(app, "ana@example.com").status_code == 409
    assert monitor.most == 0


@pytest.mark.slow
def test_waiting_logins_do_not_occupy_the_threads_of_other_requests(tmp_path):
    service = Service(tmp_path / "data", WORKERS=1, THREADS=2)
    service.start()
    service.register()
    login = {"email": "ana@example.com", "password": "correct horse"}
    statuses: list[int] = []

    def send_login() -> None:
        statuses.append(service.request("POST", "/api/auth/login", login).status)

    try:
        threads = [threading.Thread(target=send_login) for _ in range(4)]
        with hashing_blocked(service.data_dir):
            for thread in threads:
                thread.start()
            for _ in range(20):
                assert service.request("GET", "/api/health").status == 200
        for thread in threads:
            thread.join(60)
        assert statuses == [200] * 4
    finally:
        service.stop()


def test_closed_registration_does_not_wait(settings):
    app = create_app(replace(settings, registration="closed"))

    with hashing_blocked(settings.data_dir):
        assert register(app, "eva@example.com").status_code == 403

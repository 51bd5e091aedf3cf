"""A lock that is held for long harms those who need it, and nobody else."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from statistics import median
from time import monotonic, sleep

import pytest

from tests.held_locks import held, lock_of
from tests.service import Answer, Client, Service

pytestmark = pytest.mark.slow  # the service waits for five seconds

SAVES = 40
FILES = 300_000
IDLE_FACTOR, SLACK_SECONDS = 5, 1.0  # of other users' answers, on a busy machine
ATTEMPTS = 5


@pytest.fixture(scope="module")
def service(run):
    """One process with few threads, to be taken by requests that wait."""
    return run(WORKERS=1, THREADS=4, FSYNC=0)


@pytest.fixture(scope="module")
def ben(service):
    """Another user."""
    return service.client(service.register("ben@example.com"))


@pytest.fixture(scope="module")
def work(ana):
    return ana.new_work(ana.new_project(), name="before")


@pytest.fixture(scope="module")
def bens_work(ben):
    return ben.new_work(ben.new_project())


@contextmanager
def saves(service: Service, ana: Client, work: str, count: int) -> Iterator[list[Future[Answer]]]:
    """Send so many PUTs of a work at once."""

    def save() -> Answer:
        return service.request("PUT", work, {"name": "after"}, ana.token)

    with ThreadPoolExecutor(count) as threads:
        yield [threads.submit(save) for _ in range(count)]


def seconds_of_requests(client: Client, work: str, count: int) -> list[float]:
    """Return the seconds that each of some reads and saves takes; all succeed."""
    seconds = []
    for number in range(count):
        for method, body in (("GET", None), ("PUT", {"name": str(number)})):
            started = monotonic()
            assert client.request(method, work, body).status == 200
            seconds.append(monotonic() - started)
    return seconds


def test_saves_of_a_locked_work_end_in_503_and_delay_nobody(service, ana, ben, work, bens_work):
    limit = IDLE_FACTOR * max(seconds_of_requests(ben, bens_work, 30)) + SLACK_SECONDS
    document = lock_of(service.data_dir, work).with_name("work.json")
    before, started = document.read_bytes(), monotonic()
    seconds = []

    with held(lock_of(service.data_dir, work)), saves(service, ana, work, SAVES) as answers:
        while not all(answer.done() for answer in answers):
            seconds += seconds_of_requests(ben, bens_work, 1)
            assert ana.get(work).json["name"] == "before"
            sleep(0.1)

    assert median(seconds) < limit  # a busy machine may delay some, a lock delays all
    assert monotonic() - started < 40  # one after the other would take 50
    for answer in (future.result() for future in answers):
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.json["error"] == "The document is locked"
        assert "Nothing was changed" in answer.json["details"]
    assert document.read_bytes() == before
    assert ana.put(work, {"name": "before"}).status == 200


def test_saves_that_wait_succeed_once_the_lock_is_released(service, ana, ben, work, bens_work):
    for _ in range(ATTEMPTS):
        with ExitStack() as stack:
            lock = stack.enter_context(ExitStack())
            lock.enter_context(held(lock_of(service.data_dir, work)))
            answers = stack.enter_context(saves(service, ana, work, 16))
            seconds_of_requests(ben, bens_work, 5)
            early = [answer.result().status for answer in answers if answer.done()]
            lock.close()
        assert 200 not in early
        statuses = [answer.result().status for answer in answers]
        if statuses == [200] * 16:  # otherwise some have waited for too long on a busy machine
            break

    assert statuses == [200] * 16


@pytest.mark.thorough  # it takes several seconds to make so many files
def test_measuring_what_a_user_stores_delays_nobody_else(run):
    service = run(WORKERS=1, THREADS=4, FSYNC=0, USER_QUOTA_MB=10_000)
    ana, ben = (service.client(service.register(f"{name}@example.com")) for name in ("ana", "ben"))
    work, bens_work = (each.new_work(each.new_project()) for each in (ana, ben))
    limit = IDLE_FACTOR * max(seconds_of_requests(ben, bens_work, 30)) + SLACK_SECONDS
    for number in range(FILES // 1000):
        directory = lock_of(service.data_dir, work).parent / "media" / str(number)
        directory.mkdir(parents=True)
        for name in range(1000):
            (directory / str(name)).touch()
    assert ana.delete(ana.new_work(ana.new_project())).status == 204  # so it is measured again

    with saves(service, ana, work, SAVES) as answers:
        while not all(answer.done() for answer in answers):
            assert max(seconds_of_requests(ben, bens_work, 1)) < limit

    # Those that wait for the measurement for more than five seconds get 503, as for any lock.
    assert {future.result().status for future in answers} <= {200, 503}

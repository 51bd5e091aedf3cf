"""One user saturates what users share, while another one works: the harness of test_fairness.py."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from typing import Any, NamedTuple

from tests.jobs.helpers import until
from tests.service import Answer, Client, Service
from tests.vendors import Vendors

Step = Callable[[], None]  # what the other user does once; it asserts that it is complete
Order = Callable[[Client], Answer]  # what the greedy one repeats, on many connections

# Between attempts after a refusal. What is saturated is the row's thing, not the processors: that
# is the row of request threads.
REFUSED_SECONDS = 0.2

FINISHED = {"succeeded", "failed", "interrupted", "cancelled"}


class Stage:
    """A service with two users: Ana, who wants all of it, and Ben.

    Her pictures have so many pixels a `side`, on which it depends how long they take.
    """

    def __init__(self, service: Service, vendors: Vendors, side: int) -> None:
        self.side = side
        self.service = service
        self.vendors = vendors
        self.ana = service.client(service.register("ana@example.com"))
        self.ben = service.client(service.register("ben@example.com"))
        self.anas_project = self.ana.new_project()
        self.bens_project = self.ben.new_project()


def _check_nothing(_: Stage) -> None:
    """Accept whatever Ana got."""


class Row(NamedTuple):
    """Something that users share.

    `attack` prepares and returns the order by which Ana takes all of it, from so many connections;
    what it enters in the stack ends with the attack. `work` prepares and returns what Ben does
    meanwhile. `check` asserts how much Ana got of it. A `slow` one is not run by CI.
    """

    name: str
    attack: Callable[[Stage, ExitStack], Order]
    work: Callable[[Stage], Step]
    connections: int = 12
    slow: bool = False
    check: Callable[[Stage], None] = _check_nothing


@contextmanager
def saturated(stage: Stage, row: Row, connections: int) -> Iterator[threading.Event]:
    """Let Ana repeat her order within the block, or until the yielded event is set.

    Only then, requests may fail.
    """
    stopping, sent = threading.Event(), threading.Semaphore(0)

    def repeat(order: Order) -> None:
        client = stage.service.client(stage.ana.token)
        while not stopping.is_set():
            sent.release()
            try:
                if order(client).status >= 400:
                    stopping.wait(REFUSED_SECONDS)
            except (OSError, HTTPException, AssertionError):
                if not stopping.is_set():
                    raise
        client.close()

    with ExitStack() as stack:
        order = row.attack(stage, stack)
        threads = [threading.Thread(target=repeat, args=(order,)) for _ in range(connections)]
        for thread in threads:
            thread.start()
        try:
            for _ in threads:
                assert sent.acquire(timeout=60)
            yield stopping
        finally:
            stopping.set()
            stack.close()  # what her requests wait for
            for thread in threads:
                thread.join()


def seconds_of(step: Step, times: int) -> list[float]:
    """Return how long a step takes, each time."""
    seconds = []
    for _ in range(times):
        started = time.monotonic()
        step()
        seconds.append(time.monotonic() - started)
    return seconds


def p95(seconds: list[float]) -> float:
    """Return the time within which 95 % of the steps are done."""
    return sorted(seconds)[int(len(seconds) * 0.95) - 1]


def done(answer: Answer, status: int = 200) -> Any:
    """Assert the status of an answer, and return its JSON."""
    assert answer.status == status, (answer.status, answer.body[:300])
    return answer.json


def start(client: Client, work: str, kind: str, **fields: Any) -> str:
    """Start a job, and return its path."""
    headers = {"x-llm-provider": "claude", "x-image-provider": "dalle"}
    answer = client.request("POST", f"{work}/jobs", {"kind": kind, **fields}, **headers)
    assert answer.status == 202, answer.body
    return answer.headers["Location"]


def wait(client: Client, job: str) -> Any:
    """Wait until a job is finished; return it."""
    return until(lambda: found if (found := client.get(job).json)["state"] in FINISHED else None)

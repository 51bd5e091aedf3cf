"""kill -9 of all processes, again and again, in the middle of everybody's work.

`RELIABILITY_ROUNDS=50 pytest tests/reliability/test_crash.py` kills 50 times instead of 5.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from storage.paths import LEFTOVERS
from tests.reliability.actors import Actor, Creator, ProjectMaker, Uploader, Writer, check_disk
from tests.reliability.conftest import Run
from tests.service import Client, Service

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "5"))
SECONDS = 1.5


def test_what_was_acknowledged_survives_kill_9(run: Run) -> None:
    service = run()
    ana = service.client(service.register())
    token = service_token(ana)
    project = ana.new_project()
    people = everybody(service, ana.token, token, project)

    for _ in range(ROUNDS):
        kill_in_the_middle(service, people)
        service.start()

        assert leftovers(service.data_dir) == []
        for person in people:
            person.check()
        check_disk(service.data_dir, ana, project)
    assert all(person.steps > ROUNDS for person in people)


def test_a_half_done_deletion_is_finished_at_the_next_start(run: Run) -> None:
    service = run()
    ana = service.client(service.register())
    project = ana.new_project()
    kept, hidden = ana.new_work(project), ana.new_work(project)
    service.kill()
    home = service.data_dir / hidden.removeprefix("/api/")
    home.rename(home.with_name(".deleted-0123456789abcdef"))

    service.start()

    assert leftovers(service.data_dir) == []
    assert [work["id"] for work in ana.get(f"{project}/works").json] == [Path(kept).name]


def service_token(client: Client) -> str:
    """An API token with all scopes that this test needs."""
    scopes = ["projects:read", "projects:write", "works:read", "works:write"]
    return str(client.post("/api/tokens", {"name": "script", "scopes": scopes}).json["token"])


def everybody(service: Service, jwt: str | None, token: str, project: str) -> list[Actor]:
    """Ten people at work, with credentials of before the first crash."""
    return [
        *[Writer(service.client(each), project) for each in (jwt, token, jwt)],
        *[Creator(service.client(each), project) for each in (jwt, token)],
        Creator(service.client(jwt), project, deletes=True),
        Uploader(service.client(jwt), project),
        Uploader(service.client(token), project),
        Uploader(service.client(token), project, multipart=True),
        ProjectMaker(service.client(token), project),
    ]


def kill_in_the_middle(service: Service, people: list[Actor]) -> None:
    """Let everybody work for a while, kill the service, and wait until all have noticed."""
    killed = Event()
    with ThreadPoolExecutor(len(people)) as threads:
        working = [threads.submit(person.act_until, killed) for person in people]
        time.sleep(SECONDS)
        service.kill()
        killed.set()
    for each in working:
        each.result()


def leftovers(data_dir: Path) -> list[Path]:
    """What interrupted work left behind."""
    return [path for path in data_dir.rglob("*") if path.name.startswith(LEFTOVERS)]

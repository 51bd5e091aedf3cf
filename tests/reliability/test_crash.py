"""SIGKILL to all processes during writes: every acknowledged write survives.

`RELIABILITY_ROUNDS=50` kills 50 times instead of twice.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tests.jobs.helpers import until
from tests.reliability.data import directory_of, leftovers
from tests.reliability.workloads import (
    ClipUploader,
    ProjectCreator,
    WorkCreator,
    WorkDiscarder,
    Workload,
    WorkWriter,
    check_documents,
)
from tests.service import Client, Service

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "2"))
SECONDS = 1.0  # of each round, at least
STEPS = 2  # of each workload in each round, at least


def test_acknowledged_writes_survive_repeated_sigkill(service: Service, ana: Client) -> None:
    api_token = create_api_token(ana)
    project = ana.new_project()
    workloads = create_workloads(service, ana.token, api_token, project)

    for _ in range(ROUNDS):
        run_and_kill(service, workloads)
        service.start()

        assert leftovers(service.data_dir) == []
        for workload in workloads:
            workload.check()
        check_documents(service.data_dir, ana, project)


def test_restart_completes_an_interrupted_deletion(service: Service, ana: Client) -> None:
    project = ana.new_project()
    kept, deleted = ana.new_work(project), ana.new_work(project)
    service.kill()
    directory = directory_of(service.data_dir, deleted)
    directory.rename(directory.with_name(".deleted-0123456789abcdef"))

    service.start()

    assert leftovers(service.data_dir) == []
    assert [work["id"] for work in ana.get(f"{project}/works").json] == [Path(kept).name]


def create_api_token(client: Client) -> str:
    """Create an API token with all scopes that the workloads need."""
    scopes = ["projects:read", "projects:write", "works:read", "works:write"]
    return str(client.post("/api/tokens", {"name": "script", "scopes": scopes}).json["token"])


def create_workloads(
    service: Service, jwt: str | None, api_token: str, project: str
) -> list[Workload]:
    """Return eleven workloads, some with a login's token and some with an API token."""
    return [
        *[WorkWriter(service.client(token), project) for token in (jwt, api_token, jwt)],
        *[WorkCreator(service.client(token), project) for token in (jwt, api_token)],
        WorkCreator(service.client(jwt), project, deletes=True),
        WorkDiscarder(service.client(jwt), project),
        ClipUploader(service.client(jwt), project),
        ClipUploader(service.client(api_token), project),
        ClipUploader(service.client(api_token), project, multipart=True),
        ProjectCreator(service.client(api_token), project),
    ]


def run_and_kill(service: Service, workloads: list[Workload]) -> None:
    """Run all workloads for a while, kill the service, and wait until all have stopped."""
    killed = Event()
    targets = [workload.steps + STEPS for workload in workloads]
    with ThreadPoolExecutor(len(workloads)) as threads:
        running = [threads.submit(workload.run_until, killed) for workload in workloads]
        try:
            time.sleep(SECONDS)
            until(
                lambda: all(
                    workload.steps >= target
                    for workload, target in zip(workloads, targets, strict=True)
                )
            )
        finally:
            service.kill()
            killed.set()
    for future in running:
        future.result()

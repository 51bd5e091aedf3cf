"""SIGKILL to all processes during writes: every acknowledged write survives.

`RELIABILITY_ROUNDS=50` kills 50 times instead of twice. What jobs and exports add is in
`test_crash_of_jobs.py` and `test_crash_of_exports.py`.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import orjson
import pytest

from commands.doctor.checks import run_checks
from storage.paths import WorkRef, exports_of
from storage.store import Store
from tests.export.stored import export_document
from tests.jobs.helpers import until
from tests.reliability.data import directory_of, leftovers
from tests.reliability.workloads import (
    AssetUploader,
    ClipUploader,
    CommentDeleter,
    GuestCommenter,
    ProjectCreator,
    TakeChanger,
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
GUESTS = 50 if ROUNDS > 2 else 10


def test_acknowledged_writes_survive_repeated_sigkill(service, ana, samples):
    api_token = create_api_token(ana)
    project = ana.new_project()
    workloads = [
        *create_workloads(service, ana.token, api_token, project, samples / "long.mp4"),
        *comment_at_once(service, ana, project),
    ]

    for _ in range(ROUNDS):
        survive(service, workloads)
        check_documents(service.data_dir, ana, project)


@pytest.mark.thorough
def test_takes_survive_repeated_sigkill(run):
    service = run(TAKES=1000)
    token = service.register()
    project = service.client(token).new_project()
    workloads: list[Workload] = [TakeChanger(service.client(token), project) for _ in range(4)]

    for _ in range(ROUNDS):
        survive(service, workloads)

    service.stop()
    store = Store(service.data_dir)
    assert all(not result.error for result in run_checks(store, repair=True))
    assert list(run_checks(store)) == []
    service.start()
    for workload in workloads:
        workload.check()


def test_restart_completes_an_interrupted_deletion_and_removes_what_is_incomplete(
    service, ana, samples
):
    project = ana.new_project()
    kept, deleted = ana.new_work(project), ana.new_work(project)
    asset = ana.post(f"{project}/assets", (samples / "image.png").read_bytes()).json
    service.kill()
    directory = directory_of(service.data_dir, deleted)
    directory.rename(directory.with_name(".deleted-0123456789abcdef"))
    incomplete = directory_of(service.data_dir, asset["url"])
    incomplete.rename(incomplete.with_name(".new-0123456789abcdef"))
    (incomplete.parent.parent / ".tmp-0123456789abcdef").write_bytes(b"incomplete")

    service.start()

    assert leftovers(service.data_dir) == []
    assert [work["id"] for work in ana.get(f"{project}/works").json] == [Path(kept).name]
    assert ana.get(f"{project}/assets").json == {"assets": [], "totalSize": 0, "count": 0}
    assert ana.get(asset["url"]).status == 404


def create_api_token(client: Client) -> str:
    """Create an API token with all scopes that the workloads need."""
    scopes = ["projects:read", "projects:write", "works:read", "works:write"]
    return str(client.post("/api/tokens", {"name": "script", "scopes": scopes}).json["token"])


def create_workloads(
    service: Service, jwt: str | None, api_token: str, project: str, video: Path
) -> list[Workload]:
    """Return workloads, some with a login's token and some with an API token."""
    return [
        *[WorkWriter(service.client(token), project) for token in (jwt, api_token, jwt)],
        *[WorkCreator(service.client(token), project) for token in (jwt, api_token)],
        WorkCreator(service.client(jwt), project, deletes=True),
        WorkDiscarder(service.client(jwt), project),
        ClipUploader(service.client(jwt), project),
        ClipUploader(service.client(api_token), project),
        ClipUploader(service.client(api_token), project, multipart=True),
        *[AssetUploader(service.client(jwt), project, video) for _ in range(4)],
        ProjectCreator(service.client(api_token), project),
    ]


def comment_at_once(service: Service, owner: Client, project: str) -> list[Workload]:
    """Return guests of a link who comment on an export, and its owner who deletes comments."""
    work = owner.new_work(project)
    ids = WorkRef(Path(project).name, Path(work).name)
    export = export_document(ids, id="export_1", height=36, duration=60, cues=[])
    path = service.data_dir / exports_of(ids) / "export_1" / "export.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(orjson.dumps(export))
    made = owner.create(f"{work}/reviews", {})
    review = f"/api/review/{Path(made['url']).name}"
    clients = [service.client() for _ in range(GUESTS)]
    guests = [
        GuestCommenter(client, review, f"Guest {number}", owner, work)
        for number, client in enumerate(clients)
    ]
    return [*guests, CommentDeleter(service.client(owner.token), work)]


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


def survive(service: Service, workloads: list[Workload]) -> None:
    """Kill the service while all workloads run; after its start, all that they did is there."""
    run_and_kill(service, workloads)
    service.start()

    assert leftovers(service.data_dir) == []
    for workload in workloads:
        workload.check()

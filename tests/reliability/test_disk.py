"""A disk that is full, and one that cannot be written.

The disk is a small tmpfs, mounted for each test. Where mounting is not permitted, the tests run in
a user namespace of their own, in which it is.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from storage.paths import CHANGES, LEFTOVERS
from tests.reliability.conftest import Run
from tests.reliability.media import MULTIPART, as_part, sealed, version_of
from tests.service import Answer, Client, Service


def can(command: str) -> bool:
    """Whether a shell command succeeds."""
    return subprocess.run(command, shell=True, capture_output=True, check=False).returncode == 0


MOUNTING = can("d=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d && rmdir $d")


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory, services: list[Service]) -> Iterator[Path]:
    """A disk of 16 MB; the services on it are stopped before it goes."""
    if not MOUNTING:
        pytest.skip("mounting is not permitted here: see test_all_of_this_in_a_namespace")
    path = tmp_path_factory.mktemp("mounted") / "disk"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", path], check=True)
    yield path
    for service in services:
        service.stop()
    subprocess.run(["umount", path], check=True)


@pytest.fixture(scope="module")
def service(run: Run, disk: Path) -> Service:
    return run(disk)


@pytest.fixture
def ana(service: Service) -> Client:
    """A new user for each test."""
    return service.client(service.register(f"ana-{secrets.token_hex(4)}@example.com"))


@pytest.fixture
def script(service: Service, ana: Client) -> Client:
    """An API token of ana's, not used yet: its first use would be noted on the disk."""
    made = ana.post("/api/tokens", {"name": "script", "scopes": ["works:read"]})
    return service.client(made.json["token"])


@pytest.fixture
def project(ana: Client) -> str:
    return ana.new_project()


@pytest.fixture
def work(ana: Client, project: str) -> str:
    """A work with a video."""
    work = ana.new_work(project, name="before")
    assert upload(ana, work, sealed(1, 1_000_000)).status == 200
    return work


@pytest.mark.skipif(MOUNTING, reason="mounting is permitted, so all tests of this module run as is")
def test_all_of_this_in_a_namespace() -> None:
    if "IN_NAMESPACE" in os.environ or not can("unshare -rm true"):
        pytest.skip("neither mount nor unshare -rm is permitted here")
    tests = ["unshare", "-rm", sys.executable, "-m", "pytest", "-p", "no:cacheprovider", __file__]

    subprocess.run(tests, check=True, env={**os.environ, "IN_NAMESPACE": "1"})


def test_a_full_disk_refuses_what_is_new_and_keeps_the_rest(
    disk: Path, ana: Client, script: Client, project: str, work: str
) -> None:
    with filled(disk):
        for answer in everything_that_writes(ana, project, work):
            assert (answer.status, answer.json["error"]) == (507, "The server's disk is full")
        assert ana.get("/api/health/ready").status == 507
        assert_all_is_as_before(ana, script, project, work)

    assert_all_can_be_written(ana, project, work)


def test_an_upload_that_does_not_fit_leaves_the_one_before(
    disk: Path, ana: Client, work: str
) -> None:
    large = sealed(2, 18_000_000)
    for answer in (
        upload(ana, work, large),
        ana.post(f"{work}/media/reference", as_part(large, name="video"), Content_Type=MULTIPART),
    ):
        assert (answer.status, answer.json["error"]) == (507, "The server's disk is full")

    assert version_of(ana.get(f"{work}/media/reference").body) == 1
    assert leftovers(disk) == []
    assert upload(ana, work, sealed(3, 2_000_000)).status == 200


def test_deleting_makes_room_on_a_full_disk(
    disk: Path, ana: Client, project: str, work: str
) -> None:
    others = [ana.new_work(project) for _ in range(3)]
    log_of_changes = disk / project.removeprefix("/api/") / "works" / CHANGES
    log_of_changes.unlink()  # may be removed at any time; beginning it anew takes room
    with filled(disk):
        for other in others:
            assert ana.delete(other).status == 204
        assert ana.delete(f"{work}/media/reference").status == 204
        assert [each["name"] for each in ana.get(f"{project}/works").json] == ["before"]

        assert ana.put(work, {"name": "after"}).status == 200
        assert leftovers(disk) == []


def test_a_disk_that_cannot_be_written_is_read(
    disk: Path, ana: Client, script: Client, project: str, work: str
) -> None:
    with read_only(disk):
        for answer in [*everything_that_writes(ana, project, work), ana.delete(work)]:
            expected = "The server's data directory cannot be written"
            assert (answer.status, answer.json["error"]) == (503, expected)
        assert ana.get("/api/health/ready").status == 503
        assert_all_is_as_before(ana, script, project, work)

    assert_all_can_be_written(ana, project, work)


def test_the_start_on_a_disk_that_cannot_be_written_fails_with_a_sentence(
    run: Run, disk: Path
) -> None:
    sentence = r"Vidworks cannot start: DATA_DIR cannot be used: .* Read-only file system"

    with read_only(disk), pytest.raises(AssertionError, match=sentence):
        run(disk)


def upload(client: Client, work: str, file: bytes) -> Answer:
    return client.put(f"{work}/media/reference", file, Content_Type="video/mp4")


def everything_that_writes(client: Client, project: str, work: str) -> list[Answer]:
    """The answers to one request each of all that write."""
    email = f"ben-{secrets.token_hex(4)}@example.com"
    account = {"email": email, "password": "correct horse", "name": "Ben"}
    scene, video = f"{work}/media/scene/0/video", sealed(2, 100_000)
    return [
        client.put(work, {"name": "after"}),
        client.post(f"{project}/works", {}),
        upload(client, work, video),
        client.post(scene, as_part(video), Content_Type=MULTIPART),
        client.put(project, {"name": "after"}),
        client.post("/api/projects", {}),
        client.post("/api/tokens", {"name": "other", "scopes": ["works:read"]}),
        client.post("/api/auth/register", account),
    ]


def assert_all_is_as_before(ana: Client, script: Client, project: str, work: str) -> None:
    for client in (ana, script):
        assert client.get(work).json["name"] == "before"
        assert [each["name"] for each in client.get(f"{project}/works").json] == ["before"]
        assert version_of(client.get(f"{work}/media/reference").body) == 1
    assert ana.get(f"{work}/media/scene/0/video").status == 404
    assert [each["name"] for each in ana.get("/api/projects").json] == ["Untitled project"]


def assert_all_can_be_written(client: Client, project: str, work: str) -> None:
    answers = everything_that_writes(client, project, work)
    assert [answer.status for answer in answers] == [200, 201, 200, 200, 200, 201, 201, 201]
    assert client.get("/api/health/ready").status == 200
    assert version_of(client.get(f"{work}/media/reference").body) == 2


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Fill the disk to its last byte with something that is not the service's."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"x" * size)
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Mount the disk once more over itself, this time read-only."""
    subprocess.run(["mount", "--bind", disk, disk], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", disk], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def leftovers(disk: Path) -> list[Path]:
    """What interrupted work left behind."""
    return [path for path in disk.rglob("*") if path.name.startswith(LEFTOVERS)]

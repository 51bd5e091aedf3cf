"""A full disk and a read-only disk: writes fail with a clear error, reads still work.

The disk is a small tmpfs. Where mounting is not permitted, one test runs all others in a user
namespace, in which it is.
"""

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from storage.paths import CHANGES
from tests.jobs.helpers import until, wait_until_finished
from tests.mounting import CAN_MOUNT, read_only, succeeds
from tests.reliability.data import directory_of, leftovers
from tests.reliability.media import MULTIPART, multipart_body, version_of, versioned_file
from tests.service import Answer, Client, Service


@pytest.fixture(scope="module")
def disk(tmp_path_factory, services):
    """A mounted disk of 16 MB; services are stopped before it is unmounted."""
    if not CAN_MOUNT:
        pytest.skip(
            "mounting is not permitted here: see test_all_tests_of_this_module_in_a_user_namespace"
        )
    path = tmp_path_factory.mktemp("mounted") / "disk"
    path.mkdir()
    options = "size=16m,nr_inodes=4000"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], check=True)
    yield path
    for service in services:
        service.stop()
    subprocess.run(["umount", path], check=True)


@pytest.fixture(scope="module")
def service(run, disk, ffmpeg):
    return run(disk, FFMPEG=ffmpeg.program)


@pytest.fixture
def ana(service):
    """A new user for each test."""
    return service.client(service.register(f"ana-{secrets.token_hex(4)}@example.com"))


@pytest.fixture
def script(service, ana):
    """A client with an API token of ana's that was not used before: its first use is recorded."""
    created = ana.post("/api/tokens", {"name": "script", "scopes": ["works:read"]})
    return service.client(created.json["token"])


@pytest.fixture
def work(ana, project):
    """A work with a video."""
    work = ana.new_work(project, name="before")
    assert upload(ana, work, versioned_file(1, 1_000_000)).status == 200
    return work


@pytest.mark.skipif(CAN_MOUNT, reason="mounting is permitted, so the tests run directly")
def test_all_tests_of_this_module_in_a_user_namespace():
    if "IN_NAMESPACE" in os.environ or not succeeds("unshare -rm true"):
        pytest.skip("neither mount nor unshare -rm is permitted here")
    tests = ["unshare", "-rm", sys.executable, "-m", "pytest", "-p", "no:cacheprovider", __file__]

    subprocess.run(tests, check=True, env={**os.environ, "IN_NAMESPACE": "1"})


def test_writes_on_a_full_disk_return_507_and_change_nothing(disk, ana, script, project, work):
    with filled(disk):
        for answer in send_every_write(ana, project, work):
            assert (answer.status, answer.json["error"]) == (507, "The server's disk is full")
        assert ana.get("/api/health/ready").status == 507
        assert_unchanged(ana, script, project, work)

    assert_writes_succeed(ana, project, work)


# "bytes" takes the same way; other writes without inodes are tested below
@pytest.mark.parametrize("fill", ["bytes", pytest.param("inodes", marks=pytest.mark.thorough)])
def test_logins_on_a_full_disk_succeed_and_sessions_go_on(disk, service, ana, work, fill):
    email = ana.get("/api/auth/me").json["email"]
    login = {"email": email, "password": "correct horse"}
    wrong = {**login, "password": "wrong password"}
    before = post(service, "login", login).json
    with filled(disk) if fill == "bytes" else without_inodes(disk):
        statuses = [post(service, "login", body).status for body in (wrong, login, wrong)]
        during = post(service, "login", login).json
        pairs = [post(service, "refresh", tokens_of(each)).json for each in (before, during)]
        for token in (ana.token, *(each["accessToken"] for each in [before, during, *pairs])):
            assert service.request("GET", work, token=token).status == 200

    assert statuses == [401, 200, 401]
    pairs = [post(service, "refresh", tokens_of(each)).json for each in pairs]
    for each in pairs:
        assert (
            service.request("POST", "/api/auth/logout", {}, token=each["accessToken"]).status == 204
        )
        assert post(service, "refresh", tokens_of(each)).status == 401


def post(service: Service, path: str, body: dict[str, str]) -> Answer:
    return service.request("POST", f"/api/auth/{path}", body)


def tokens_of(session: dict[str, str]) -> dict[str, str]:
    return {"refreshToken": session["refreshToken"]}


def test_writes_on_a_disk_without_inodes_return_507_and_change_nothing(
    disk, ana, script, project, work
):
    with without_inodes(disk):
        for answer in send_every_write(ana, project, work):
            assert (answer.status, answer.json["error"]) == (507, "The server's disk is full")
        assert ana.get("/api/health/ready").status == 507
        assert_unchanged(ana, script, project, work)
        assert ana.delete(work).status == 204

    assert leftovers(disk) == []


def test_missing_inodes_take_as_much_of_the_trash_as_helps(disk, ana, project, work):
    for _ in range(3):
        assert ana.delete(ana.new_work(project)).status == 204
    reserve = os.statvfs(disk).f_files // 20

    with without_inodes(disk, but=reserve // 2):  # more than all of them take
        assert ana.request("PATCH", work, {"name": "after"}).status == 507
        assert len(ana.get("/api/trash").json["items"]) == 3
    with without_inodes(disk, but=reserve - 1):
        assert ana.request("PATCH", work, {"name": "after"}).status == 200
        assert len(ana.get("/api/trash").json["items"]) == 2


def test_upload_larger_than_the_free_space_returns_507_and_keeps_the_previous_file(disk, ana, work):
    large = versioned_file(2, 18_000_000)
    body = multipart_body(large, name="video")
    for answer in (
        upload(ana, work, large),
        ana.post(f"{work}/media/reference", body, Content_Type=MULTIPART),
    ):
        assert (answer.status, answer.json["error"]) == (507, "The server's disk is full")

    assert version_of(ana.get(f"{work}/media/reference").body) == 1
    assert leftovers(disk) == []
    assert upload(ana, work, versioned_file(3, 2_000_000)).status == 200


def test_export_on_a_full_disk_returns_507(disk, ana, project, samples):
    work, body = work_to_export(ana, project, samples)
    with filled(disk):
        answer = ana.post("/api/export", body)

        assert answer.status == 507
        assert ana.get(f"{work}/jobs").json == []

    assert ana.post("/api/export", body).status == 200


@pytest.mark.parametrize(
    ("output", "options"),
    [
        ("/run-", {"width": 320, "height": 240}),
        ("/target.webm", {"width": 320, "height": 240, "format": "webm"}),  # beside the whole video
    ],
)
def test_export_whose_disk_becomes_full_fails_clearly_and_leaves_nothing(
    disk, ana, project, samples, ffmpeg, output, options
):
    work, _ = work_to_export(ana, project, samples)
    ffmpeg.slow_down(output, rate=2)
    begun = len(ffmpeg.calls(output))
    job = ana.post(f"{work}/jobs", {"kind": "export", "options": options}).headers["Location"]
    until(lambda: len(ffmpeg.calls(output)) > begun)
    with filled(disk):
        until(lambda: not ffmpeg.running())
        until(lambda: not list((disk / "cache" / "working").iterdir()))
        assert ana.get(work).status == 200
    ffmpeg.speed_up()

    ended = wait_until_finished(ana, job)

    # It could not always note that it failed; then it was repeated when there was room again.
    if ended["state"] != "succeeded":
        assert ended["state"] == "failed"
        assert ended["reason"].startswith("There is no room for the export: ")
        assert str(disk) not in ended["reason"]
        assert ana.post(f"{job}/resume").status == 202
        assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert leftovers(disk) == []


def work_to_export(client: Client, project: str, samples: Path) -> tuple[str, dict[str, object]]:
    """Create a work with a clip of 8 seconds; return its path, and the body that exports it."""
    work = client.new_work(project)
    clip = (samples / "long.mp4").read_bytes()
    assert client.put(f"{work}/media/scene/0/video", clip, Content_Type="video/mp4").status == 200
    ids = {"projectId": project.rsplit("/", maxsplit=1)[-1], "workId": work.split("/")[-1]}
    clips = [{"sceneIndex": 0, "position": 0, "end": 1}]
    return work, {**ids, "clips": clips, "options": {"width": 64, "height": 64}}


def test_deleting_on_a_full_disk_succeeds_and_frees_space(disk, ana, project, work):
    others = [ana.new_work(project) for _ in range(3)]
    change_log = directory_of(disk, project) / "works" / CHANGES
    change_log.unlink()  # may be removed at any time; a new one needs space
    with filled(disk):
        for other in others:
            assert ana.delete(other).status == 204
        assert ana.delete(f"{work}/media/reference").status == 204
        assert [each["name"] for each in ana.get(f"{project}/works").json] == ["before"]

        assert ana.put(work, {"name": "after"}).status == 200
        assert leftovers(disk) == []


def test_writes_on_a_read_only_disk_return_503_and_reads_succeed(disk, ana, script, project, work):
    with remounted_read_only(disk):
        for answer in [*send_every_write(ana, project, work), ana.delete(work)]:
            expected = "The server's data directory cannot be written"
            assert (answer.status, answer.json["error"]) == (503, expected)
        assert ana.get("/api/health/ready").status == 503
        assert_unchanged(ana, script, project, work)

    assert_writes_succeed(ana, project, work)


def test_service_on_a_read_only_disk_exits_with_a_one_line_error(run, disk):
    message = r"Vidworks cannot start: DATA_DIR cannot be used: .* Read-only file system"

    with remounted_read_only(disk), pytest.raises(AssertionError, match=message):
        run(disk)


def upload(client: Client, work: str, file: bytes) -> Answer:
    return client.put(f"{work}/media/reference", file, Content_Type="video/mp4")


def send_every_write(client: Client, project: str, work: str) -> list[Answer]:
    """Send one request of each kind that writes, and return the responses."""
    email = f"ben-{secrets.token_hex(4)}@example.com"
    account = {"email": email, "password": "correct horse", "name": "Ben"}
    scene, video = f"{work}/media/scene/0/video", versioned_file(2, 100_000)
    return [
        client.put(work, {"name": "after"}),
        client.post(f"{project}/works", {}),
        upload(client, work, video),
        client.post(scene, multipart_body(video), Content_Type=MULTIPART),
        client.put(project, {"name": "after"}),
        client.post("/api/projects", {}),
        client.post("/api/tokens", {"name": "other", "scopes": ["works:read"]}),
        client.post("/api/auth/register", account),
    ]


def assert_unchanged(ana: Client, script: Client, project: str, work: str) -> None:
    """Assert that everything is readable and as it was created."""
    for client in (ana, script):
        assert client.get(work).json["name"] == "before"
        assert [each["name"] for each in client.get(f"{project}/works").json] == ["before"]
        assert version_of(client.get(f"{work}/media/reference").body) == 1
    assert ana.get(f"{work}/media/scene/0/video").status == 404
    assert [each["name"] for each in ana.get("/api/projects").json] == ["Untitled project"]


def assert_writes_succeed(client: Client, project: str, work: str) -> None:
    """Assert that every write succeeds and the service is ready."""
    answers = send_every_write(client, project, work)
    assert [answer.status for answer in answers] == [200, 201, 200, 200, 200, 201, 201, 201]
    assert client.get("/api/health/ready").status == 200
    assert version_of(client.get(f"{work}/media/reference").body) == 2


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Fill the disk to its last byte with another file."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"x" * size)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def without_inodes(disk: Path, but: int = 0) -> Iterator[None]:
    """Use all inodes of the disk, but a few, for other files, which take no space."""
    filler = disk / "filler"
    filler.mkdir()
    with suppress(OSError):
        for number in count():
            if os.statvfs(disk).f_favail <= but:
                break
            (filler / str(number)).touch()
    try:
        yield
    finally:
        shutil.rmtree(filler)


@contextmanager
def remounted_read_only(disk: Path) -> Iterator[None]:
    """Mount the disk read-only, until the services have noticed."""
    with read_only(disk):
        time.sleep(1.1)  # for a second, directories that are open are those of the mount before
        yield
    time.sleep(1.1)

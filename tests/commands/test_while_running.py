"""Backup, restore and doctor while the real service handles requests."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run_command
from tests.commands.conftest import files_in
from tests.jobs.helpers import until
from tests.service import Service

pytestmark = pytest.mark.slow

SCENES = 4


class Load:
    """Clients that change works of one project, each in a thread, while the context is open."""

    def __init__(self, service: Service, samples: Path) -> None:
        self.service = service
        self.access_token = service.register()
        token = self.create("/api/tokens", name="script", scopes=["works:read"])
        self.api_token = token["token"]
        self.project = f"/api/projects/{self.create('/api/projects')['id']}"
        self.image, self.video = samples / "image.png", samples / "long.mp4"
        self.idle_work = self.new_work()
        self.upload(self.idle_work, "reference", self.video)
        self.busy_works = [self.new_work() for _ in range(2)]
        self.rounds = 0
        self._stop = threading.Event()

    def create(self, url: str, **fields: Any) -> Any:
        answer = self.service.request("POST", url, fields, self.access_token)
        assert answer.status == 201, answer.body
        return answer.json

    def new_work(self) -> str:
        return f"{self.project}/works/{self.create(f'{self.project}/works')['id']}"

    def upload(self, work: str, slot: str, file: Path) -> None:
        media_type = "image/png" if file == self.image else "video/mp4"
        answer = self.service.request(
            *("PUT", f"{work}/media/{slot}", file.read_bytes(), self.access_token),
            Content_Type=media_type,
        )
        assert answer.status == 200, answer.body

    def change_work(self, work: str) -> None:
        """Upload media, save the work and delete media, again and again."""
        for number in count():
            scene = f"scene/{number % SCENES}"
            self.upload(work, f"{scene}/image", self.image)
            self.upload(work, f"{scene}/video", self.video)
            body = {"name": f"Round {number}"}
            assert self.service.request("PUT", work, body, self.access_token).status == 200
            image = f"{work}/media/{scene}/image"
            answer = self.service.request("DELETE", image, None, self.access_token)
            assert answer.status == 204
            self.rounds += 1
            if self._stop.is_set():
                return

    def create_and_delete_works(self) -> None:
        while not self._stop.is_set():
            work = self.new_work()
            self.upload(work, "reference", self.video)
            assert self.service.request("DELETE", work, None, self.access_token).status == 204

    def __enter__(self) -> "Load":
        self._stop.clear()
        wanted = self.rounds + len(self.busy_works)
        self._pool = ThreadPoolExecutor(len(self.busy_works) + 1)
        self._clients = [self._pool.submit(self.change_work, work) for work in self.busy_works]
        self._clients.append(self._pool.submit(self.create_and_delete_works))
        while self.rounds < wanted and not any(client.done() for client in self._clients):
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown()
        for client in self._clients:
            client.result()  # raises the client's error


@pytest.fixture(scope="module")
def load(samples, tmp_path_factory):
    """Clients of a running service that all tests share."""
    service = Service(tmp_path_factory.mktemp("service") / "data")
    service.start()
    yield Load(service, samples)
    service.stop()


@pytest.fixture
def other(tmp_path):
    """A service on another, new data directory; not started yet."""
    other = Service(tmp_path / "other" / "data")
    other.data_dir.parent.mkdir()
    yield other
    other.stop()


def test_backup_under_load_is_consistent(load, samples, tmp_path):
    archive, restored = tmp_path / "x.tar", tmp_path / "restored"

    def back_up() -> bool:
        """Make a backup; return whether clients completed a round meanwhile."""
        before = load.rounds
        backup = run_command(load.service.data_dir, "backup", archive, "--force")
        assert backup.returncode == 0, backup.stderr
        return load.rounds > before

    with load:
        until(back_up, 120)

    restore = run_command(restored, "restore", archive)
    doctor = run_command(restored, "doctor")

    assert restore.returncode == 0, restore.stderr
    assert doctor.stdout == f"No problems found in {restored}.\n"
    media = [path for path in files_in(restored) if "/media/" in path]
    assert len(media) > len(load.busy_works)
    contents = {samples.joinpath(name).read_bytes() for name in ("image.png", "long.mp4")}
    assert {(restored / path).read_bytes() for path in media} <= contents


def test_service_on_a_restored_backup_serves_the_same(load, other, tmp_path):
    run_command(load.service.data_dir, "backup", tmp_path / "x.tar")

    run_command(other.data_dir, "restore", tmp_path / "x.tar")
    other.start()

    for token in (load.access_token, load.api_token):
        for work in (load.idle_work, *load.busy_works):
            expected = load.service.request("GET", work, None, token)
            actual = other.request("GET", work, None, token)
            assert actual.status == 200
            assert actual.body == expected.body
            for slot in ("reference", "scene/0/image", "scene/0/video"):
                expected = load.service.request("GET", f"{work}/media/{slot}", None, token)
                actual = other.request("GET", f"{work}/media/{slot}", None, token)
                assert (actual.status, actual.body) == (expected.status, expected.body)
    listed = other.request("GET", f"{load.project}/works", None, load.api_token)
    assert {work["id"] for work in listed.json} == {
        work.rpartition("/")[2] for work in (load.idle_work, *load.busy_works)
    }


def test_running_service_serves_a_restore_immediately(load, other, tmp_path):
    run_command(load.service.data_dir, "backup", tmp_path / "x.tar")
    other.start()
    eva = other.register("eva@example.com")
    for _ in range(8):  # so that both processes have cached the list
        assert other.request("GET", "/api/projects", None, eva).json == []

    restore = run_command(other.data_dir, "restore", tmp_path / "x.tar")

    for _ in range(8):
        works = other.request("GET", f"{load.project}/works", None, load.api_token)
        assert len(works.json) == 1 + len(load.busy_works)
    video = other.request("GET", f"{load.idle_work}/media/reference", None, load.api_token)
    assert video.body == load.video.read_bytes()
    assert "have to log in again" in restore.stdout
    assert other.request("GET", "/api/auth/me", None, eva).status == 200


@pytest.mark.thorough
def test_doctor_finds_no_problems_under_load(load):
    with load:
        for _ in range(3):
            doctor = run_command(load.service.data_dir, "doctor", "--repair")

            assert doctor.stdout == f"No problems found in {load.service.data_dir}.\n"

"""Backup, restore and doctor beside the real service, while people work."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run_command
from tests.maintenance.conftest import files_in
from tests.service import Service

pytestmark = pytest.mark.slow

SCENES = 4


class Team:
    """People who work on one project, each in a thread, until they are told to stop."""

    def __init__(self, service: Service, samples: Path) -> None:
        self.service = service
        self.login = service.register()
        self.token = self.made("/api/tokens", name="script", scopes=["works:read"])["token"]
        self.project = f"/api/projects/{self.made('/api/projects')['id']}"
        self.image, self.video = samples / "image.png", samples / "long.mp4"
        self.finished = self.new_work()
        self.upload(self.finished, "reference", self.video)
        self.busy = [self.new_work() for _ in range(4)]
        self.saved = 0
        self._over = threading.Event()

    def made(self, url: str, **fields: Any) -> Any:
        answer = self.service.request("POST", url, fields, self.login)
        assert answer.status == 201, answer.body
        return answer.json

    def new_work(self) -> str:
        return f"{self.project}/works/{self.made(f'{self.project}/works')['id']}"

    def upload(self, work: str, slot: str, file: Path) -> None:
        kind = "image/png" if file == self.image else "video/mp4"
        url = f"{work}/media/{slot}"
        answer = self.service.request("PUT", url, file.read_bytes(), self.login, Content_Type=kind)
        assert answer.status == 200, answer.body

    def save_and_upload(self, work: str) -> None:
        """What goes on in one work: saves, uploads and removals, one after another."""
        for round_ in count():
            scene = f"scene/{round_ % SCENES}"
            self.upload(work, f"{scene}/image", self.image)
            self.upload(work, f"{scene}/video", self.video)
            body = {"name": f"Round {round_}"}
            assert self.service.request("PUT", work, body, self.login).status == 200
            gone = self.service.request("DELETE", f"{work}/media/{scene}/image", None, self.login)
            assert gone.status == 204
            self.saved += 1
            if self._over.is_set():
                return

    def come_and_go(self) -> None:
        """Works are made and deleted, too."""
        while not self._over.is_set():
            work = self.new_work()
            self.upload(work, "reference", self.video)
            assert self.service.request("DELETE", work, None, self.login).status == 204

    def __enter__(self) -> "Team":
        self._over.clear()
        enough = self.saved + len(self.busy)
        self._pool = ThreadPoolExecutor(len(self.busy) + 1)
        self._jobs = [self._pool.submit(self.save_and_upload, work) for work in self.busy]
        self._jobs.append(self._pool.submit(self.come_and_go))
        while self.saved < enough and not any(job.done() for job in self._jobs):
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._pool.shutdown()
        for job in self._jobs:
            job.result()  # whatever went wrong in it


@pytest.fixture
def team(service: Service, samples: Path) -> Team:
    return Team(service, samples)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Service]:
    """A service on another, new directory; not started yet."""
    other = Service(tmp_path / "other" / "data")
    other.data_dir.parent.mkdir()
    yield other
    other.stop()


def test_what_is_backed_up_while_people_work_is_whole(
    team: Team, samples: Path, tmp_path: Path
) -> None:
    for attempt in range(2):
        archive = tmp_path / f"{attempt}.tar"
        with team:
            before = team.saved
            backup = run_command(team.service.data_dir, "backup", archive)
            went_on = team.saved - before

        restored = tmp_path / f"restored-{attempt}"
        restore = run_command(restored, "restore", archive)
        doctor = run_command(restored, "doctor")

        assert backup.returncode == 0, backup.stderr
        assert restore.returncode == 0, restore.stderr
        assert doctor.stdout == f"Nothing is wrong in {restored}.\n"
        media = [path for path in files_in(restored) if "/media/" in path]
        assert len(media) > len(team.busy)
        whole = {samples.joinpath(name).read_bytes() for name in ("image.png", "long.mp4")}
        assert {(restored / path).read_bytes() for path in media} <= whole
        assert went_on > 0


def test_a_second_service_serves_the_same(team: Team, other: Service, tmp_path: Path) -> None:
    with team:
        run_command(team.service.data_dir, "backup", tmp_path / "x.tar")
    run_command(team.service.data_dir, "backup", tmp_path / "quiet.tar")

    run_command(other.data_dir, "restore", tmp_path / "quiet.tar")
    other.start()

    for token in (team.login, team.token):
        for work in (team.finished, *team.busy):
            ours = team.service.request("GET", work, None, token)
            theirs = other.request("GET", work, None, token)
            assert theirs.status == 200
            assert theirs.body == ours.body
            for slot in ("reference", "scene/0/image", "scene/0/video"):
                ours = team.service.request("GET", f"{work}/media/{slot}", None, token)
                theirs = other.request("GET", f"{work}/media/{slot}", None, token)
                assert (theirs.status, theirs.body) == (ours.status, ours.body)
    listed = other.request("GET", f"{team.project}/works", None, team.token)
    assert {work["id"] for work in listed.json} == {
        work.rpartition("/")[2] for work in (team.finished, *team.busy)
    }


def test_a_restore_into_a_running_service_is_seen_at_once(
    team: Team, other: Service, tmp_path: Path
) -> None:
    run_command(team.service.data_dir, "backup", tmp_path / "x.tar")
    other.start()
    eva = other.register("eva@example.com")
    for _ in range(8):  # both processes know the list
        assert other.request("GET", "/api/projects", None, eva).json == []

    restore = run_command(other.data_dir, "restore", tmp_path / "x.tar")

    for _ in range(8):
        works = other.request("GET", f"{team.project}/works", None, team.token)
        assert len(works.json) == 1 + len(team.busy)
    video = other.request("GET", f"{team.finished}/media/reference", None, team.token)
    assert video.body == team.video.read_bytes()
    assert "has to log in again" in restore.stdout
    assert other.request("GET", "/api/auth/me", None, eva).status == 200


def test_doctor_finds_nothing_wrong_while_people_work(team: Team) -> None:
    with team:
        for _ in range(3):
            doctor = run_command(team.service.data_dir, "doctor", "--repair")

            assert doctor.stdout == f"Nothing is wrong in {team.service.data_dir}.\n"

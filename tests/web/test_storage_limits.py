"""USER_QUOTA_MB and RESERVE_MB: how much a user may store, and what a full disk still permits."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any, NamedTuple

import pytest
from werkzeug.test import TestResponse

from storage import limits, usage
from storage.errors import DiskFullError
from tests.applications import create_app
from tests.people import PASSWORD, Person
from tests.service import Client, Service

MB = 1 << 20
AVI = b"RIFF\0\0\0\0AVI LIST"  # how such a file begins


def video(size: int) -> bytes:
    """Return a file of this size that looks like a video."""
    return AVI + bytes(size - len(AVI))


def send(person: Person, url: str, size: int) -> TestResponse:
    return person.put(url, data=video(size), content_type="video/x-msvideo")


pytestmark = pytest.mark.settings(user_quota_mb=10)


def assert_over_quota(answer: TestResponse, used: str, needed: str) -> None:
    assert answer.status_code == 507
    assert answer.json == {
        "error": "Storage quota used up",
        "code": "quota_exceeded",
        "details": f"You store {used} MB of the 10.0 MB that each user may store (USER_QUOTA_MB),"
        f" and this needs {needed} MB more. Delete media, works or assets that you do not need.",
    }


def test_upload_within_the_quota_succeeds(ana, work):
    assert send(ana, f"{work}/media/reference", 9 * MB).status_code == 200


def test_upload_over_the_quota_says_what_is_used_and_what_to_do(ana, work):
    send(ana, f"{work}/media/reference", 6 * MB)

    answer = send(ana, f"{work}/media/scene/0/video", 5 * MB)

    assert_over_quota(answer, "6.0", "5.0")
    assert ana.get(f"{work}/media/scene/0/video").status_code == 404
    assert ana.get(f"{work}/media/reference").status_code == 200


@pytest.mark.tuning(usage_long=0.0, usage_rest=10_000)
def test_refused_requests_do_not_empty_the_trash(ana, project, work):
    """They are counted until the next measurement, which is too expensive to be made for each."""
    discarded = ana.new_work(project)
    send(ana, f"{discarded}/media/reference", MB)
    ana.delete(discarded)
    for _ in range(3):
        refused = ana.post(f"{project}/works", data=b"{" + b" " * 4 * MB)
        assert refused.status_code == 400

    assert ana.post(f"{project}/works", json={}).status_code == 201
    assert len(ana.show("/api/trash")["items"]) == 1


def test_small_sizes_are_in_kilobytes(ana, project, work):
    send(ana, f"{work}/media/reference", 10 * MB - 60_000)

    answer = ana.post(f"{project}/works", json={"productDescription": "x" * 60_000})

    assert answer.status_code == 507
    assert ", and this needs 66.6 KB more." in answer.json["details"]


@pytest.mark.tuning(usage_long=0.04, usage_rest=10_000, usage_age=0.0)
def test_measurement_that_waits_for_the_disk_is_not_repeated(settings, ana, work, monkeypatch):
    measured = []

    def measure(*_args: Any) -> int:
        measured.append(Event().wait(0.05))  # takes no processor time
        return 9 * MB

    monkeypatch.setattr(usage, "_measure", measure)
    send(ana, f"{work}/media/reference", 2 * MB)
    patient = create_app(replace(settings, tuning=replace(settings.tuning, usage_age=600.0)))
    later = Person(patient.test_client(), ana.token, ana.user)
    del measured[:]

    assert send(later, f"{work}/media/reference", 2 * MB).status_code == 507
    assert measured == []


def test_document_that_was_stored_is_not_refused_since_it_cannot_be_counted(ana, work, monkeypatch):
    def count(*_args: Any) -> None:
        raise DiskFullError("no space left")

    monkeypatch.setattr(limits.StorageLimits, "count", count)

    assert ana.patch(work, json={"name": "New"}).status_code == 200


def test_multipart_upload_and_assets_count_as_well(ana, project, work, samples):
    send(ana, f"{work}/media/reference", 10 * MB - 60_000)

    answers = [
        ana.upload(f"{project}/assets", samples / "long.mp4"),
        ana.upload(f"{work}/media/scene/0/video", samples / "long.mp4"),
    ]

    assert (samples / "long.mp4").stat().st_size > 30_000
    assert [answer.status_code for answer in answers] == [507, 507]


def test_upload_of_unknown_length_is_counted_while_it_arrives(service_with_quota):
    ana = service_with_quota.client(service_with_quota.register())
    work = ana.new_work(ana.new_project())

    def pieces(total: int) -> Iterator[bytes]:
        yield AVI
        for _ in range(total // MB):
            yield bytes(MB)

    url, headers = f"{work}/media/reference", {"Content_Type": "video/x-msvideo"}
    assert ana.put(url, pieces(8 * MB), **headers).status == 200
    ana.delete(url)
    assert ana.put(url, pieces(12 * MB), **headers).status == 507
    assert ana.get(url).status == 404


def test_takes_count_until_they_are_deleted(ana, work):
    url = f"{work}/media/scene/0/video"
    assert send(ana, url, 4 * MB).status_code == 200
    assert send(ana, url, 5 * MB).status_code == 200

    # Documents and the activity of the project take whole blocks of the disk, too.
    assert_over_quota(send(ana, f"{work}/media/reference", 2 * MB), "9.1", "2.0")

    take = ana.show(f"{work}/media/scene/0/takes")["takes"][-1]
    assert ana.delete(take["url"]).status_code == 204
    assert send(ana, f"{work}/media/reference", 2 * MB).status_code == 200


def test_replacing_a_file_does_not_count_twice(ana, work):
    for _ in range(5):
        assert send(ana, f"{work}/media/reference", 4 * MB).status_code == 200


@pytest.mark.parametrize("deleted", ["file", "work", "project"])
def test_space_is_free_again_immediately_after_a_deletion(ana, project, work, deleted):
    send(ana, f"{work}/media/reference", 9 * MB)
    other = ana.new_work(ana.new_project())
    assert send(ana, f"{other}/media/reference", 5 * MB).status_code == 507

    urls = {"file": f"{work}/media/reference", "work": work, "project": project}
    assert ana.delete(urls[deleted]).status_code == 204

    assert send(ana, f"{other}/media/reference", 5 * MB).status_code == 200


def test_documents_count(ana, project):
    text = "x" * 100_000
    answers = [ana.post(f"{project}/works", json={"productDescription": text}) for _ in range(110)]

    statuses = [answer.status_code for answer in answers]
    assert 80 < statuses.count(201) < 105  # each takes somewhat more than 100 KB
    assert statuses[-1] == 507


def test_saving_the_same_work_again_and_again_is_no_growth(ana, work):
    for _ in range(120):
        answer = ana.patch(work, json={"productDescription": "x" * 100_000})
        assert answer.status_code == 200, answer.text


def test_quota_is_each_users_own(ana, ben, work):
    send(ana, f"{work}/media/reference", 9 * MB)

    own = ben.new_work(ben.new_project())
    assert send(ben, f"{own}/media/reference", 9 * MB).status_code == 200


def test_over_the_quota_reading_deleting_and_logging_in_still_work(ana, project, work):
    send(ana, f"{work}/media/reference", 10 * MB - 60_000)
    text = "x" * 60_000
    refused = [
        ana.patch(work, json={"productDescription": text}),
        ana.post("/api/projects", json={"knowledge": text}),
    ]
    assert [answer.status_code for answer in refused] == [507, 507]

    credentials = {"email": "ana@example.com", "password": PASSWORD}
    login = ana.client.post("/api/auth/login", json=credentials)
    assert login.status_code == 200
    refresh = {"refreshToken": login.json["refreshToken"]}
    assert ana.client.post("/api/auth/refresh", json=refresh).status_code == 200
    media_token = {"projectId": project.rpartition("/")[2]}
    assert ana.post("/api/media-tokens", json=media_token).status_code == 201
    assert ana.get(f"{work}/media/reference").status_code == 200
    assert ana.delete(f"{work}/media/reference").status_code == 204
    assert ana.patch(work, json={"productDescription": text}).status_code == 200


@pytest.fixture
def service_with_quota(tmp_path):
    with Service.running(tmp_path / "data", USER_QUOTA_MB=10, FSYNC=0) as service:
        yield service


def test_simultaneous_uploads_do_not_exceed_the_quota(service_with_quota):
    token = service_with_quota.register()
    ana = service_with_quota.client(token)
    work = ana.new_work(ana.new_project())
    body = video(3 * MB)

    def upload(client: Client, index: int) -> int:
        url = f"{work}/media/scene/{index}/video"
        return client.put(url, body, Content_Type="video/x-msvideo").status

    clients = [service_with_quota.client(token) for _ in range(12)]
    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = list(pool.map(upload, clients, range(12)))

    assert statuses.count(200) == 3, statuses
    assert statuses.count(507) == 9, statuses


def test_damaged_or_missing_measurement_is_made_again(app, ana, work):
    send(ana, f"{work}/media/reference", 6 * MB)
    known = app.extensions["services"].settings.data_dir / "usage" / ana.user["id"]
    for damage in (b"", b"[99", b"[0, 0, 0]"):
        known.write_bytes(damage)

        assert_over_quota(send(ana, f"{work}/media/scene/0/video", 5 * MB), "6.0", "5.0")


def test_uploads_are_counted_without_looking_at_all_files(ana, work, monkeypatch):
    measured = []
    measure = usage._measure

    def count(*args: Any) -> int:
        measured.append(args)
        return measure(*args)

    monkeypatch.setattr(usage, "_measure", count)
    send(ana, f"{work}/media/reference", MB)
    del measured[:]

    for index in range(8):
        send(ana, f"{work}/media/scene/{index}/video", MB // 2)

    assert measured == []


class Disk(NamedTuple):
    """A disk as `statvfs` describes it, in blocks of 1 MB."""

    f_bavail: int
    f_blocks: int
    f_frsize: int = MB
    f_favail: int = 1_000_000
    f_files: int = 1_000_000


@pytest.fixture
def disk(app, monkeypatch):
    """The disk that the service sees, as a list with one element that tests may change.

    It has so little free space that each request looks again.
    """
    seen = [Disk(2000, 200_000)]
    monkeypatch.setattr(os, "statvfs", lambda _path: seen[0])
    app.extensions["services"].store.roomy_until = 0.0
    return seen


def test_below_the_reserve_only_reading_deleting_and_logging_in_work(ana, project, work, disk):
    send(ana, f"{work}/media/reference", MB)
    disk[0] = Disk(499, 200_000)

    account = {"email": "new@example.com", "password": PASSWORD, "name": "New"}
    refused = [
        ana.patch(work, json={"name": "New"}),
        ana.post(f"{project}/works", json={}),
        send(ana, f"{work}/media/scene/0/video", MB),
        ana.post("/api/tokens", json={"name": "t", "scopes": ["works:read"]}),
        ana.client.post("/api/auth/register", json=account),
        ana.post(f"{work}/jobs", json={"kind": "scenario"}, headers={"x-llm-provider": "demo"}),
        ana.get("/api/health/ready"),
    ]
    for answer in refused:
        assert answer.status_code == 507
        assert answer.json["error"] == "The server's disk is full"
        assert answer.json["details"].startswith(
            "499.0 MB are free on the server's disk, and the last 500.0 MB are kept (RESERVE_MB)"
        )

    credentials = {"email": "ana@example.com", "password": PASSWORD}
    assert ana.client.post("/api/auth/login", json=credentials).status_code == 200
    assert ana.get("/api/health").status_code == 200
    assert ana.get(work).json["name"] != "New"
    assert ana.delete(f"{work}/media/reference").status_code == 204
    assert ana.delete(work).status_code == 204
    assert ana.delete(project).status_code == 204


def test_upload_that_would_use_the_reserve_is_refused_before_it_arrives(ana, work, disk):
    disk[0] = Disk(505, 200_000)

    assert send(ana, f"{work}/media/reference", 6 * MB).status_code == 507
    assert send(ana, f"{work}/media/reference", 4 * MB).status_code == 200


@pytest.mark.tuning(roomy=60.0)
def test_plenty_of_free_space_is_looked_at_only_once_a_second(ana, work, disk):
    disk[0] = Disk(100_000, 200_000)
    assert ana.patch(work, json={"name": "New"}).status_code == 200

    disk[0] = Disk(499, 200_000)

    assert ana.patch(work, json={"name": "Newer"}).status_code == 200


def test_inodes_have_a_reserve_as_well(ana, project, work, disk):
    disk[0] = disk[0]._replace(f_favail=9_999)

    answer = ana.patch(work, json={"name": "New"})

    assert (answer.status_code, answer.json["error"]) == (507, "The server's disk is full")
    assert answer.json["details"].startswith(
        "9,999 inodes, which each file takes one of, are free on the server's disk, and the last"
        " 10,000 are kept (RESERVE_MB): reading, deleting and logging in still work."
    )
    assert ana.get("/api/health/ready").status_code == 507
    assert ana.delete(work).status_code == 204


def test_disk_that_makes_inodes_as_needed_has_no_reserve_of_them(ana, work, disk):
    disk[0] = disk[0]._replace(f_favail=0, f_files=0)

    assert ana.patch(work, json={"name": "New"}).status_code == 200


def test_reserve_of_a_small_disk_is_a_twentieth(ana, work, disk):
    disk[0] = Disk(60, 1000)
    assert ana.patch(work, json={"name": "New"}).status_code == 200

    disk[0] = Disk(50, 1000)
    assert ana.patch(work, json={"name": "Newer"}).status_code == 507

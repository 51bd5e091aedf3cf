"""Simultaneous requests by many clients to several processes.

`RELIABILITY_ROUNDS=20` repeats them ten times as often.
"""

import os
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from tests.reliability.data import directory_of
from tests.reliability.media import version_of, versioned_file
from tests.service import Answer, Client, Service
from tests.simultaneous import at_once

Call = Callable[[], Answer]

TIMES = 3 * int(os.environ.get("RELIABILITY_ROUNDS", "2"))
FIELDS = (
    *("productName", "productDescription", "targetAudience", "language", "name"),
    *("systemPrompt", "analyzerPrompt", "imageSystemPrompt", "videoSystemPrompt"),
)


@pytest.fixture(scope="module")
def service(run):
    """A service without fsync: a slow disk could let requests wait for too long for a lock."""
    return run(FSYNC=0)


@pytest.fixture(scope="module")
def clients(service, ana):
    """Twelve clients with ana's token, each with its own connection."""
    return [service.client(ana.token) for _ in range(12)]


def test_concurrent_changes_of_different_fields_are_all_kept(ana, clients):
    work = ana.new_work(ana.new_project())

    def write(field: str, client: Client) -> None:
        for number in range(TIMES):
            assert client.put(work, {field: str(number)}).status == 200

    at_once([partial(write, *each) for each in zip(FIELDS, clients, strict=False)])

    last = ana.get(work).json
    assert {field: last[field] for field in FIELDS} == dict.fromkeys(FIELDS, str(TIMES - 1))


@pytest.mark.parametrize("writers", [2, 12])
def test_of_simultaneous_writes_with_one_etag_exactly_one_succeeds(ana, clients, writers):
    work = ana.new_work(ana.new_project())
    for number in range(TIMES):
        etag = ana.get(work).headers["ETag"]

        answers = at_once(
            [
                partial(client.put, work, {"name": f"{number}-{position}"}, If_Match=etag)
                for position, client in enumerate(clients[:writers])
            ]
        )

        winner = one(answers, 200)
        assert statuses(answers) == {200: 1, 412: writers - 1}
        assert ana.get(work).json == winner.json
        assert all(each.json["details"] == winner.json for each in answers if each is not winner)


def test_of_twelve_simultaneous_deletions_with_one_etag_exactly_one_succeeds(ana, clients):
    work = ana.new_work(ana.new_project())
    etag = ana.get(work).headers["ETag"]

    answers = at_once([partial(client.delete, work, If_Match=etag) for client in clients])

    assert statuses(answers) == {204: 1, 404: 11}


def test_twelve_simultaneous_uploads_to_different_scenes_are_all_kept(ana, clients):
    work = ana.new_work(ana.new_project())
    urls = [f"{work}/media/scene/{index}/video" for index in range(12)]

    answers = at_once(
        [
            upload(client, url, versioned_file(index, 200_000))
            for index, (url, client) in enumerate(zip(urls, clients, strict=True))
        ]
    )

    assert statuses(answers) == {200: 12}
    scenes = ana.get(work).json["generatedScenes"]
    assert [(each["sceneIndex"], each["videoUrl"]) for each in scenes] == list(enumerate(urls))
    assert {each["status"] for each in scenes} == {"done"}
    assert [version_of(ana.get(url).body) for url in urls] == list(range(12))


def test_simultaneous_uploads_to_one_scene_leave_one_complete_file(ana, clients):
    scene = ana.new_work(ana.new_project()) + "/media/scene/0/video"
    media_types = ("video/mp4", "video/quicktime")

    answers = at_once(
        [
            upload(client, scene, versioned_file(number, 500_000, media_type), media_type)
            for number, client in enumerate(clients)
            for media_type in [media_types[number % 2]]
        ]
    )

    assert statuses(answers) == {200: 12}
    assert version_of(ana.get(scene).body) in range(12)
    assert ana.delete(scene).status == 204
    assert ana.get(scene).status == 404


def test_of_simultaneous_registrations_with_one_email_address_one_succeeds(service):
    anonymous = [service.client() for _ in range(12)]
    addresses = ["Bob@Example.com", "bob@example.com", "BOB@EXAMPLE.COM"] * 4

    answers = at_once(
        [
            partial(client.post, "/api/auth/register", account(address))
            for client, address in zip(anonymous, addresses, strict=True)
        ]
    )

    assert statuses(answers) == {201: 1, 409: 11}
    token = one(answers, 201).json["accessToken"]
    assert service.request("GET", "/api/auth/me", token=token).status == 200


def test_requests_for_a_work_that_is_being_deleted_succeed_or_return_404(service, ana, clients):
    project = ana.new_project()
    video = versioned_file(0, 100_000)
    for _ in range(TIMES):
        work = ana.new_work(project)
        scene = f"{work}/media/scene/0/video"

        calls: list[Call] = [
            *[partial(each.put, work, {"name": "a"}) for each in clients[:4]],
            *[upload(each, scene, video) for each in clients[4:8]],
            *[partial(each.get, work) for each in clients[8:10]],
            *[partial(each.delete, work) for each in clients[10:]],
        ]

        answers = at_once(calls)

        assert statuses(answers[:10]).keys() <= {200, 404}
        assert statuses(answers[10:]) == {204: 1, 404: 1}
        assert ana.get(work).status == 404
    assert stored(service, f"{project}/works") == {".changes"}


def test_requests_for_a_project_that_is_being_deleted_succeed_or_return_404(service, ana, clients):
    video = versioned_file(0, 100_000)
    for number in range(TIMES):
        project = ana.new_project()
        work = ana.new_work(project) if number % 2 else f"{project}/works/none"
        scene = f"{work}/media/scene/0/video"

        calls: list[Call] = [
            *[partial(each.post, f"{project}/works", {}) for each in clients[:4]],
            *[partial(each.put, work, {"name": "a"}) for each in clients[4:6]],
            *[upload(each, scene, video) for each in clients[6:8]],
            *[partial(each.get, f"{project}/works") for each in clients[8:10]],
            *[partial(each.delete, project) for each in clients[10:]],
        ]

        answers = at_once(calls)

        assert statuses(answers[:10]).keys() <= {200, 201, 404}
        assert statuses(answers[10:]) == {204: 1, 404: 1}
        assert stored(service, project) is None


def test_list_always_contains_unchanged_works_while_others_are_created_and_deleted(ana, clients):
    project = ana.new_project()
    kept = {ana.new_work(project).rpartition("/")[2] for _ in range(20)}

    def create_and_delete(client: Client) -> None:
        for _ in range(TIMES):
            assert client.delete(client.new_work(project)).status == 204

    def read(client: Client) -> None:
        for _ in range(5 * TIMES):
            assert kept <= {work["id"] for work in client.get(f"{project}/works").json}

    calls: list[Callable[[], None]] = [
        *[partial(create_and_delete, each) for each in clients[:6]],
        *[partial(read, each) for each in clients[6:]],
    ]
    at_once(calls)

    assert {work["id"] for work in ana.get(f"{project}/works").json} == kept


def upload(client: Client, url: str, file: bytes, media_type: str = "video/mp4") -> Call:
    """Return a call that uploads a file."""
    return partial(client.put, url, file, Content_Type=media_type)


def account(address: str) -> dict[str, str]:
    """Return the body of a registration."""
    return {"email": address, "password": "correct horse", "name": "Bob"}


def statuses(answers: list[Answer]) -> dict[int, int]:
    """Return how many responses have each status."""
    return dict(Counter(answer.status for answer in answers))


def one(answers: list[Answer], status: int) -> Answer:
    """Return the only response with this status."""
    (answer,) = [each for each in answers if each.status == status]
    return answer


def stored(service: Service, path: str) -> set[str] | None:
    """Return the names in the directory at a URL path, or None if it does not exist."""
    directory = directory_of(service.data_dir, path)
    return {each.name for each in directory.iterdir()} if directory.exists() else None

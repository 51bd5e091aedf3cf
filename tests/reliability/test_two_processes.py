"""Two services on one data directory: every write of one is visible through the other at once.

That includes changes within one tick of the file system's clock that keep the size of the file. So
the services run without fsync, names have the same length, and changes follow in quick succession.
`RELIABILITY_ROUNDS=50` lets each test take ten seconds.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from time import monotonic, sleep

import pytest

from tests.reliability.media import versioned_file
from tests.service import Client

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "1"))
SECONDS = 0.2 * ROUNDS  # for each test, at least
TURNS = 8  # in each test, at least


@pytest.fixture(scope="module")
def first(run):
    return run(WORKERS=1, FSYNC=0)


@pytest.fixture(scope="module")
def second(run, first):
    return run(first.data_dir, WORKERS=1, FSYNC=0)


@pytest.fixture(scope="module")
def ana(first):
    """A user, as a client of the first service."""
    return first.client(first.register())


@pytest.fixture(scope="module")
def ana_on_second(second, ana):
    """The same user, as a client of the second service."""
    return second.client(ana.token)


def turns(first: Client, second: Client) -> Iterator[tuple[str, Client, Client]]:
    """Yield names of equal length, each with the clients that write and read it."""
    end = monotonic() + SECONDS
    for number in count():
        if number >= TURNS and monotonic() > end:
            break
        writer, reader = (second, first) if number % 5 == 0 else (first, second)
        yield f"{number:06}", writer, reader


def names(client: Client, collection: str) -> list[str]:
    """Return the names in a list, in its order."""
    return [each["name"] for each in client.get(collection).json]


def test_change_of_a_work_is_visible_through_the_other_service(ana, ana_on_second, work):
    for name, writer, reader in turns(ana, ana_on_second):
        assert writer.put(work, {"name": name}).status == 200
        assert reader.get(work).json["name"] == name


def test_change_of_a_cached_work_is_visible_through_the_other_service(ana, ana_on_second, work):
    for name, writer, reader in turns(ana, ana_on_second):
        sleep(0.06)  # after which the reader caches the document
        reader.get(work)

        for letter in "abc":
            assert writer.put(work, {"name": letter + name}).status == 200
            assert reader.get(work).json["name"] == letter + name


def test_etag_of_a_work_is_current_on_the_other_service(ana, ana_on_second, work):
    for name, writer, reader in turns(ana, ana_on_second):
        old = reader.get(work).headers["ETag"]
        new = writer.put(work, {"name": name}).headers["ETag"]

        assert reader.get(work, If_None_Match=old).status == 200
        assert reader.get(work, If_None_Match=new).status == 304
        assert reader.put(work, {"name": "late"}, If_Match=old).status == 412


def test_list_of_works_shows_changes_through_the_other_service(ana, ana_on_second, project, work):
    ana.new_work(project, name="another")

    for name, writer, reader in turns(ana, ana_on_second):
        assert writer.put(work, {"name": name}).status == 200
        assert names(reader, f"{project}/works") == [name, "another"]


def test_list_is_current_while_many_clients_read_it(first, second, ana, ana_on_second, project):
    works = [ana.new_work(project, name="another") for _ in range(200)]
    done = Event()

    def read(client: Client) -> None:
        while not done.is_set():
            assert client.get(f"{project}/works").status == 200

    readers = [service.client(ana.token) for service in (first, second) for _ in range(4)]
    with ThreadPoolExecutor(len(readers)) as threads:
        futures = [threads.submit(read, client) for client in readers]
        try:
            for name, writer, reader in turns(ana, ana_on_second):
                assert writer.put(works[int(name) % 200], {"name": name}).status == 200
                assert names(reader, f"{project}/works")[0] == name
        finally:
            done.set()
    for future in futures:
        future.result()


def test_created_and_deleted_works_are_visible_through_the_other_service(
    ana, ana_on_second, project
):
    for name, writer, reader in turns(ana, ana_on_second):
        work = writer.new_work(project, name=name)
        assert reader.get(work).json["name"] == name
        assert names(reader, f"{project}/works") == [name]

        assert reader.delete(work).status == 204
        assert writer.get(work).status == 404
        assert names(writer, f"{project}/works") == []


def test_created_changed_and_deleted_projects_are_visible_through_the_other_service(
    ana, ana_on_second, project
):
    ana.put(project, {"name": "another"})

    for name, writer, reader in turns(ana, ana_on_second):
        created = writer.new_project(name="new")
        assert names(reader, "/api/projects")[:2] == ["new", "another"]

        assert reader.put(created, {"name": name}).status == 200
        assert names(writer, "/api/projects")[:2] == [name, "another"]

        assert reader.delete(created).status == 204
        assert writer.get(created).status == 404
        assert names(writer, "/api/projects")[0] == "another"


def test_created_and_revoked_tokens_take_effect_on_the_other_service(second, ana, ana_on_second):
    for name, writer, reader in turns(ana, ana_on_second):
        created = writer.post("/api/tokens", {"name": name, "scopes": ["projects:read"]}).json
        assert names(reader, "/api/tokens") == [name]
        script = second.client(created["token"])
        assert script.get("/api/projects").status == 200

        assert writer.delete(f"/api/tokens/{created['meta']['id']}").status == 204
        assert script.get("/api/projects").status == 401
        assert names(reader, "/api/tokens") == []
        script.close()


def test_replaced_and_deleted_media_are_visible_through_the_other_service(ana, ana_on_second, work):
    scene = f"{work}/media/scene/0/video"

    for name, writer, reader in turns(ana, ana_on_second):
        media_type = ("video/mp4", "video/quicktime")[int(name) // 3 % 2]
        file = versioned_file(int(name), 10_000, media_type)
        assert writer.put(scene, file, Content_Type=media_type).status == 200
        answer = reader.get(scene)
        assert (answer.headers["Content-Type"], answer.body) == (media_type, file)

        if int(name) % 7 == 0:
            assert reader.delete(scene).status == 204
            assert writer.get(scene).status == 404

"""Two services on one data directory: what one wrote, the next read through the other shows.

Always, so also where two changes fall into one tick of the file system's clock and leave the file
as large as it was: hence no fsync here, names of one length, and as many changes as time allows.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from time import monotonic, sleep

import pytest

from tests.reliability.conftest import Run
from tests.reliability.media import sealed
from tests.service import Client, Service

pytestmark = pytest.mark.slow

SECONDS = 1.5


@pytest.fixture(scope="module")
def first(run: Run) -> Service:
    return run(WORKERS=1, FSYNC=0)


@pytest.fixture(scope="module")
def second(run: Run, first: Service) -> Service:
    return run(first.data_dir, WORKERS=1, FSYNC=0)


@pytest.fixture(scope="module")
def ana(first: Service) -> Client:
    """A user, through the first service."""
    return first.client(first.register())


@pytest.fixture(scope="module")
def there(second: Service, ana: Client) -> Client:
    """The same user, through the second service."""
    return second.client(ana.token)


@pytest.fixture
def project(ana: Client) -> str:
    return ana.new_project()


@pytest.fixture
def work(ana: Client, project: str) -> str:
    return ana.new_work(project)


def turns(ana: Client, there: Client) -> Iterator[tuple[str, Client, Client]]:
    """For a while: a name of always the same length, who writes it, and who reads it."""
    end = monotonic() + SECONDS
    for number in count():
        if monotonic() > end:
            break
        writer, reader = (there, ana) if number % 5 == 0 else (ana, there)
        yield f"{number:06}", writer, reader
    assert number > 10


def names(client: Client, collection: str) -> list[str]:
    """The names in a list, as it comes."""
    return [each["name"] for each in client.get(collection).json]


def test_a_work(ana: Client, there: Client, work: str) -> None:
    for name, writer, reader in turns(ana, there):
        assert writer.put(work, {"name": name}).status == 200
        assert reader.get(work).json["name"] == name


def test_a_work_that_was_at_rest(ana: Client, there: Client, work: str) -> None:
    for name, writer, reader in turns(ana, there):
        sleep(0.06)  # long enough for the reader to keep what it reads
        reader.get(work)

        for letter in "abc":
            assert writer.put(work, {"name": letter + name}).status == 200
            assert reader.get(work).json["name"] == letter + name


def test_a_work_and_its_entity_tag(ana: Client, there: Client, work: str) -> None:
    for name, writer, reader in turns(ana, there):
        old = reader.get(work).headers["ETag"]
        new = writer.put(work, {"name": name}).headers["ETag"]

        assert reader.get(work, If_None_Match=old).status == 200
        assert reader.get(work, If_None_Match=new).status == 304
        assert reader.put(work, {"name": "late"}, If_Match=old).status == 412


def test_a_list_of_works(ana: Client, there: Client, project: str, work: str) -> None:
    ana.new_work(project, name="another")

    for name, writer, reader in turns(ana, there):
        assert writer.put(work, {"name": name}).status == 200
        assert names(reader, f"{project}/works") == [name, "another"]


def test_a_list_that_many_read_at_once(
    first: Service, second: Service, ana: Client, there: Client, project: str
) -> None:
    works = [ana.new_work(project, name="another") for _ in range(200)]
    done = Event()

    def read(client: Client) -> None:
        while not done.is_set():
            assert client.get(f"{project}/works").status == 200

    crowd = [service.client(ana.token) for service in (first, second) for _ in range(4)]
    with ThreadPoolExecutor(len(crowd)) as threads:
        reading = [threads.submit(read, client) for client in crowd]
        try:
            for name, writer, reader in turns(ana, there):
                assert writer.put(works[int(name) % 200], {"name": name}).status == 200
                assert names(reader, f"{project}/works")[0] == name
        finally:
            done.set()
    for each in reading:
        each.result()


def test_creation_and_deletion_of_works(ana: Client, there: Client, project: str) -> None:
    for name, writer, reader in turns(ana, there):
        work = writer.new_work(project, name=name)
        assert reader.get(work).json["name"] == name
        assert names(reader, f"{project}/works") == [name]

        assert reader.delete(work).status == 204
        assert writer.get(work).status == 404
        assert names(writer, f"{project}/works") == []


def test_projects_and_their_list(ana: Client, there: Client, project: str) -> None:
    ana.put(project, {"name": "another"})

    for name, writer, reader in turns(ana, there):
        made = writer.new_project(name="new")
        assert names(reader, "/api/projects")[:2] == ["new", "another"]

        assert reader.put(made, {"name": name}).status == 200
        assert names(writer, "/api/projects")[:2] == [name, "another"]

        assert reader.delete(made).status == 204
        assert writer.get(made).status == 404
        assert names(writer, "/api/projects")[0] == "another"


def test_tokens_and_their_list(second: Service, ana: Client, there: Client) -> None:
    for name, writer, reader in turns(ana, there):
        made = writer.post("/api/tokens", {"name": name, "scopes": ["projects:read"]}).json
        assert names(reader, "/api/tokens") == [name]
        script = second.client(made["token"])
        assert script.get("/api/projects").status == 200

        assert writer.delete(f"/api/tokens/{made['meta']['id']}").status == 204
        assert script.get("/api/projects").status == 401
        assert names(reader, "/api/tokens") == []
        script.close()


def test_media_of_one_size_and_two_types(ana: Client, there: Client, work: str) -> None:
    scene = f"{work}/media/scene/0/video"

    for name, writer, reader in turns(ana, there):
        kind = ("video/mp4", "video/quicktime")[int(name) // 3 % 2]
        file = sealed(int(name), 10_000, kind)
        assert writer.put(scene, file, Content_Type=kind).status == 200
        answer = reader.get(scene)
        assert (answer.headers["Content-Type"], answer.body) == (kind, file)

        if int(name) % 7 == 0:
            assert reader.delete(scene).status == 204
            assert writer.get(scene).status == 404

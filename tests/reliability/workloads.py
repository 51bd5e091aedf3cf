"""Workloads: clients that write until the service is killed, then verify acknowledged writes."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from tests.reliability.data import directory_of
from tests.reliability.media import MULTIPART, multipart_body, version_of, versioned_file
from tests.service import Answer, Client


class Workload(ABC):
    """A client that repeats one operation."""

    def __init__(self, client: Client, project: str) -> None:
        self.client = client
        self.project = project
        self.steps = 0

    def run_until(self, killed: Event) -> None:
        """Repeat `step` until the connection fails, which is an error unless `killed` is set."""
        try:
            while True:
                self.step()
                self.steps += 1
        except (OSError, HTTPException):
            if not killed.wait(30):
                raise

    @abstractmethod
    def step(self) -> None:
        """Change something and record the change if it was acknowledged."""

    @abstractmethod
    def check(self) -> None:
        """Assert that every acknowledged change is visible."""


class WorkWriter(Workload):
    """Writes an increasing number into a work."""

    def __init__(self, client: Client, project: str) -> None:
        super().__init__(client, project)
        self.work = client.new_work(project)
        self.sent = self.acknowledged = 0

    def step(self) -> None:
        self.sent += 1
        text = f"{self.sent} " * (1 + self.sent % 5000)  # some documents span many pages
        expect(200, self.client.put(self.work, {"productDescription": text}))
        self.acknowledged = self.sent

    def check(self) -> None:
        text = expect(200, self.client.get(self.work)).json["productDescription"]
        numbers = set(text.split()) or {"0"}
        assert len(numbers) == 1, "mixture of two versions"
        assert self.acknowledged <= int(numbers.pop()) <= self.sent


class WorkCreator(Workload):
    """Creates works; with `deletes` it deletes every other one again."""

    def __init__(self, client: Client, project: str, deletes: bool = False) -> None:
        super().__init__(client, project)
        self.deletes = deletes
        self.created: set[str] = set()
        self.deleted: set[str] = set()

    def step(self) -> None:
        work = self.client.new_work(self.project)
        if self.deletes and self.steps % 2:
            expect(204, self.client.delete(work))  # if this is interrupted, either state is correct
            self.deleted.add(work)
        else:
            self.created.add(work)

    def check(self) -> None:
        works = expect(200, self.client.get(f"{self.project}/works")).json
        listed = {f"{self.project}/works/{work['id']}" for work in works}
        assert self.created <= listed
        assert not self.deleted & listed
        for work in list(self.deleted)[:3]:
            expect(404, self.client.get(work))


class WorkDiscarder(Workload):
    """Creates works, moves them to the trash, and restores every other one."""

    def __init__(self, client: Client, project: str) -> None:
        super().__init__(client, project)
        self.names: dict[str, str] = {}  # of all works that were created
        self.discarded: dict[str, str] = {}  # the entries of those that are in the trash
        self.restored: set[str] = set()

    def step(self) -> None:
        name = f"Work {self.steps}"
        work = self.client.new_work(self.project, name=name)
        self.names[work] = name
        trash_id = expect(204, self.client.delete(work)).headers["X-Deleted"]
        if self.steps % 2:
            expect(200, self.client.post(f"/api/trash/{trash_id}/restore"))
            self.restored.add(work)
        else:
            self.discarded[work] = trash_id

    def check(self) -> None:
        """Each work is in one of both places, whole; restoring what is in the trash still works."""
        in_trash = dict(self._list_trash())
        assert self.discarded.items() <= in_trash.items()
        assert not self.restored & in_trash.keys()
        for work, name in self.names.items():
            if work in in_trash:
                expect(404, self.client.get(work))
            else:
                assert expect(200, self.client.get(work)).json["name"] == name
        for work, trash_id in list(self.discarded.items())[:3]:
            expect(200, self.client.post(f"/api/trash/{trash_id}/restore"))
            assert expect(200, self.client.get(work)).json["name"] == self.names[work]
            self.restored.add(work)
            del self.discarded[work]

    def _list_trash(self) -> Iterator[tuple[str, str]]:
        """Yield the deleted works, with their entries in the trash."""
        address: str | None = "/api/trash?limit=200"
        while address:
            page = expect(200, self.client.get(address)).json
            for item in page["items"]:
                yield f"{self.project}/works/{item['documentId']}", item["id"]
            address = page["next"] and "?".join(urlsplit(page["next"])[2:4])


class ClipUploader(Workload):
    """Uploads clips of two alternating types to one scene."""

    def __init__(self, client: Client, project: str, multipart: bool = False) -> None:
        super().__init__(client, project)
        self.work = client.new_work(project)
        self.scene = f"{self.work}/media/scene/7/video"
        self.multipart = multipart
        self.sent = self.acknowledged = 0

    def step(self) -> None:
        self.sent += 1
        media_type = ("video/mp4", "video/quicktime")[self.sent % 2]
        file = versioned_file(self.sent, 1024 * (1 + self.sent * 997 % 3000), media_type)
        if self.multipart:
            body = multipart_body(file, media_type)
            answer = self.client.post(self.scene, body, Content_Type=MULTIPART)
        else:
            answer = self.client.put(self.scene, file, Content_Type=media_type)
        expect(200, answer)
        self.acknowledged = self.sent

    def check(self) -> None:
        answer = self.client.get(self.scene)
        if answer.status == 404 and not self.acknowledged:
            return
        assert self.acknowledged <= version_of(expect(200, answer).body) <= self.sent
        scenes = expect(200, self.client.get(self.work)).json["generatedScenes"]
        assert not self.acknowledged or scenes[0]["videoUrl"] == self.scene


class TakeChanger(Workload):
    """Replaces a scene's clip and uses earlier ones again, in turn; clips are of two types."""

    def __init__(self, client: Client, project: str) -> None:
        super().__init__(client, project)
        self.work = client.new_work(project)
        self.scene = f"{self.work}/media/scene/0"
        self.sent = 0
        self.acknowledged: set[int] = set()

    def step(self) -> None:
        self.sent += 1
        media_type = ("video/mp4", "video/quicktime")[self.sent // 2 % 2]
        file = versioned_file(self.sent, 1024 * (1 + self.sent * 997 % 300), media_type)
        expect(200, self.client.put(f"{self.scene}/video", file, Content_Type=media_type))
        self.acknowledged.add(self.sent)
        takes = self._takes()
        take = takes[self.sent * 7 % len(takes)]
        expect(200, self.client.post(f"{take['url']}/use"))

    def check(self) -> None:
        takes = self._takes()
        versions = [version_of(expect(200, self.client.get(take["url"])).body) for take in takes]
        assert len(set(versions)) == len(versions)
        assert self.acknowledged <= set(versions) <= {*range(1, self.sent + 1)}
        if not self.acknowledged:
            return
        [current] = [v for take, v in zip(takes, versions, strict=True) if take["current"]]
        answer = expect(200, self.client.get(f"{self.scene}/video"))
        assert version_of(answer.body) == current
        scenes = expect(200, self.client.get(self.work)).json["generatedScenes"]
        assert scenes[0]["videoUrl"] == f"{self.scene}/video"
        assert {take["source"] for take in takes} == {"uploaded"}

    def _takes(self) -> list[Any]:
        takes: list[Any] = expect(200, self.client.get(f"{self.scene}/takes")).json["takes"]
        return takes


class AssetUploader(Workload):
    """Uploads a video as an asset, in a form."""

    def __init__(self, client: Client, project: str, video: Path) -> None:
        super().__init__(client, project)
        self.video = video.read_bytes()
        self.acknowledged: set[str] = set()

    def step(self) -> None:
        body = multipart_body(self.video, "video/mp4")
        answer = self.client.post(f"{self.project}/assets", body, Content_Type=MULTIPART)
        self.acknowledged.add(expect(201, answer).json["id"])

    def check(self) -> None:
        """Each asset is whole, also one that was not acknowledged."""
        found = self.client.show(f"{self.project}/assets")["assets"]
        assert {asset["id"] for asset in found} >= self.acknowledged
        for asset in found:
            assert expect(200, self.client.get(asset["url"])).body == self.video
            expect(200, self.client.get(asset["thumbnail"]))


class GuestCommenter(Workload):
    """A guest who repeats each comment with the same key until it is acknowledged."""

    def __init__(self, client: Client, review: str, name: str, owner: Client, work: str) -> None:
        super().__init__(client, review)
        self.name, self.owner, self.work = name, owner, work
        self.token = expect(201, client.post(f"{review}/guest", {"name": name})).json["guestToken"]
        self.said: list[Any] = []

    def step(self) -> None:
        number = len(self.said)
        body = {"frame": number, "text": f"{self.name} {number}"}
        headers = {"X_Guest_Token": self.token, "Idempotency_Key": f"{self.name}-{number}"}
        answer = self.client.post(f"{self.project}/comments", body, **headers)
        if answer.status in {429, 503}:
            time.sleep(float(answer.headers.get("Retry-After", 1)))
            return
        self.said.append(expect(201, answer).json)
        time.sleep(0.1)  # who says more is throttled

    def check(self) -> None:
        """No comment is lost, there twice, or at another place than it was."""
        number = len(self.said)
        while len(self.said) == number:  # what was not acknowledged may be there already
            self.step()
        shown = self.owner.show(f"{self.work}/comments")["comments"]
        assert [each for each in shown if each["author"]["name"] == self.name] == self.said
        assert [each["frame"] for each in self.said] == [*range(number + 1)]
        assert [each["createdAt"] for each in shown] == sorted(each["createdAt"] for each in shown)


class CommentDeleter(Workload):
    """Makes and deletes long comments, which rewrites the file of all comments of the work."""

    def __init__(self, client: Client, work: str) -> None:
        super().__init__(client, work)
        self.comments = f"{work}/comments"
        self.made: list[str] = []

    def step(self) -> None:
        made = expect(201, self.client.post(self.comments, {"frame": 0, "text": "x" * 4000}))
        self.made.append(made.json["id"])
        expect(204, self.client.delete(f"{self.comments}/{self.made[-1]}"))

    def check(self) -> None:
        """No deleted comment comes back; those whose deletion was interrupted can be deleted."""
        shown = {each["id"] for each in self.client.show(self.comments)["comments"]}
        assert not shown & {*self.made[:-1]}
        for each in self.made[-1:]:
            assert self.client.delete(f"{self.comments}/{each}").status in {204, 404}


class ProjectCreator(Workload):
    """Creates projects, and deletes every other one again, with a work in it."""

    def __init__(self, client: Client, project: str) -> None:
        super().__init__(client, project)
        self.created: set[str] = set()
        self.deleted: set[str] = set()

    def step(self) -> None:
        project = self.client.new_project()
        if self.steps % 2:
            self.client.new_work(project)
            expect(204, self.client.delete(project))
            self.deleted.add(project)
        else:
            self.created.add(project)

    def check(self) -> None:
        projects = expect(200, self.client.get("/api/projects")).json
        listed = {f"/api/projects/{project['id']}" for project in projects}
        assert self.created <= listed
        assert not self.deleted & listed


def expect(status: int, answer: Answer) -> Answer:
    """Assert the status of a response and return the response."""
    assert answer.status == status, (answer.status, answer.body[:300])
    return answer


def check_documents(data_dir: Path, client: Client, project: str) -> None:
    """Assert that every document is a JSON object, and that lists match the documents."""
    for document in data_dir.glob("**/*.json"):
        assert isinstance(json.loads(document.read_bytes()), dict), document
    for collection in ("/api/projects", f"{project}/works"):
        directory = directory_of(data_dir, collection)
        listed = {each["id"]: each["updatedAt"] for each in client.get(collection).json}
        stored = [json.loads(path.read_bytes()) for path in directory.glob("*/*.json")]
        assert listed == {each["id"]: each["updatedAt"] for each in stored}

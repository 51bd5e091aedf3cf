"""People who keep changing things until the service dies, and remember what it acknowledged."""

import json
from abc import ABC, abstractmethod
from http.client import HTTPException
from pathlib import Path
from threading import Event

from tests.reliability.media import MULTIPART, as_part, sealed, version_of
from tests.service import Answer, Client


class Actor(ABC):
    """Someone who does one thing over and over."""

    def __init__(self, client: Client, project: str) -> None:
        self.client = client
        self.project = project
        self.steps = 0

    def act_until(self, killed: Event) -> None:
        """Go on until the connection breaks, which it may only when the service was killed."""
        try:
            while True:
                self.step()
                self.steps += 1
        except (OSError, HTTPException):
            if not killed.wait(1):
                raise

    @abstractmethod
    def step(self) -> None:
        """Change something once, and remember it if it was acknowledged."""

    @abstractmethod
    def check(self) -> None:
        """Assert that what was acknowledged is so."""


class Writer(Actor):
    """Writes an increasing number into a work."""

    def __init__(self, client: Client, project: str) -> None:
        super().__init__(client, project)
        self.work = client.new_work(project)
        self.sent = self.acknowledged = 0

    def step(self) -> None:
        self.sent += 1
        text = f"{self.sent} " * (1 + self.sent % 5000)  # so that some documents span many pages
        expect(200, self.client.put(self.work, {"productDescription": text}))
        self.acknowledged = self.sent

    def check(self) -> None:
        text = expect(200, self.client.get(self.work)).json["productDescription"]
        numbers = set(text.split()) or {"0"}
        assert len(numbers) == 1, "a mixture of two versions"
        assert self.acknowledged <= int(numbers.pop()) <= self.sent


class Creator(Actor):
    """Creates works; a second kind of creator deletes every other one again."""

    def __init__(self, client: Client, project: str, deletes: bool = False) -> None:
        super().__init__(client, project)
        self.deletes = deletes
        self.there: set[str] = set()
        self.gone: set[str] = set()

    def step(self) -> None:
        work = self.client.new_work(self.project)
        if self.deletes and self.steps % 2:
            expect(204, self.client.delete(work))  # if that breaks, either is right
            self.gone.add(work)
        else:
            self.there.add(work)

    def check(self) -> None:
        works = expect(200, self.client.get(f"{self.project}/works")).json
        listed = {f"{self.project}/works/{work['id']}" for work in works}
        assert self.there <= listed
        assert not self.gone & listed
        for work in list(self.gone)[:3]:
            expect(404, self.client.get(work))


class Uploader(Actor):
    """Uploads one clip after the other for a scene, of two types in turn."""

    def __init__(self, client: Client, project: str, multipart: bool = False) -> None:
        super().__init__(client, project)
        self.work = client.new_work(project)
        self.scene = f"{self.work}/media/scene/7/video"
        self.multipart = multipart
        self.sent = self.acknowledged = 0

    def step(self) -> None:
        self.sent += 1
        kind = ("video/mp4", "video/quicktime")[self.sent % 2]
        file = sealed(self.sent, 1024 * (1 + self.sent * 997 % 3000), kind)
        if self.multipart:
            answer = self.client.post(self.scene, as_part(file, kind), Content_Type=MULTIPART)
        else:
            answer = self.client.put(self.scene, file, Content_Type=kind)
        expect(200, answer)
        self.acknowledged = self.sent

    def check(self) -> None:
        answer = self.client.get(self.scene)
        if answer.status == 404 and not self.acknowledged:
            return
        assert self.acknowledged <= version_of(expect(200, answer).body) <= self.sent
        scenes = expect(200, self.client.get(self.work)).json["generatedScenes"]
        assert not self.acknowledged or scenes[0]["videoUrl"] == self.scene


class ProjectMaker(Actor):
    """Creates projects with a work each, and deletes every other one again."""

    def __init__(self, client: Client, project: str) -> None:
        super().__init__(client, project)
        self.there: set[str] = set()
        self.gone: set[str] = set()

    def step(self) -> None:
        project = self.client.new_project()
        if self.steps % 2:
            self.client.new_work(project)
            expect(204, self.client.delete(project))
            self.gone.add(project)
        else:
            self.there.add(project)

    def check(self) -> None:
        projects = expect(200, self.client.get("/api/projects")).json
        listed = {f"/api/projects/{project['id']}" for project in projects}
        assert self.there <= listed
        assert not self.gone & listed


def expect(status: int, answer: Answer) -> Answer:
    """The answer, which must have this status."""
    assert answer.status == status, (answer.status, answer.body[:300])
    return answer


def check_disk(data_dir: Path, client: Client, project: str) -> None:
    """Assert that every document parses, and that lists and documents agree."""
    for document in data_dir.glob("**/*.json"):
        assert isinstance(json.loads(document.read_bytes()), dict), document
    for collection in ("/api/projects", f"{project}/works"):
        directory = data_dir / collection.removeprefix("/api/")
        listed = {each["id"]: each["updatedAt"] for each in client.get(collection).json}
        stored = [json.loads(path.read_bytes()) for path in directory.glob("*/*.json")]
        assert listed == {each["id"]: each["updatedAt"] for each in stored}

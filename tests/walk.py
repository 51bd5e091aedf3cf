"""Walking every route of the service: where it is, and what it is asked with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import Person

_MEDIA = {
    "reference": "video.mp4",
    "scene/0/image": "image.png",
    "scene/0/video": "video.mp4",
    "audio": "audio.mp3",
}
DEMO = {f"x-{role}-provider": "demo" for role in ("vision", "llm", "image", "video")}
_ASSET_FILES = ("/assets/<id:asset_id>", "/thumbnail")


class Route(NamedTuple):
    """One method of one address, as it is in the map and as it can be asked for."""

    method: str
    rule: str
    url: str
    scopes: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def reads(self) -> bool:
        return self.method in {"GET", "HEAD"}

    @property
    def reads_media(self) -> bool:
        of_project = "<id:project_id>" in self.rule
        is_file = "/media/" in self.rule or self.rule.endswith(_ASSET_FILES)
        return self.reads and of_project and is_file

    def ask(self, client: FlaskClient, token: str | None, query: str = "") -> TestResponse:
        """The answer to a request without a body."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return client.open(self.url + query, method=self.method, headers=headers, buffered=True)


class PopulatedProject:
    """A user's project with a work, all media in it, an asset, a template, jobs, an API token."""

    def __init__(self, owner: Person, samples: Path) -> None:
        self.owner = owner
        self.project = owner.new_project(name="Walked")
        self.work = owner.new_work(self.project)
        for slot, file in _MEDIA.items():
            assert owner.upload(f"{self.work}/media/{slot}", samples / file).status_code == 200
        self.asset = owner.upload(f"{self.project}/assets", samples / "image.png").json["url"]
        template = owner.post(f"{self.project}/templates", json={"name": "x", "content": {}}).json
        self.template = f"{self.project}/templates/{template['id']}"
        self.job = self._finished(f"{self.work}/jobs", kind="scenario")
        self.user_job = self._made("image", prompt="A lamp")
        owner.with_scopes("works:read")
        [self.token_id] = self._token_ids()

    def routes(self, app: Flask) -> list[Route]:
        """Every route of the application, with the ids of what is here, innermost first."""
        ids = {
            "project_id": self.project.rpartition("/")[2],
            "work_id": self.work.rpartition("/")[2],
            "asset_id": self.asset.rpartition("/")[2],
            "template_id": self.template.rpartition("/")[2],
            "job_id": self.job.rpartition("/")[2],
            "user_job_id": self.user_job.rpartition("/")[2],
            "token_id": self.token_id,
            "index": "0",
            "scene_index": "0",
        }
        return sorted(routes_of(app, ids), key=lambda route: (-len(route.rule), route.name))

    def state(self) -> Any:
        """What is here: a request that is refused leaves it as it is."""
        urls = (
            *("/api/projects", self.project, f"{self.project}/works", self.work),
            *(f"{self.project}/assets", f"{self.asset}/meta"),
            *(f"{self.project}/templates", self.template),
            *(f"{self.work}/jobs", self.job, "/api/jobs", self.user_job),
        )
        media = [self.owner.get(f"{self.work}/media/{slot}").data for slot in _MEDIA]
        return [self.owner.get(url).json for url in urls], media, self._token_ids()

    def _finished(self, url: str, **body: Any) -> str:
        """Start a job with the demo provider; returns its address once it is finished."""
        job = self.owner.post(url, json=body, headers=DEMO).headers["Location"]
        assert self.owner.show(f"{job}?wait=20")["state"] == "succeeded"
        return job

    def _made(self, what: str, **body: Any) -> str:
        """Have the demo provider make something outside of works; returns its job's address."""
        answer = self.owner.post(f"/api/generate/{what}", json=body, headers=DEMO)
        assert answer.status_code == 200, answer.text
        return f"/api/jobs/{self.owner.show('/api/jobs')[0]['id']}"

    def _token_ids(self) -> list[str]:
        return [meta["id"] for meta in self.owner.get("/api/tokens").json]


def routes_of(app: Flask, ids: dict[str, str]) -> Iterator[Route]:
    """What the application's own map says, so that a new route is walked from its first day."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        requirement = vars(app.view_functions[rule.endpoint]).get("requirement")
        values = {name: ids.get(name, "x") for name in rule.arguments}
        for method in (rule.methods or set()) - {"OPTIONS"}:
            url = urls.build(rule.endpoint, values, method)
            yield Route(method, rule.rule, url, requirement.scopes if requirement else ())

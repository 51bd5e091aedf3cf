"""All routes of the application, and a project with data for requests to each of them."""

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
    """A URL rule with one of its methods, a URL that matches it, and the scopes it requires."""

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
        in_project = "<id:project_id>" in self.rule
        is_file = "/media/" in self.rule or self.rule.endswith(_ASSET_FILES)
        return self.reads and in_project and is_file

    @property
    def ends_session(self) -> bool:
        return self.rule == "/api/auth/logout"

    def request(self, client: FlaskClient, token: str | None, query: str = "") -> TestResponse:
        """Send a request without a body."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return client.open(self.url + query, method=self.method, headers=headers, buffered=True)


class PopulatedProject:
    """A project with a work, media, an asset, a template and a job.

    Its owner has a job of their own and an API token.
    """

    def __init__(self, owner: Person, samples: Path) -> None:
        self.owner = owner
        self.project = owner.new_project(name="Populated")
        self.work = owner.new_work(self.project)
        for slot, file in _MEDIA.items():
            assert owner.upload(f"{self.work}/media/{slot}", samples / file).status_code == 200
        self.asset = owner.upload(f"{self.project}/assets", samples / "image.png").json["url"]
        template = owner.post(f"{self.project}/templates", json={"name": "x", "content": {}}).json
        self.template = f"{self.project}/templates/{template['id']}"
        self.job = self._run_job(f"{self.work}/jobs", kind="scenario")
        self._keep_output()
        self.user_job = self._generate("image", prompt="A lamp")
        owner.with_scopes("works:read")
        [self.token_id] = self._token_ids()

    def routes(self, app: Flask) -> list[Route]:
        """Return all routes of the application with the ids of this project's data.

        Longer rules come first, so that a project is deleted after what it contains; last is the
        one that ends the session.
        """
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
            "call_id": "llm",
        }
        return sorted(
            routes_of(app, ids),
            key=lambda route: (route.ends_session, -len(route.rule), route.name),
        )

    def state(self) -> Any:
        """Return all of the data as the API shows it; a rejected request does not change it."""
        urls = (
            *("/api/projects", self.project, f"{self.project}/works", self.work),
            *(f"{self.project}/assets", f"{self.asset}/meta"),
            *(f"{self.project}/templates", self.template),
            *(f"{self.work}/jobs", self.job, "/api/jobs", self.user_job),
        )
        media = [self.owner.get(f"{self.work}/media/{slot}").data for slot in _MEDIA]
        return [self.owner.get(url).json for url in urls], media, self._token_ids()

    def _run_job(self, url: str, **body: Any) -> str:
        """Run a job with the demo provider to its end; return its URL."""
        job = self.owner.post(url, json=body, headers=DEMO).headers["Location"]
        assert self.owner.show(f"{job}?wait=20")["state"] == "succeeded"
        return job

    def _keep_output(self) -> None:
        """Store an image with the job, as if a call had made one that is not in any scene."""
        store = self.owner.client.application.extensions["services"].store
        _, _, _, project_id, _, work_id, _, job_id = self.job.split("/")
        files = store.media(store.work_jobs(project_id, work_id), job_id)
        with files.receive() as incoming:
            incoming.write(self.owner.get(f"{self.work}/media/scene/0/image").data)
            files.place(incoming, "llm", "image/png", ("image/png",))

    def _generate(self, what: str, **body: Any) -> str:
        """Generate something outside of works with the demo provider; return its job's URL."""
        response = self.owner.post(f"/api/generate/{what}", json=body, headers=DEMO)
        assert response.status_code == 200, response.text
        return f"/api/jobs/{self.owner.show('/api/jobs')[0]['id']}"

    def _token_ids(self) -> list[str]:
        return [meta["id"] for meta in self.owner.get("/api/tokens").json]


def routes_of(app: Flask, ids: dict[str, str]) -> Iterator[Route]:
    """Yield all routes of the application's URL map, new ones included; unknown ids are `x`."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        requirement = vars(app.view_functions[rule.endpoint]).get("requirement")
        values = {name: ids.get(name, "x") for name in rule.arguments}
        for method in (rule.methods or set()) - {"OPTIONS"}:
            url = urls.build(rule.endpoint, values, method)
            yield Route(method, rule.rule, url, requirement.scopes if requirement else ())

"""All routes of the application, and a project with data for requests to each of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.identity import Identity
from providers.models import providers_for
from schemas.ai import ROLES
from schemas.links import MEDIA
from sharing.links import service as links
from storage.paths import WorkRef
from tests.export.stored import export_document, keep_export
from tests.jobs.helpers import wait_until_finished
from tests.people import Person
from web.context import Services

_MEDIA = {
    "reference": "video.mp4",
    "scene/0/image": "image.png",
    "scene/0/video": "video.mp4",
    "scene/0/voice": "audio.wav",
    "audio": "audio.mp3",
}
EXPORT_SIZE = {"width": 64, "height": 64, "fps": 30}
# What orders of jobs need besides their kind.
REQUIRED_OF_JOBS: dict[str, dict[str, Any]] = {
    "sound": {"prompt": "Rain", "seconds": 3},
    "pipeline": {"steps": ["scenes", "music"]},
}
DEMO = {f"x-{role}-provider": "demo" for role in ROLES if "demo" in providers_for(role)}
_FILES = (
    *("/assets/<id:asset_id>", "/thumbnail", "/filmstrip", "/peaks"),
    *("/exports/<id:export_id>", "/poster", "/captions.vtt", "/captions.srt"),
    *("/frame", "/timeline.otio"),
)


class Route(NamedTuple):
    """A URL rule with one of its methods, and a URL that matches it.

    It requires all of the scopes, one of the alternatives if there are any, and a right if its
    project is in the URL.
    """

    method: str
    rule: str
    url: str
    scopes: tuple[str, ...]
    alternatives: tuple[str, ...] = ()
    right: str | None = None
    is_guarded: bool = True

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def reads(self) -> bool:
        return self.method in {"GET", "HEAD"}

    @property
    def reads_media(self) -> bool:
        in_project = "<id:project_id>" in self.rule
        is_file = "/media/" in self.rule and not self.rule.endswith(
            ("/takes", "/words", "/loudness")
        )
        is_file = is_file or self.rule.endswith(_FILES)
        return self.reads and in_project and is_file

    @property
    def is_endless(self) -> bool:
        """Whether the response is a stream that ends only with its client."""
        return self.rule == "/api/events"

    @property
    def ends_session(self) -> bool:
        return self.rule == "/api/auth/logout"

    @property
    def ends_membership(self) -> bool:
        return self.rule.endswith("/members/leave")

    def request(self, client: FlaskClient, token: str | None, query: str = "") -> TestResponse:
        """Send a request without a body."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        response = client.open(
            self.url + query, method=self.method, headers=headers, buffered=not self.is_endless
        )
        if self.is_endless:
            response.close()
        return response


class PopulatedProject:
    """A project with a work, media, an asset, a template, an export and jobs.

    Its owner has a job of their own and an API token.
    """

    def __init__(self, owner: Person, samples: Path) -> None:
        self.owner = owner
        self.project = owner.new_project(name="Populated")
        small = {"width": 64, "height": 64}
        self.work = owner.new_work(self.project, videoDuration=1, resolution=small)
        for slot, file in (("scene/0/image", "image.jpg"), *_MEDIA.items()):
            assert owner.upload(f"{self.work}/media/{slot}", samples / file).status_code == 200
        self._arrange()
        self.export = self._keep_export(samples / "video.mp4", samples / "image.jpg")
        self.take_id = self._takes()[-1]["id"]  # of the image that was replaced
        self.asset = owner.upload(f"{self.project}/assets", samples / "image.png").json["url"]
        template = owner.post(f"{self.project}/templates", json={"name": "x", "content": {}}).json
        self.template = f"{self.project}/templates/{template['id']}"
        self.member = self._cast_member()
        self.job = self._run_job(f"{self.work}/jobs", kind="scenario")
        self._keep_output()
        self.user_job = self._generate("image", prompt="A lamp")
        self.video = self._run_job(
            "/api/videos",
            prompt="A lamp",
            sceneCount=1,
            videoDuration=1,
            resolution=small,
            export=False,
        )
        for keys in ("/api/provider-keys", f"{self.project}/provider-keys"):
            assert owner.put(f"{keys}/claude", json={"key": "key-1"}).status_code == 204
        owner.with_scopes("works:read")
        [self.token_id] = self._token_ids()
        self.link_id = self._make_link()
        self.member_id, self.invitations = self._share()
        self.restored_id, self.trash_id = (self._discard_project() for _ in range(2))
        self.review_id = owner.create(f"{self.work}/reviews", {})["id"]
        comment = {"frame": 0, "text": "Brighter"}
        self.comment_id = owner.create(f"{self.work}/comments", comment)["id"]

    def to_json(self) -> str:
        """Return it for `from_json`, also in another process."""
        return json.dumps({**vars(self), "owner": [self.owner.token, self.owner.user]})

    @classmethod
    def from_json(cls, text: str, app: Flask) -> Self:
        """Return the same for an application on a copy of the data directory."""
        project, values = cls.__new__(cls), json.loads(text)
        owner = Person(app.test_client(), *values.pop("owner"))
        vars(project).update(values, owner=owner)
        return project

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
            "cast_id": self.member.rpartition("/")[2],
            "job_id": self.job.rpartition("/")[2],
            "export_id": self.export.rpartition("/")[2],
            "video_id": self.video.rpartition("/")[2],
            "user_job_id": self.user_job.rpartition("/")[2],
            "token_id": self.token_id,
            "link_id": self.link_id,
            "link_token": "x" * 22,
            "review_id": self.review_id,
            "comment_id": self.comment_id,
            "member_id": self.member_id,
            "invitation": self.invitations["received"],
            "invitation_id": self.invitations["made"],
            "trash_id": self.trash_id,
            "POST trash_id": self.restored_id,  # it is not in the trash any more then
            "index": "0",
            "scene_index": "0",
            "call_id": "llm",
            "take_id": self.take_id,
            "provider": "claude",
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
            *(f"{self.project}/templates", self.template, f"{self.project}/cast", self.member),
            *(f"{self.work}/jobs", self.job, "/api/jobs", self.user_job),
            *(f"{self.work}/exports", f"{self.work}/narration"),
            *(f"{self.work}/reviews", f"{self.work}/comments", f"{self.work}/decisions"),
            "/api/links",
        )
        media = [self.owner.get(f"{self.work}/media/{slot}").data for slot in _MEDIA]
        return [self.owner.get(url).json for url in urls], media, self._takes(), self._token_ids()

    def _cast_member(self) -> str:
        """Create a member of the cast and return its path."""
        cast = f"{self.project}/cast"
        return f"{cast}/{self.owner.create(cast, {'name': 'Mina', 'kind': 'person'})['id']}"

    def _arrange(self) -> None:
        """Put half a second of a clip on the work's timeline, so that the work can be exported."""
        state = self.owner.show(self.work)["editorState"]
        state["editorData"]["videoTrack"] = [{"id": "a", "start": 0, "end": 0.5, "sceneIndex": 0}]
        state["exportSettings"] = EXPORT_SIZE
        self.owner.save(self.work, {"editorState": state})

    def _run_job(self, url: str, **body: Any) -> str:
        """Run a job with the demo provider to its end; return its URL."""
        job = self.owner.post(url, json=body, headers=DEMO).headers["Location"]
        assert wait_until_finished(self.owner, job)["state"] == "succeeded"
        return job

    def _keep_output(self) -> None:
        """Store an image with the job, as if a call had made one that is not in any scene."""
        store = self.owner.client.application.extensions["services"].store
        _, _, _, project_id, _, work_id, _, job_id = self.job.split("/")
        files = store.media(store.work_jobs(WorkRef(project_id, work_id)), job_id)
        with files.receive() as incoming:
            incoming.write(self.owner.get(f"{self.work}/media/scene/0/image").data)
            files.place(incoming, "llm", "image/png", ("image/png",))

    def _keep_export(self, video: Path, poster: Path) -> str:
        """Store an export with captions, as if a job had made it; return its URL."""
        store = self.owner.client.application.extensions["services"].store
        _, _, _, project_id, _, work_id = self.work.split("/")
        export = export_document((project_id, work_id), id="export_1", **EXPORT_SIZE, createdAt=1)
        keep_export(store, export, video.read_bytes(), poster.read_bytes())
        return f"{self.work}/exports/export_1"

    def _generate(self, what: str, **body: Any) -> str:
        """Generate something outside of works with the demo provider; return its job's URL."""
        response = self.owner.post(f"/api/generate/{what}", json=body, headers=DEMO)
        assert response.status_code == 200, response.text
        return f"/api/jobs/{self.owner.show('/api/jobs')[0]['id']}"

    def _make_link(self) -> str:
        """Make a link to a file of the work with the API token; return its id."""
        _, _, _, project_id, _, work_id = self.work.split("/")
        services: Services = self.owner.client.application.extensions["services"]
        token = services.store.tokens.snapshot(self.token_id).values
        owner = Identity(self.owner.user["id"], frozenset(), api_token=token)
        target = {"projectId": project_id, "workId": work_id, "media": "audio"}
        return links.create(services.store, owner, MEDIA, target, 86_400).id

    def _share(self) -> tuple[str, dict[str, str]]:
        """Make mia a member; return her id, and those of invitations by and to the owner."""
        mia = Person.register(self.owner.client, "mia@example.com")
        for_mia = invite(self.owner, self.project, mia.user["email"])
        assert mia.post(f"/api/invitations/{for_mia}/accept").status_code == 200
        made = invite(self.owner, self.project, "nobody@example.com")
        received = invite(mia, mia.new_project(), self.owner.user["email"])
        return mia.user["id"], {"made": made, "received": received}

    def _discard_project(self) -> str:
        """Delete a new project; return the id of its entry in the trash."""
        return self.owner.delete(self.owner.new_project()).headers["X-Deleted"]

    def _takes(self) -> Any:
        return self.owner.show(f"{self.work}/media/scene/0/takes")["takes"]

    def _token_ids(self) -> list[str]:
        return [meta["id"] for meta in self.owner.get("/api/tokens").json]


def invite(owner: Person, project: str, email: str) -> str:
    """Invite the account of an address as a viewer; return the invitation's id."""
    return str(owner.create(f"{project}/members", {"email": email, "role": "viewer"})["id"])


def routes_of(app: Flask, ids: dict[str, str]) -> Iterator[Route]:
    """Yield all routes of the application's URL map, new ones included; unknown ids are `x`.

    `ids` are by the name of their variable, or by a method and that name.
    """
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        requirement = vars(app.view_functions[rule.endpoint]).get("requirement")
        for method in (rule.methods or set()) - {"OPTIONS"}:
            values = {
                name: ids.get(f"{method} {name}", ids.get(name, "x")) for name in rule.arguments
            }
            url = urls.build(rule.endpoint, values, method)
            scopes = requirement.scopes if requirement else ()
            alternatives = requirement.alternatives if requirement else ()
            right = requirement.right if requirement else None
            is_guarded = requirement is not None
            yield Route(method, rule.rule, url, scopes, alternatives, right, is_guarded)

"""Requests that are repeated with their Idempotency-Key are answered by the rights of now.

Everything that takes a key is sent by the owner of a project, who then loses rights there. What is
expected of the repetition is computed from the table of rights alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from werkzeug.test import TestResponse

from access.rights import CHANGE, COMMENT, EDITOR, MANAGE, SEE, VIEWER, has_right
from accounts import users
from tests.access.members import id_of, member, set_members, store_of
from tests.access.test_guests import make_link
from tests.people import Person
from tests.walk import DEMO, EXPORT_SIZE, PopulatedProject
from tests.web.openapi import Json, each_operation, parameters

DONE = {200, 201, 202}

# What these make or answer is the user's own, in no project.
OF_USERS = {
    *("/api/tokens", "/api/webhook-secret/rotate", "/api/scenario", "/api/generate/image"),
    *("/api/analyze", "/api/style-guide/extract", "/api/style-guide/extract-from-landing"),
    "/api/voices/preview",
}


class Repeated(NamedTuple):
    """A request with a key, the right that it takes, and how it is refused without it."""

    rule: str
    right: str
    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = DEMO
    method: str = "POST"
    stranger: int = 404
    member: int = 403
    is_guest: bool = False

    def send(self, person: Person) -> TestResponse:
        headers = {**self.headers, "Idempotency-Key": f"{self.method} {self.url} {self.right}"}
        if self.is_guest:
            client = person.client
            return client.open(self.url, method=self.method, json=self.body, headers=headers)
        return person.request(self.method, self.url, json=self.body, headers=headers)


def requests(data: PopulatedProject) -> list[Repeated]:
    """Return a request to each route that takes a key."""
    project, work = id_of(data.project), data.work
    asset = id_of(data.asset)
    ids = {"projectId": project, "workId": id_of(work)}
    in_project, in_work = "/api/projects/{projectId}", "/api/projects/{projectId}/works/{workId}"
    comment, decision = {"frame": 0, "text": "Brighter"}, {"decision": "approved"}
    video = {
        "prompt": "A lamp",
        "project": project,
        "scenes": [{"image_prompt": "A lamp"}],
        "resolution": {"width": 64, "height": 64},
        "export": False,
    }
    frame = {"prompt": "It swings", "image_url": f"{work}/media/scene/0/image"}
    export = {"kind": "export", "options": EXPORT_SIZE}
    invitation = {"role": "viewer"}

    def of_project(right: str, path: str, body: Json) -> Repeated:
        return Repeated(f"{in_project}{path}", right, f"{data.project}{path}", body)

    def of_work(right: str, path: str, body: Json, url: str = "") -> Repeated:
        return Repeated(f"{in_work}{path}", right, f"{work}{url or path}", body)

    of_asset = Repeated(
        f"{in_project}/assets/{{assetId}}/analyze", CHANGE, f"{data.asset}/analyze", {}
    )
    batch = {"assetIds": [asset]}
    return [
        Repeated("/api/projects", MANAGE, "/api/projects", {"name": "Of ana's"}),
        Repeated("/api/videos", CHANGE, "/api/videos", video),
        Repeated(
            "/api/links", SEE, "/api/links", {"kind": "export", **ids, "exportId": "export_1"}
        ),
        Repeated("/api/links", CHANGE, "/api/links", {"kind": "upload", "projectId": project}),
        Repeated("/api/generate/video", SEE, "/api/generate/video", frame, stranger=400),
        of_project(CHANGE, "/works", {}),
        of_project(CHANGE, "/templates", {"name": "A", "content": {}}),
        of_project(CHANGE, "/cast", {"name": "A", "kind": "person"}),
        of_project(MANAGE, "/members", {**invitation, "email": "eve@example.com"}),
        of_project(MANAGE, "/invitations", invitation),
        of_project(CHANGE, "/assets/analyze-batch", batch),
        of_asset,
        of_work(CHANGE, "/jobs", export),
        of_work(CHANGE, "/scenario", {}),
        of_work(CHANGE, "/generate/scene/{sceneIndex}", {}, "/generate/scene/0"),
        of_work(
            CHANGE,
            "/scenes/{sceneIndex}/narration/rewrite",
            {"words": 3},
            "/scenes/0/narration/rewrite",
        ),
        of_work(COMMENT, "/comments", comment),
        of_work(COMMENT, "/decisions", decision),
        of_work(CHANGE, "/reviews", {}),
        of_work(CHANGE, "/duplicate", {}),
        *_downloads(data, f"{in_project}/assets", f"{in_work}/media"),
        *_of_guests(data, comment, decision),
    ]


def _downloads(data: PopulatedProject, assets: str, media: str) -> list[Repeated]:
    """Return requests for jobs that fetch a file."""
    body, headers = {"url": "https://shop.example/file"}, {"Prefer": "respond-async"}
    slots = (
        "reference",
        "audio",
        *(f"scene/{{index}}/{kind}" for kind in ("image", "video", "voice")),
    )
    uploads = [
        Repeated(
            f"{media}/{slot}", CHANGE, f"{data.work}/media/{slot.format(index=0)}", body, headers
        )
        for slot in slots
    ]
    return [
        Repeated(assets, CHANGE, f"{data.project}/assets", body, headers),
        *uploads,
        *(each._replace(method="PUT") for each in uploads),
    ]


def _of_guests(data: PopulatedProject, comment: Json, decision: Json) -> list[Repeated]:
    """Return requests of a guest, whose link ends with the right of who made it."""
    link = make_link(data)
    headers = {"X-Guest-Token": link.enter()}
    return [
        Repeated(
            f"/api/review/{{linkToken}}/{path}",
            CHANGE,
            f"{link.path}/{path}",
            body,
            headers,
            member=404,
            is_guest=True,
        )
        for path, body in (("comments", comment), ("decision", decision))
    ]


@dataclass
class Losing:
    """The owner of projects, who loses them, and the one who gets them."""

    owner: Person
    other: Person
    projects: tuple[str, str]

    def hand_over(self) -> str:
        """Hand the projects over; return the role that is left."""
        for project in self.projects:
            answer = self.owner.post(f"{project}/owner", json={"userId": self.other.user["id"]})
            assert answer.status_code == 200, answer.text
        return EDITOR

    def be_lowered(self) -> str:
        """Become a viewer; return this role."""
        for url in self._urls():
            assert self.other.patch(url, json={"role": VIEWER}).status_code == 200
        return VIEWER

    def be_removed(self) -> None:
        """Be a stranger in the projects."""
        for url in self._urls():
            assert self.other.delete(url).status_code == 204

    def delete(self) -> None:
        """Put the projects into the trash."""
        for project in self.projects:
            assert self.owner.delete(project).status_code == 204

    def _urls(self) -> list[str]:
        return [f"{project}/members/{self.owner.user['id']}" for project in self.projects]


@pytest.fixture(autouse=True)
def _few_programs(decoded_here, measured_once, internet):
    """Start no program for each image; what is fetched comes from a fake internet."""


@pytest.fixture
def losing(app, populated, ben):
    """The owner of the populated project, in which ben is an editor, and of another one."""
    owner = populated.owner
    scenes = owner.show(populated.work)["scenes"]
    said = [{**each, "narration": {"text": "A lamp."}} for each in scenes]
    owner.save(populated.work, {"scenes": said})
    made = requests(populated)[0].send(owner).json["id"]
    losing = Losing(owner, ben, (populated.project, f"/api/projects/{made}"))
    for project in losing.projects:
        set_members(store_of(app), id_of(project), member(ben, EDITOR))
    return losing


@pytest.mark.slow  # a hundred requests, some of which wait for jobs
@pytest.mark.tuning(demo_task=0.1)
def test_repetition_is_answered_by_the_rights_of_now(populated, losing):
    sent = requests(populated)
    for each in sent:
        answer = each.send(losing.owner)
        assert answer.status_code in DONE, (each.rule, answer.text)

    for lose in (losing.hand_over, losing.be_lowered, losing.be_removed):
        role = lose()
        for each in sent:
            answer = each.send(losing.owner)
            assert answer.status_code in expected(each, role), (lose, each.rule, answer.text)


@pytest.mark.slow  # as above
@pytest.mark.tuning(demo_task=0.1)
def test_nothing_of_a_deleted_project_is_answered_again(populated, losing):
    sent = requests(populated)
    for each in sent:
        assert each.send(losing.owner).status_code in DONE

    losing.delete()

    for each in sent:
        answer = each.send(losing.owner)
        assert answer.status_code in {each.stranger, 410}, (each.rule, answer.text)


def expected(repeated: Repeated, role: str | None) -> set[int]:
    """Return the statuses that a repetition may have for who has this role now."""
    if role is None:
        return {repeated.stranger}
    return DONE if has_right(role, role == EDITOR, repeated.right) else {repeated.member}


def test_disabled_user_and_guests_of_their_links_get_no_answer_again(app, populated):
    owner, sent = populated.owner, requests(populated)
    sent = [each for each in sent if each.rule.endswith(("/projects", "/links", "/comments"))]
    assert {each.send(owner).status_code for each in sent} == {201}

    users.disable(store_of(app), owner.user["email"])

    answers = [(each, each.send(owner).status_code) for each in sent]
    assert {status for each, status in answers if not each.is_guest} == {401}
    assert {status for each, status in answers if each.is_guest} == {404}


def test_all_requests_with_a_key_are_repeated(populated):
    description = populated.owner.show("/api/openapi.json")
    taking = {
        (method.upper(), rule)
        for method, rule, operation in each_operation(description)
        if "Idempotency-Key" in parameters(description, operation)
    }
    covered = {(each.method, each.rule) for each in requests(populated)}

    assert taking - {("POST", rule) for rule in OF_USERS} == covered

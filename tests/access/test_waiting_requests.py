"""Who loses access while a request waits for a job gets the answer to a new request, and no result.

No job runs here, so that requests wait. How soon what goes on ends: tests/reliability.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from access.rights import EDITOR, VIEWER
from accounts import users
from media import lanes
from media.limits import LANES, mutex
from media.previews import source_of
from storage.paths import WorkRef
from tests.access.members import id_of, member, set_members, store_of
from tests.held_locks import held, lock_of
from tests.jobs.helpers import stop_jobs, until
from tests.mcp_server.helpers import handle, tool_call
from tests.people import Person
from tests.walk import DEMO, EXPORT_SIZE, PopulatedProject
from web.context import Services
from works.slots import AUDIO
from works.work_media import lane_media

pytestmark = pytest.mark.tuning(running_jobs=0, permission=0.05, result_poll=0.02)

Json = dict[str, Any]
EMAIL = "ben@example.com"


class Waiting(NamedTuple):
    """A request that waits for a job: of a project, where it needs a right, or of the user."""

    method: str
    url: str
    body: Json | None = None
    headers: Mapping[str, str] = {}
    of_project: bool = True
    changes: bool = True


_IN_PROJECT = {
    "the scenario": Waiting("POST", "{work}/scenario"),
    "a scene": Waiting("POST", "{work}/generate/scene/0"),
    "a rewritten text": Waiting("POST", "{work}/scenes/0/narration/rewrite", {"words": 3}),
    "a description": Waiting("POST", "{asset}/analyze"),
    "descriptions": Waiting("POST", "{project}/assets/analyze-batch", {"assetIds": ["{asset_id}"]}),
    "an export": Waiting("POST", "{work}/export", {"options": EXPORT_SIZE}),
    "an export of a timeline": Waiting(
        "POST",
        "/api/export",
        {
            "projectId": "{project_id}",
            "workId": "{work_id}",
            "options": EXPORT_SIZE,
            "clips": [{"sceneIndex": 0, "position": 0, "end": 0.5}],
        },
    ),
    "a job": Waiting("GET", "{job}?wait=60", changes=False),
}
_OF_USERS = {
    "a scenario": Waiting(
        "POST", "/api/scenario", {"intent": {"mode": "content_remix", "product_name": "A lamp"}}
    ),
    "an image": Waiting("POST", "/api/generate/image", {"prompt": "A lamp"}),
    "a style": Waiting("POST", "/api/style-guide/extract", {"text": "Warm colours."}),
    "a sample": Waiting(
        "POST", "/api/voices/preview", {"voice": "en-us-man", "text": "A lamp.", "provider": "demo"}
    ),
    "a video": Waiting(
        "POST", "/api/videos", {"prompt": "A lamp", "sceneCount": 1}, {"Prefer": "wait=60"}
    ),
}
WAITING = {
    **_IN_PROJECT,
    **{key: each._replace(of_project=False) for key, each in _OF_USERS.items()},
}


class Scene(NamedTuple):
    """The populated project, of which Ben is an editor, and a job that goes on."""

    app: Flask
    populated: PopulatedProject
    ben: Person
    job: str

    def set_role(self, role: str | None) -> None:
        members = [member(self.ben, role)] if role else []
        set_members(store_of(self.app), id_of(self.populated.project), *members)

    def filled(self, text: str) -> str:
        paths = {name: getattr(self.populated, name) for name in ("project", "work", "asset")}
        ids = {f"{name}_id": id_of(path) for name, path in paths.items()}
        for name, value in {**paths, **ids, "job": self.job}.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def send(self, waiting: Waiting) -> TestResponse:
        return self.ben.request(
            waiting.method,
            self.filled(waiting.url),
            json=_filled(waiting.body, self.filled),
            headers={**DEMO, **waiting.headers},
        )


@pytest.fixture
def scene(decoded_here, measured_once, app, populated):
    ben = Person.register(app.test_client(), EMAIL)
    owner, work = populated.owner, populated.work
    said = [{**each, "narration": {"text": "A lamp."}} for each in owner.show(work)["scenes"]]
    owner.save(work, {"scenes": said})
    job = owner.order(f"{work}/jobs", {"kind": "scenario"}, DEMO)
    found = Scene(app, populated, ben, job)
    found.set_role(EDITOR)
    return found


Ending = tuple[Callable[[Scene], object], str]

ENDINGS: dict[str, Ending] = {
    "disabled": (lambda scene: users.disable(store_of(scene.app), EMAIL), "401 invalid_token"),
    "removed": (lambda scene: scene.set_role(None), "404 not_found"),
    "made a viewer": (lambda scene: scene.set_role(VIEWER), "403 right_missing"),
}


def endings_of(waiting: Waiting) -> set[str]:
    """Return what ends the access to what a request waits for."""
    of_project = {"removed", "made a viewer"} if waiting.changes else {"removed"}
    return {"disabled", *(of_project if waiting.of_project else ())}


CASES = [(name, each) for name in WAITING for each in sorted(endings_of(WAITING[name]))]


@pytest.mark.parametrize(("name", "ending"), CASES)
def test_request_that_waits_ends_with_the_access(scene, name, ending):
    end, code = ENDINGS[ending]

    answer = answer_after(scene, lambda: scene.send(WAITING[name]), end)

    assert f"{answer.status_code} {answer.json['code']}" == code
    stop_jobs(scene.app)


@pytest.mark.parametrize(("ending", "said"), [("removed", "Not found: "), ("disabled", "")])
def test_tool_that_waits_ends_with_the_access(scene, ending, said):
    body = tool_call("get_job", job=handle(scene.job), wait=45)

    answer = answer_after(scene, lambda: scene.ben.post("/mcp", json=body), ENDINGS[ending][0])

    if said:
        assert answer.json is not None
        assert answer.json["result"]["content"][0]["text"].startswith(said)
    else:
        assert answer.status_code == 401


def test_read_that_took_long_is_refused_when_the_access_has_ended(scene):
    """It waits for another request, which makes the same peaks."""
    work, waiters = scene.populated.work, scene.app.extensions["services"].waiters
    project_id, work_id = id_of(scene.populated.project), id_of(work)
    media = lane_media(store_of(scene.app), WorkRef(project_id, work_id), AUDIO)
    source = source_of(media.files, media.slot, media.types, f"peaks {lanes._VERSION}")
    assert source
    name = ".".join([project_id, work_id, media.part, "peaks", source.version, "made"])

    with ThreadPoolExecutor(1) as pool:
        with mutex(name, LANES):
            answer = pool.submit(scene.ben.get, f"{work}/media/audio/peaks")
            until(lambda: scene.ben.user["id"] in waiters._of_thumbnails.users)
            scene.set_role(None)
            until(lambda: scene.ben.get(work).status_code == 404)
        assert answer.result().status_code == 404


def test_request_that_waits_for_a_lock_ends_with_the_access(scene):
    work, data_dir = scene.populated.work, store_of(scene.app).root
    before = scene.populated.owner.show(work)

    with held(lock_of(data_dir, work)):
        answer = answer_after(
            scene, lambda: scene.ben.put(work, json={"name": "Mine"}), ENDINGS["removed"][0]
        )

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert scene.populated.owner.show(work) == before


def answer_after(
    scene: Scene, send: Callable[[], TestResponse], end: Callable[[Scene], object]
) -> TestResponse:
    """Return the answer to a request that waits, after Ben's access has ended meanwhile."""
    user = str(scene.ben.user["id"])
    services: Services = scene.app.extensions["services"]
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(send)
        until(lambda: answer.done() or user in services.waiters.all.users)
        assert not answer.done(), answer.result().text
        end(scene)
        return answer.result(30)


def _filled(value: Any, fill: Callable[[str], str]) -> Any:
    """Return a value of JSON with its texts filled in."""
    if isinstance(value, dict):
        return {key: _filled(each, fill) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, fill) for each in value]
    return fill(value) if isinstance(value, str) else value

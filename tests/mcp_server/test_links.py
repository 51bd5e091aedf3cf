"""Short addresses: for the upload of a local file, and of exported videos."""

import base64
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from mcp_types import ResourceLink
from mcp_types.methods import validate_server_result

from mcp_server.definitions import Result, to_call_result
from mcp_server.export_links import next_step, video_links
from mcp_server.tools.jobs import GET_JOB
from sharing.links import service
from storage.clock import DAY_MS
from storage.errors import DiskFullError
from storage.store import Store
from tests.accounts.requests import create_token
from tests.mcp_server.client import STATELESS, Model, connected, run
from tests.mcp_server.helpers import data, failure, handle
from tests.people import Person
from tests.programs import needs
from tests.service import Service
from tests.walk import PopulatedProject

ALL = ("projects:read", "projects:write", "works:read", "works:write")


def path_of(url: str) -> str:
    """Return the path of an address of the application."""
    assert url.startswith("http://localhost/api/")
    assert len(url.rpartition("/")[2]) == 22
    return urlsplit(url).path


def data_url(image: Path) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(image.read_bytes()).decode()}"


def listed(populated: PopulatedProject, person: Person | None = None) -> Any:
    """Return what `find` says of the export."""
    owner = person or populated.owner
    [item] = data(owner, "find", what="exports", work=handle(populated.work))["items"]
    return item


def test_local_file_is_uploaded_as_the_asset_that_was_named(client, ana, work, samples):
    answer = data(ana, "upload_url", work=handle(work), name="lamp.jpg")

    assert f"curl -T FILE {answer['url']}" in answer["next"]
    assert answer["maxMB"] == 50
    uploaded = client.put(path_of(answer["url"]), data=(samples / "image.jpg").read_bytes())
    assert (uploaded.status_code, uploaded.json["id"]) == (201, answer["asset"])
    [found] = data(ana, "find", what="assets", work=handle(work))["items"]
    assert (found["asset"], found["untrusted"]["name"]) == (answer["asset"], "lamp.jpg")
    assert ana.show(work)["selectedAssetIds"] == [answer["asset"]]


def test_upload_needs_a_project_and_the_scope_of_a_work(ana, project):
    work = ana.new_work(project)
    script = ana.with_scopes("projects:write")

    assert data(script, "upload_url", project=handle(project))["asset"].startswith("asset_")
    assert "needs works:write" in failure(script, "upload_url", work=handle(work))
    assert "Give a work, or a project." in failure(ana, "upload_url")
    long = failure(ana, "upload_url", project=handle(project), name="x" * 501)
    assert "name: Must have 1 to 500 characters" in long


@pytest.mark.tuning(upload_link=-1)
def test_address_for_an_upload_expires(client, ana, project):
    answer = data(ana, "upload_url", project=handle(project))

    assert client.put(path_of(answer["url"]), data=b"x").status_code == 410


def test_export_has_one_address_which_needs_no_login(client, populated, store):
    before = set(store.links.documents)

    [url] = {listed(populated)["url"] for _ in range(3)}

    video = client.get(path_of(url), buffered=True).data
    assert video == populated.owner.get(populated.export).data
    [link_id] = set(store.links.documents) - before
    link = store.links.snapshot(link_id).values
    assert link["expiresAt"] - link["createdAt"] == DAY_MS


def test_address_is_made_anew_if_it_was_revoked_is_getting_old_or_for_another_token(
    client, populated, store
):
    first = listed(populated)["url"]
    link_id = populated.owner.show("/api/links")["links"][0]["id"]
    assert populated.owner.delete(f"/api/links/{link_id}").status_code == 204
    second = listed(populated)["url"]
    age(store, populated.owner.show("/api/links")["links"][0]["id"])
    third = listed(populated)["url"]
    created = create_token(populated.owner, *ALL)
    script = Person(populated.owner.client, created["token"], populated.owner.user)
    fourth = listed(populated, script)["url"]

    assert len({first, second, third, fourth}) == 4
    statuses = [client.get(path_of(url), buffered=True).status_code for url in (first, second)]
    assert statuses == [404, 200]
    populated.owner.delete(f"/api/tokens/{created['meta']['id']}")
    statuses = [client.get(path_of(url), buffered=True).status_code for url in (third, fourth)]
    assert statuses == [200, 404]


def age(store: Store, link_id: str) -> None:
    """Let half of the time of a link pass."""
    change = {"expiresAt": store.links.snapshot(link_id).values["expiresAt"] - 43_201_000}
    store.links.change(link_id, lambda link: link.update(change))


def test_only_exports_that_are_shown_get_an_address(populated, store):
    before = set(store.links.documents)

    found = data(populated.owner, "find", what="exports", work=handle(populated.work), query="zzz")

    assert found["items"] == []
    assert set(store.links.documents) == before


@pytest.mark.parametrize("reason", ["disk", "links"])
def test_export_is_listed_without_an_address_if_none_can_be_made(
    populated, store, monkeypatch, reason
):
    def fail(*_: Any) -> None:
        raise DiskFullError("full")

    if reason == "disk":
        monkeypatch.setattr(type(store.links), "create", fail)
    else:
        monkeypatch.setattr(service, "MAX_LINKS", 0)

    item = listed(populated)

    assert "url" not in item
    expected = {"disk": "The server's disk is full", "links": "Too many links: A user may have 0"}
    assert item["noUrl"].startswith(expected[reason])


def test_video_is_a_link_in_the_result():
    view = {"export": "export_1", "url": "http://localhost/api/downloads/x", "size": 5}

    result = to_call_result(GET_JOB, Result(view, links=video_links(view)))

    validate_server_result("tools/call", "2025-11-25", result)
    assert result["content"][1:] == [
        {
            "type": "resource_link",
            "uri": view["url"],
            "name": "export_1.mp4",
            "mimeType": "video/mp4",
            "size": 5,
        }
    ]
    assert next_step(view) == "Give the user the url."
    [animation] = video_links({**view, "format": "gif"})
    assert (animation["name"], animation["mimeType"]) == ("export_1.gif", "image/gif")
    without = {"noUrl": "The server's disk is full"}
    assert video_links(without) == []
    assert next_step(without) == "Tell the user why there is no url."


@pytest.fixture(scope="module")
def logging_service(tmp_path_factory):
    """gunicorn with two processes, which logs every request."""
    directory: Path = tmp_path_factory.mktemp("links") / "data"
    with Service.running(directory, LOG_LEVEL="INFO") as service:
        yield service


@pytest.mark.slow
@needs("curl")
def test_client_uploads_a_file_exports_it_and_downloads_the_video(
    logging_service, samples, tmp_path
):
    async def scenario() -> None:
        token = logging_service.register()
        async with connected(logging_service, token, STATELESS) as model:
            await upload_and_export(model)

    def curl(*args: object) -> str:
        command = ["curl", "-sS", "--fail-with-body", *map(str, args)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    async def upload_and_export(model: Model) -> None:
        small = {"width": 64, "height": 64}
        created = await model.do("create_work", projectName="P", resolution=small)
        upload = await model.do("upload_url", work=created["work"], name="lamp.jpg")
        assert upload["asset"] in curl("-T", samples / "image.jpg", upload["url"])
        assert upload["asset"] in curl("-T", samples / "image.jpg", upload["url"])
        image = {"source": data_url(samples / "image.jpg"), "place": "scene_image", "scene": 0}
        await model.do("add_asset", work=created["work"], **image)
        job = await model.finished(await model.do("export_video", work=created["work"]))
        shown = await model.client.call_tool("get_job", {"job": job["job"]})
        [link] = [each for each in shown.content if isinstance(each, ResourceLink)]
        assert len(link.uri.rpartition("/")[2]) == 22
        assert link.mime_type == "video/mp4"
        assert link.name == f"{job['export']}.mp4"
        head = curl("-I", link.uri)
        assert f"content-length: {link.size}" in head.lower()
        curl("-o", tmp_path / "video.mp4", link.uri)
        assert (tmp_path / "video.mp4").stat().st_size == link.size == job["size"]
        assert (tmp_path / "video.mp4").read_bytes()[4:8] == b"ftyp"
        used.extend((upload["url"], link.uri))

    used: list[str] = []
    run(scenario)

    logging_service.stop()  # nothing is logged, written or deleted any more
    log = logging_service.log.read_text()
    for line in ("PUT /api/uploads/*** 201", "GET /api/downloads/*** 200"):
        assert line in log
    assert not [url for url in used if url.rpartition("/")[2] in log]
    data_files = [path for path in logging_service.data_dir.rglob("*") if path.is_file()]
    tokens = [url.rpartition("/")[2].encode() for url in used]
    assert not [path for path in data_files if any(t in path.read_bytes() for t in tokens)]

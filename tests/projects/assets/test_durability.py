"""Assets of the real service: simultaneous requests, and files that appear all at once."""

import threading
import time
from functools import partial
from pathlib import Path

import pytest

from tests.jobs.helpers import until
from tests.reliability.data import leftovers
from tests.simultaneous import at_once
from tests.works.media import file_part, multipart

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ana(service):
    return service.client(service.register())


@pytest.fixture
def assets(ana):
    """The path of the assets of a new project."""
    return f"{ana.new_project()}/assets"


def form_body(data: bytes, name: str) -> tuple[bytes, str]:
    """Return a form with a file, and its content type."""
    body = multipart(file_part("file", data, "", name))
    return body["data"], body["content_type"]


def test_simultaneous_uploads_of_assets_are_all_stored(service, ana, assets, samples):
    video, image = (samples / name for name in ("video.mp4", "image.png"))
    clients = {path: service.client(ana.token) for path in (video, image)}

    def upload(path: Path) -> str:
        body, content_type = form_body(path.read_bytes(), path.name)
        answer = clients[path].post(assets, body, Content_Type=content_type)
        assert answer.status == 201, answer.body
        return str(answer.json["url"])

    urls = at_once([lambda: upload(video), lambda: upload(image)])

    assert [ana.get(url).body for url in urls] == [video.read_bytes(), image.read_bytes()]
    assert ana.get(assets).json["count"] == 2
    until(lambda: not leftovers(service.data_dir))


def test_simultaneous_updates_of_an_asset_are_all_kept(service, ana, assets, samples):
    asset = ana.post(assets, (samples / "image.png").read_bytes()).json
    changes = [{"name": "The lamp"}, {"tags": ["a"]}, {"description": "From the side"}]
    clients = [service.client(ana.token) for _ in changes]
    pairs = zip(clients, changes, strict=True)

    at_once([partial(client.put, asset["url"], change) for client, change in pairs])

    changed = ana.get(f"{asset['url']}/meta").json
    assert changed.items() >= {"name": "The lamp", "description": "From the side"}.items()
    assert changed["tags"] == ["a"]


def test_new_asset_appears_with_all_of_its_files(service, ana, assets, samples):
    """A crash at any time leaves no incomplete asset."""
    directory = service.data_dir / assets.removeprefix("/api/")
    first_seen: dict[Path, set[str]] = {}
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.is_set():
            for asset in directory.glob("asset_*"):
                if asset not in first_seen:
                    first_seen[asset] = {path.name for path in asset.rglob("*")}
            time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for _ in range(4):
            assert ana.post(assets, (samples / "image.png").read_bytes()).status == 201
        until(lambda: len(first_seen) == 4)
    finally:
        stopped.set()
        watcher.join()

    for file_names in first_seen.values():
        assert file_names >= {"asset.json", "file.png", "thumbnail.webp"}


def test_upload_into_a_project_that_is_being_deleted_leaves_no_files(service, ana, assets, samples):
    """The upload returns 404 or 201, and the project is deleted in both cases."""
    body, content_type = form_body((samples / "long.mp4").read_bytes(), "long.mp4")
    project = assets.removesuffix("/assets")
    uploader, deleter = service.client(ana.token), service.client(ana.token)

    uploaded, deleted = at_once(
        [
            lambda: uploader.post(assets, body, Content_Type=content_type).status,
            lambda: deleter.delete(project).status,
        ]
    )

    assert deleted == 204
    assert uploaded in {201, 404}
    assert not (service.data_dir / project.removeprefix("/api/")).exists()
    until(lambda: not leftovers(service.data_dir))

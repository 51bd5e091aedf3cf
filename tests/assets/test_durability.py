"""Assets over real connections: several at once, and kill -9 in the middle."""

import threading
from functools import partial
from pathlib import Path

import pytest

from storage.paths import LEFTOVERS
from tests.service import Client, Service
from tests.simultaneous import at_once
from tests.works.media import file_part, multipart

pytestmark = pytest.mark.slow


@pytest.fixture
def ana(service: Service) -> Client:
    return service.client(service.register())


@pytest.fixture
def assets(ana: Client) -> str:
    """The path of the assets of a new project."""
    return f"{ana.new_project()}/assets"


def form(data: bytes, name: str) -> tuple[bytes, str]:
    """A body and its content type."""
    body = multipart(file_part("file", data, "", name))
    return body["data"], body["content_type"]


def leftovers(service: Service) -> list[Path]:
    return [path for path in service.data_dir.rglob("*") if path.name.startswith(LEFTOVERS)]


def test_two_uploads_at_once_are_two_assets(
    service: Service, ana: Client, assets: str, samples: Path
) -> None:
    video, image = (samples / name for name in ("video.mp4", "image.png"))
    clients = {path: service.client(ana.token) for path in (video, image)}

    def upload(path: Path) -> str:
        body, kind = form(path.read_bytes(), path.name)
        answer = clients[path].post(assets, body, Content_Type=kind)
        assert answer.status == 201, answer.body
        return str(answer.json["url"])

    urls = at_once([lambda: upload(video), lambda: upload(image)])

    assert [ana.get(url).body for url in urls] == [video.read_bytes(), image.read_bytes()]
    assert ana.get(assets).json["count"] == 2
    assert leftovers(service) == []


def test_changes_at_once_are_all_kept(
    service: Service, ana: Client, assets: str, samples: Path
) -> None:
    asset = ana.post(assets, (samples / "image.png").read_bytes()).json
    changes = [{"name": "The lamp"}, {"tags": ["a"]}, {"description": "From the side"}]
    clients = [service.client(ana.token) for _ in changes]
    pairs = zip(clients, changes, strict=True)

    at_once([partial(client.put, asset["url"], change) for client, change in pairs])

    changed = ana.get(f"{asset['url']}/meta").json
    assert changed.items() >= {"name": "The lamp", "description": "From the side"}.items()
    assert changed["tags"] == ["a"]


def test_an_asset_is_there_with_all_it_has_or_not_at_all(
    service: Service, ana: Client, assets: str, samples: Path
) -> None:
    """So that a crash, whenever it comes, leaves no half of one."""
    home = service.data_dir / assets.removeprefix("/api/")
    first_seen: dict[Path, set[str]] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for asset in home.glob("asset_*"):
                if asset not in first_seen:
                    first_seen[asset] = {path.name for path in asset.rglob("*")}

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(20):
        assert ana.post(assets, (samples / "image.png").read_bytes()).status == 201
    over.set()
    watcher.join()

    assert len(first_seen) >= 19
    for names in first_seen.values():
        assert names >= {"asset.json", "file.png", "thumbnail.webp"}


def test_kill_9_leaves_whole_assets_and_nothing_else(
    service: Service, ana: Client, assets: str, samples: Path
) -> None:
    video, kind = form((samples / "long.mp4").read_bytes(), "long.mp4")
    acknowledged: list[str] = []

    def upload(client: Client) -> None:
        try:
            while True:
                acknowledged.append(client.post(assets, video, Content_Type=kind).json["id"])
        except (OSError, ValueError, KeyError):
            pass  # killed

    for _ in range(3):
        threads = [
            threading.Thread(target=upload, args=[service.client(ana.token)]) for _ in range(4)
        ]
        before = len(acknowledged)
        for thread in threads:
            thread.start()
        while len(acknowledged) < before + 5:
            threads[0].join(0.01)
        service.kill()
        for thread in threads:
            thread.join()
        service.start()

        assert leftovers(service) == []
        listed = {asset["id"]: asset for asset in ana.get(assets).json["assets"]}
        assert listed.keys() >= set(acknowledged)
        for asset in listed.values():
            assert ana.get(asset["url"]).body == (samples / "long.mp4").read_bytes()
            assert ana.get(asset["thumbnail"]).status == 200


def test_what_a_crash_left_is_no_asset(
    service: Service, ana: Client, assets: str, samples: Path
) -> None:
    asset = ana.post(assets, (samples / "image.png").read_bytes()).json
    service.kill()
    home = service.data_dir / asset["url"].removeprefix("/api/")
    home.rename(home.with_name(".new-0123456789abcdef"))
    (home.parent.parent / ".tmp-0123456789abcdef").write_bytes(b"half a file")

    service.start()

    assert leftovers(service) == []
    assert ana.get(assets).json == {"assets": [], "totalSize": 0, "count": 0}
    assert ana.get(asset["url"]).status == 404


def test_a_project_that_is_deleted_meanwhile(
    service: Service, ana: Client, assets: str, samples: Path
) -> None:
    """An upload into it is 404 or 201, and the project is gone all the same."""
    body, kind = form((samples / "long.mp4").read_bytes(), "long.mp4")
    project = assets.removesuffix("/assets")
    uploader, deleter = service.client(ana.token), service.client(ana.token)

    uploaded, deleted = at_once(
        [
            lambda: uploader.post(assets, body, Content_Type=kind).status,
            lambda: deleter.delete(project).status,
        ]
    )

    assert deleted == 204
    assert uploaded in {201, 404}
    assert not (service.data_dir / project.removeprefix("/api/")).exists()
    assert leftovers(service) == []

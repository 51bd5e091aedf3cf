"""Assets whose measures and thumbnail could not be taken on upload get them later."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from errors import BusyError
from media import thumbnails, video
from media.limits import UPLOADS
from projects.assets import measuring
from projects.assets.measuring import Inspected
from storage.locking.permits import Permits
from storage.store import Store
from tests.people import Person
from tests.simultaneous import at_once

MEASURES: dict[str, dict[str, float]] = {
    "image.png": {"width": 64, "height": 64},
    "video.mp4": {"width": 64, "height": 64, "duration": 1.0, "videoDuration": 1.0},
    "audio.wav": {"duration": 1.0},
}
VISIBLE = ["image.png", "video.mp4"]


@pytest.fixture(autouse=True)
def _few_programs():
    """Let programs decode and measure, which wait for their place."""


@pytest.fixture
def busy(app):
    """While it is entered, other users' programs run and requests wait, as many as there may be."""

    @contextmanager
    def hold() -> Iterator[None]:
        services = app.extensions["services"]
        programs = Permits(services.store.root, 6)  # as many as four processors have
        with ExitStack() as stack:
            while (lock := programs.try_take(UPLOADS.name)) is not None:
                stack.callback(lock.release)
            with suppress(BusyError):
                for number in range(services.settings.waiters):
                    stack.enter_context(services.waiters.permit(f"user_{number}"))
            yield

    return hold


@pytest.fixture
def inspected(monkeypatch):
    """The paths of the files that are inspected after their upload from now on."""
    paths: list[str] = []

    original = measuring.inspected

    def record(store: Store, path: str, *arguments: Any) -> Inspected:
        paths.append(path)
        return original(store, path, *arguments)

    monkeypatch.setattr(measuring, "inspected", record)
    return paths


def upload(ana: Person, assets: str, busy: Any, path: Path) -> Any:
    """Upload a file while the service is too busy to measure it; return the asset."""
    with busy():
        asset: Any = ana.upload(assets, path).json
    assert not asset.keys() & {"width", "height", "duration"}
    return asset


@pytest.mark.parametrize("name", MEASURES)
def test_asset_is_measured_when_it_is_asked_for(ana, assets, samples, busy, inspected, name):
    uploaded = upload(ana, assets, busy, samples / name)

    asset = ana.show(f"{uploaded['url']}/meta")

    assert asset.items() >= MEASURES[name].items()
    assert asset["updatedAt"] > uploaded["updatedAt"]
    assert ana.show(assets)["assets"] == [asset]
    assert ana.show(f"{uploaded['url']}/meta") == asset
    assert ("thumbnail" in asset) == (name in VISIBLE)
    if name in VISIBLE:
        assert ana.get(asset["thumbnail"]).status_code == 200
    assert len(inspected) == 1


def test_asset_whose_file_is_missing_is_shown_as_it_is(app, ana, assets, samples, busy):
    asset = upload(ana, assets, busy, samples / "image.png")
    [file] = app.extensions["services"].store.root.glob(f"**/{asset['id']}/media/file.png")
    file.unlink()

    shown = ana.get(f"{assets}/{asset['id']}/meta")

    assert (shown.status_code, shown.json) == (200, asset)


@pytest.mark.parametrize("name", VISIBLE)
def test_thumbnail_is_made_when_it_is_asked_for(ana, assets, samples, busy, inspected, name):
    uploaded = upload(ana, assets, busy, samples / name)

    answers = at_once([lambda: ana.get(uploaded["thumbnail"])] * 3)

    assert [answer.status_code for answer in answers] == [200] * 3
    assert ana.show(assets)["assets"][0].items() >= MEASURES[name].items()
    assert len(inspected) == 1


@pytest.mark.parametrize("path", ["meta", "thumbnail"])
def test_asset_that_an_earlier_version_stored_without_measures_gets_them(
    ana, assets, samples, settings, path
):
    asset: Any = ana.upload(assets, samples / "image.png").json
    [document] = settings.data_dir.glob("projects/*/assets/*/asset.json")
    stored = {key: asset[key] for key in asset.keys() - {"width", "height", "thumbnail"}}
    document.write_text(json.dumps(stored))
    next(document.parent.glob("media/thumbnail.*")).unlink()

    assert ana.get(f"{asset['url']}/{path}").status_code == 200

    shown = ana.show(f"{asset['url']}/meta")
    assert shown == {**asset, "updatedAt": shown["updatedAt"]}
    assert ana.get(asset["thumbnail"]).status_code == 200


def test_asset_that_cannot_be_read_is_tried_once_an_hour(
    ana, assets, samples, busy, inspected, settings, tmp_path
):
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes((samples / "image.png").read_bytes()[:100])
    asset = upload(ana, assets, busy, damaged)

    answers = [ana.get(asset["thumbnail"]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert answers[2].json["details"].startswith("The file is damaged, or takes too much time")
    assert "thumbnail" not in ana.show(f"{asset['url']}/meta")
    assert len(inspected) == 1
    [failure] = (settings.data_dir / "cache" / "thumbnails").glob("*.failed")
    os.utime(failure, (1, 1))
    assert ana.get(asset["thumbnail"]).status_code == 404
    assert len(inspected) == 2
    ana.delete(asset["url"])
    assert not failure.exists()


def test_file_that_was_inspected_on_upload_is_not_inspected_again(
    ana, assets, samples, inspected, tmp_path
):
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes((samples / "image.png").read_bytes()[:100])
    asset: Any = ana.upload(assets, damaged).json

    assert ana.show(f"{asset['url']}/meta") == asset
    assert ana.get(f"{asset['url']}/thumbnail").status_code == 404
    assert not inspected


def test_busy_service_says_so_for_a_thumbnail_and_shows_the_asset_as_it_is(
    ana, assets, samples, busy, monkeypatch
):
    asset = upload(ana, assets, busy, samples / "image.png")
    monkeypatch.setattr(measuring, "THUMBNAILS", UPLOADS)  # whose places are taken

    with busy():
        answer = ana.get(asset["thumbnail"])

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert ana.show(f"{asset['url']}/meta") == asset


def test_video_whose_thumbnail_has_to_wait_keeps_its_measures(
    ana, assets, samples, busy, monkeypatch
):
    def non_black_frame(*args: Any) -> bytes:
        with busy():
            return video.non_black_frame(*args)

    with monkeypatch.context() as patch:
        patch.setattr(thumbnails, "non_black_frame", non_black_frame)
        asset: Any = ana.upload(assets, samples / "video.mp4").json

    assert asset["duration"] == 1.0
    assert ana.get(asset["thumbnail"]).status_code == 200

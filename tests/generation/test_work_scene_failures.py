"""Scenes that cannot be made, or not to their end: what the client and the work are told."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from storage.errors import DiskFullError
from storage.media_files import IncomingFile, MediaFiles
from storage.store import Store
from tests.applications import create_app
from tests.generation.conftest import Tell
from tests.generation.scenes import generated
from tests.media.image_files import huge
from tests.people import Person
from tests.vendors import Vendors
from tests.works.shapes import scene


@pytest.mark.parametrize(
    ("rule", "sentence", "there"),
    [
        ({"kind": "image", "status": 500}, "Server error", []),
        ({"kind": "image", "refuse": True}, "It refused: it does not allow such content", []),
        ({"kind": "submit", "status": 400}, "Server error", ["imageUrl"]),
        ({"kind": "submit", "fail": "The lamp fell over."}, "The lamp fell over.", ["imageUrl"]),
    ],
)
def test_a_failure_is_502_and_a_sentence_in_the_work(
    ana: Person,
    vendors: Vendors,
    tell: Tell,
    rule: dict[str, Any],
    sentence: str,
    there: list[str],
) -> None:
    vendors.rule(**rule)
    work = tell(1)

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 502
    assert sentence in answer.json["details"]["message"]
    [entry] = generated(ana, work)
    assert entry["status"] == "error"
    assert sentence in entry["error"]
    assert [key for key in entry if key.endswith("Url")] == there


def test_after_a_failure_it_can_be_made_again(ana: Person, vendors: Vendors, tell: Tell) -> None:
    vendors.rule(kind="image", status=500)
    work = tell(1)

    first, second = (ana.post(f"{work}/generate/scene/0") for _ in range(2))

    assert (first.status_code, second.status_code) == (502, 200)
    [entry] = generated(ana, work)
    assert entry["status"] == "done"
    assert "error" not in entry


@pytest.mark.parametrize(
    ("headers", "rule", "kept"),
    [
        ({"x-video-provider": "runway"}, {"vendor": "runway", "garbage": True}, ["imageUrl"]),
        ({}, {"vendor": "gemini", "garbage": True, "skip": 1}, ["imageUrl"]),
        ({"x-image-model-id": "dall-e-3"}, {"vendor": "openai", "garbage": True}, []),
    ],
)
def test_what_is_no_clip_or_image_is_502_and_not_stored(
    ana: Person,
    vendors: Vendors,
    tell: Tell,
    store: Store,
    headers: dict[str, str],
    rule: dict[str, Any],
    kept: list[str],
) -> None:
    vendors.rule(kind="download", times=None, **rule)
    work = tell(1)

    answer = ana.post(f"{work}/generate/scene/0", headers=headers)

    assert answer.status_code == 502, answer.text
    assert "cannot be used" in answer.json["details"]["message"]
    [entry] = generated(ana, work)
    assert entry["status"] == "error"
    assert [key for key in entry if key.endswith("Url")] == kept
    home = store.root / work.removeprefix("/api/")
    assert not list(home.glob(".tmp-*"))
    assert not list(home.glob("media/*video*"))


@pytest.mark.parametrize(
    ("index", "error"),
    [
        ("2", "The work has no scene with index 2"),
        ("x", "Invalid scene index"),
        ("1000", "Invalid scene index"),
        ("-1", "Invalid scene index"),
    ],
)
def test_a_scene_that_is_not_there_is_refused(
    ana: Person, vendors: Vendors, tell: Tell, index: str, error: str
) -> None:
    answer = ana.post(f"{tell(2)}/generate/scene/{index}")

    assert answer.status_code == 400
    assert answer.json["error"] == error
    assert vendors.counts() == []


@pytest.mark.parametrize("prompt", ["", "  \n"])
@pytest.mark.parametrize("kind", ["scene", "scenes"])
def test_a_scene_that_does_not_say_what_it_shows_is_named_and_nothing_is_paid(
    ana: Person, vendors: Vendors, tell: Tell, kind: str, prompt: str
) -> None:
    work = tell()
    ana.put(work, json={"scenes": [scene(0), scene(1, image_prompt=prompt)]})

    answer = ana.post(f"{work}/jobs", json={"kind": kind, "sceneIndex": 1})

    assert answer.status_code == 400
    assert answer.json["error"] == "The scene with index 1 has no image_prompt"
    assert vendors.counts() == []


def test_in_reference_mode_a_missing_asset_is_named_and_nothing_is_paid(
    ana: Person, vendors: Vendors, tell: Tell
) -> None:
    work = tell(1, selectedAssetIds=["asset_gone"], assetUsageMode="reference")

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 400
    assert "asset_gone" in answer.json["details"]["selectedAssetIds"]
    assert vendors.counts() == []


def test_an_image_that_is_gone_by_then_fails_its_scene_alone(
    ana: Person, vendors: Vendors, tell: Tell, settings: Settings, samples: Path
) -> None:
    one_by_one = create_app(replace(settings, provider_concurrency=1)).test_client()
    me, work = Person(one_by_one, ana.token, ana.user), tell(3)
    for index in range(3):
        me.upload(f"{work}/media/scene/{index}/image", samples / "image.png")
    vendors.rule(kind="submit", takes=0.5)

    job = me.post(f"{work}/jobs", json={"kind": "scenes"}).headers["Location"]
    wait_until(lambda: len(vendors.counts()) == 1)
    gone = waiting_scene(me.show(job))
    me.delete(f"{work}/media/scene/{gone}/image")

    ended = me.show(f"{job}?wait=20")
    assert ended["state"] == "failed"
    assert [entry["status"] for entry in generated(me, work)].count("done") == 2
    [entry] = [entry for entry in generated(me, work) if entry["sceneIndex"] == gone]
    assert (entry["status"], entry["error"]) == (
        "error",
        f"The scene with index {gone} has no image",
    )


def test_an_image_too_large_for_any_vendor_is_told_of(
    ana: Person, vendors: Vendors, tell: Tell, samples: Path, store: Store
) -> None:
    work = tell(1)
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    [file] = (store.root / work.removeprefix("/api/") / "media").iterdir()
    with file.open("ab") as stream:
        stream.truncate(65 << 20)

    job = ana.post(f"{work}/jobs", json={"kind": "scenes"}).headers["Location"]

    assert "The image is too large" in ana.show(f"{job}?wait=20")["reason"]
    assert vendors.counts() == []


@pytest.mark.filterwarnings("ignore:Image size")  # as in the service, where it is no error
def test_an_image_of_too_many_pixels_fails_its_scene_alone_and_unpaid(
    ana: Person, vendors: Vendors, tell: Tell, samples: Path
) -> None:
    work = tell(2)
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    ana.put(f"{work}/media/scene/1/image", data=huge(9_500, 9_500), content_type="image/png")

    job = ana.post(f"{work}/jobs", json={"kind": "scenes"}).headers["Location"]

    ended = ana.show(f"{job}?wait=20")
    sentence = "The image is too large: at most 89 million pixels are taken"
    assert (ended["state"], ended["reason"]) == ("failed", f"The clip of scene 2: {sentence}")
    assert [entry.get("error") for entry in generated(ana, work)] == [None, sentence]
    assert len(vendors.counts()) == 1


def waiting_scene(job: dict[str, Any]) -> int:
    """A scene whose turn has not come yet."""
    waits = [call for call in job["calls"] if call["state"] in {"planned", "waiting"}]
    return int(waits[-1]["sceneIndex"])


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_while_the_disk_is_full_what_was_paid_is_kept_and_stored_later(
    ana: Person, tell: Tell, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, refused = MediaFiles.finish, [0]

    def refuse(files: MediaFiles, incoming: IncomingFile) -> None:
        refused[0] += 1
        if refused[0] % 3:
            raise DiskFullError("full")
        finish(files, incoming)

    monkeypatch.setattr(MediaFiles, "finish", refuse)
    monkeypatch.setattr("jobs.run._DISK_SECONDS", 0.05)
    work = tell(1)

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 200
    assert [each["role"] for each in vendors.counts()] == ["image", "video"]
    [entry] = generated(ana, work)
    assert entry["status"] == "done"

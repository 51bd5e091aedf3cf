"""The files of a video: from addresses and other projects, pictures and music."""

import base64

import pytest

from tests.generation.videos.test_videos import SMALL, made, states, work_of
from tests.jobs.helpers import wait_until_finished
from tests.outbound.internet import http
from tests.people import Person
from tests.walk import DEMO

STILL = {"scenes": [{}], "resolution": SMALL, "export": False}


def test_files_at_addresses_become_assets(ana, samples, internet):
    picture = internet.serve(http((samples / "image.png").read_bytes(), Content_Type="image/png"))
    music = internet.serve(http((samples / "audio.mp3").read_bytes(), Content_Type="audio/mpeg"))
    urls = [
        f"http://shop.example:{server.port}/{name}"
        for server, name in ((picture, "a.png"), (music, "b.mp3"))
    ]

    job = made(
        ana, **STILL, assets=[{"url": urls[0], "name": "Lamp"}, urls[1]], sound={"music": True}
    )

    assets = ana.show(f"/api/projects/{job['projectId']}/assets")["assets"]
    assert {(asset["name"], asset["type"]) for asset in assets} == {
        ("Lamp", "image"),
        ("b.mp3", "audio"),
    }
    work = ana.show(work_of(job))
    assert len(work["selectedAssetIds"]) == 1
    audio = next(asset for asset in assets if asset["type"] == "audio")
    assert work["editorState"]["audioUrl"] == audio["url"]
    assert (states(job)["music"], states(job)["narration"]) == ("skipped", "skipped")


def test_file_that_cannot_be_fetched_is_named(ana, samples, internet):
    missing = internet.serve(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    order = {**STILL, "assets": [f"http://shop.example:{missing.port}/a.png"]}
    video = ana.order("/api/videos", order, DEMO)

    failed = wait_until_finished(ana, video)

    assert failed["state"] == "failed"
    assert states(failed)["assets"] == "failed"
    assert failed["reason"].startswith("assets.0 cannot be fetched: ")
    assert "404" in failed["reason"]


@pytest.mark.parametrize(
    ("assets", "field"),
    [
        (["asset_unknown"], "assets.0"),
        (["http://files.example:22/lamp.png"], "assets.0"),
        (["http://127.0.0.1:8009/x", "data:image/png,x"], "assets.1"),
        (["http://127.0.0.1:8009/x", "http://10.0.0.7/a.png"], "assets.1"),
        ([{"url": "http://[::1]/a.png"}], "assets.0"),
        (["http://files.localhost/a.png"], "assets.0"),
    ],
)
def test_files_that_are_none_are_refused(ana, assets, field):
    answer = ana.post("/api/videos", json={**STILL, "assets": assets}, headers=DEMO)

    assert answer.status_code == 400
    assert field in answer.json["details"]
    assert ana.show("/api/videos")["items"] == []
    assert ana.show("/api/projects") == []


def test_file_that_cannot_be_used_is_told_the_types_that_can(ana):
    text = f"data:image/png;base64,{base64.b64encode(b'no picture').decode()}"

    answer = ana.post("/api/videos", json={**STILL, "assets": [{"url": text}]}, headers=DEMO)

    assert answer.status_code == 400
    told = answer.json["details"]["assets.0"]
    assert "image/png" in told
    assert "audio/mpeg" in told
    assert "font" not in told
    assert "video" not in told


def test_files_of_others_are_none(ana, samples):
    bob = Person.register(ana.client, "bob@example.com")
    project = bob.new_project()
    asset = bob.upload(f"{project}/assets", samples / "image.png").json["id"]
    template = bob.create(f"{project}/templates", {"name": "x", "content": {}})["id"]
    for order, field in (
        ({"assets": [asset]}, "assets.0"),
        ({"prompt": "x", "project": project.rpartition("/")[2]}, "project"),
        ({"prompt": "x", "template": template}, "template"),
    ):
        answer = ana.post("/api/videos", json=order, headers=DEMO)
        assert (answer.status_code, [*answer.json["details"]]) == (400, [field])


def test_scenes_name_files_that_there_are(ana, samples):
    asset = ana.upload(f"{ana.new_project()}/assets", samples / "image.png").json["id"]
    order = {"assets": [asset], "scenes": [{"asset": 0}, {"asset": -1}], "export": False}

    answer = ana.post("/api/videos", json=order, headers=DEMO)

    assert answer.status_code == 400
    assert answer.json["details"] == {
        "scenes.1.asset": "`assets` has 1 item: expected the index 0, or an asset's ID."
    }


def test_picture_of_a_type_that_scenes_cannot_show_stops_before_anything_is_paid(ana):
    gif = "data:image/gif;base64,R0lGODlhAQABAAAAADs="

    job = wait_until_finished(ana, ana.order("/api/videos", {**STILL, "assets": [gif]}, DEMO))

    assert (job["state"], states(job)["assets"]) == ("failed", "failed")
    assert "image/gif" in job["reason"]

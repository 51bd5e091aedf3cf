"""`POST /api/export` and `POST …/export`: one rendering for equal requests, and clear errors."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cases import cases
from tests.export.measure import count_frames
from tests.export.running import (
    SIZE,
    arrange,
    body_of,
    clip,
    export,
    exports_of,
    in_a_row,
    jobs_of,
    new_work,
    put_clip,
    start_export,
)
from tests.export.sources import sine
from tests.jobs.helpers import until, wait_for_state, wait_until, wait_until_finished
from tests.simultaneous import at_once

pytestmark = pytest.mark.measured_anew


@pytest.fixture
def work(ana, sources):
    """The path of a work with two clips of a second."""
    return new_work(ana, [sources.numbered(), sources.numbered(100)])


def frames_of(video: bytes, directory: Path) -> int:
    path = directory / "received.mp4"
    path.write_bytes(video)
    return count_frames(path)


def test_body_of_the_web_editor_is_exported(ana, work, sources, tmp_path):
    project = work.rpartition("/works/")[0]
    logo = ana.upload(f"{project}/assets", sources.quadrants()).json["id"]
    music = ana.upload(f"{work}/media/audio", sources.sound(sine(440), name="music.mp3"))
    assert music.status_code == 200
    body = body_of(
        work,
        clip(0, 0, 0.8, cutFrom=0.2, transition="dissolve", transitionDuration=0.2),
        clip(1, 0.8, 1.5, cutFrom=0, transition="cut", transitionDuration=0.5),
        texts=[
            {
                "text": "Wake up",
                "position": 0,
                "end": 1,
                "fontSize": 32,
                "fontColor": "#ffffff",
                "centerX": 0,
                "centerY": -20.5,
            }
        ],
        images=[
            {
                "assetId": logo,
                "position": 0.5,
                "end": 1.5,
                "width": 64,
                "height": 48,
                "x": 16,
                "y": 56,
                "opacity": 0.8,
                "rotation": 15,
            }
        ],
        audio={"volume": 0.5},
    )

    response = export(ana, body)

    assert response.status_code == 200, response.text
    assert response.content_type == "video/mp4"
    assert response.headers["Content-Length"] == str(len(response.data))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="')
    assert frames_of(response.data, tmp_path) == 45


def test_same_body_again_gets_the_stored_file_at_once(ana, work, ffmpeg):
    first = export(ana, body_of(work))
    calls = len(ffmpeg.calls())

    second = export(ana, body_of(work))

    assert second.data == first.data
    assert len(ffmpeg.calls()) == calls
    assert len(jobs_of(ana, work)) == len(exports_of(ana, work)) == 1


def test_same_body_is_rendered_anew_if_the_stored_video_is_missing(ana, work, settings):
    first = export(ana, body_of(work))
    [stored] = exports_of(ana, work)
    directory = settings.data_dir / stored["url"].removeprefix("/api/")
    (directory / "media" / "video.mp4").unlink()

    second = export(ana, body_of(work))

    assert second.status_code == 200, second.text
    assert second.data == first.data
    assert len(jobs_of(ana, work)) == 2


def test_same_body_joins_the_running_job(ana, work, ffmpeg):
    ffmpeg.slow_down("run-")

    def second() -> Any:
        until(ffmpeg.rendered)
        return export(ana, body_of(work))

    first, joined = at_once([lambda: export(ana, body_of(work)), second])

    assert first.status_code == joined.status_code == 200, joined.text
    assert first.data == joined.data
    assert len(jobs_of(ana, work)) == 1
    assert len(ffmpeg.rendered()) == 1


def test_simultaneous_equal_requests_render_once(ana, work, ffmpeg):
    responses = at_once([partial(export, ana, body_of(work)) for _ in range(3)])

    assert {response.status_code for response in responses} == {200}
    assert len({response.data for response in responses}) == 1
    assert len(ffmpeg.rendered()) == 1
    assert len(exports_of(ana, work)) == 1


@pytest.mark.parametrize("when", [pytest.param("after", marks=pytest.mark.thorough), "during"])
def test_body_is_rendered_anew_once_a_clip_was_replaced(ana, work, sources, ffmpeg, when):
    """Also while the clip before it is still being rendered: that job is not joined."""
    body = body_of(work)
    if when == "after":
        before = export(ana, body).data
        put_clip(ana, work, 0, sources.numbered(200))
        after = export(ana, body).data
    else:
        ffmpeg.slow_down("run-")

        def replace() -> Any:
            until(ffmpeg.rendered)
            put_clip(ana, work, 0, sources.numbered(200))
            return export(ana, body)

        before, after = (each.data for each in at_once([lambda: export(ana, body), replace]))

    assert after != before
    assert len(exports_of(ana, work)) == 2
    assert export(ana, body).data == after


def test_body_is_rendered_anew_once_the_export_was_deleted(ana, work):
    export(ana, body_of(work))
    [first] = exports_of(ana, work)
    assert ana.delete(first["url"]).status_code == 204

    assert export(ana, body_of(work)).status_code == 200

    [second] = exports_of(ana, work)
    assert second["id"] != first["id"]
    assert len(jobs_of(ana, work)) == 2


def test_same_body_starts_a_new_job_after_one_that_failed(ana, work, sources, samples):
    put_clip(ana, work, 0, samples / "video.mp4")
    store = ana.client.application.extensions["services"].store
    path = store.root / work.removeprefix("/api/") / "media" / "scene-0-video.mp4"
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    failed = export(ana, body_of(work))
    path.write_bytes(whole)

    response = export(ana, body_of(work))

    assert failed.status_code == 400
    assert response.status_code == 200, response.text
    assert [job["state"] for job in jobs_of(ana, work)] == ["succeeded", "failed"]


def test_idempotency_key_starts_one_job(ana, work):
    first = export(ana, body_of(work), Idempotency_Key="a")
    second = export(ana, body_of(work), Idempotency_Key="a")
    other = export(ana, body_of(work, clip(1, 0, 1)), Idempotency_Key="a")

    assert first.data == second.data
    assert len(jobs_of(ana, work)) == 1
    assert other.status_code == 409


def test_work_is_exported_as_it_is_stored(ana, work, tmp_path):
    arrange(ana, work, in_a_row(2, 0.5))

    responses = [ana.post(f"{work}/export", json={"options": {"from": 0.2}}) for _ in range(2)]

    assert responses[0].status_code == 200, responses[0].text
    assert responses[0].data == responses[1].data
    assert frames_of(responses[0].data, tmp_path) == 24
    assert len(jobs_of(ana, work)) == 1
    assert ana.post(f"{work}/export").status_code == 200


def test_request_gets_the_file_that_a_job_has_exported(ana, work):
    arrange(ana, work, in_a_row(2, 0.5))
    job = wait_until_finished(ana, start_export(ana, work))

    response = ana.post(f"{work}/export")

    assert response.data == ana.get(job["result"]["url"]).data
    assert len(jobs_of(ana, work)) == 1


def test_missing_media_returns_404_naming_it(ana, work):
    image = {"position": 0, "end": 1, "width": 9, "height": 9}
    asset = "/".join(work.split("/")[:4]) + "/assets/asset_none"
    for body, details in (
        (body_of(work, clip(7, 0, 1)), {"sceneIndex": 7}),
        (body_of(work, images=[{**image, "assetId": "asset_none"}]), {"assetId": "asset_none"}),
        (body_of(work, audio={}), {"audio": "Upload it first."}),
        (body_of(work, audio={"audioUrl": asset}), {"assetId": "asset_none"}),
    ):
        response = export(ana, body)
        assert (response.status_code, response.json["details"]) == (404, {**details, "at": 0})
    assert jobs_of(ana, work) == []


def test_media_outside_of_the_exported_part_are_not_needed(ana, work, sources, tmp_path, ffmpeg):
    put_clip(ana, work, 1, sources.solid(sound=sine(440)))
    later = {"position": 1, "end": 2}
    body = body_of(
        work,
        *(clip(scene, scene, scene + 1) for scene in (0, 1, 7)),
        texts=[{**later, "text": "x", "fontAssetId": "asset_none"}],
        images=[{**later, "assetId": "asset_none", "width": 9, "height": 9}],
    )

    response = export(ana, {**body, "options": {**SIZE, "to": 1}})

    assert response.status_code == 200, response.text
    assert frames_of(response.data, tmp_path) == 30
    assert ffmpeg.calls("scene-0.mp4")
    assert not ffmpeg.calls("scene-1.mp4")
    assert export(ana, body).status_code == 404


OUT_OF_RANGE: dict[str, tuple[dict[str, Any], str]] = {
    "no clips": ({"clips": []}, "clips"),
    "size too small": ({"options": {**SIZE, "width": 15}}, "options.width"),
    "size too large": ({"options": {**SIZE, "height": 4098}}, "options.height"),
    "no frames": ({"options": {**SIZE, "fps": 0}}, "options.fps"),
    "too many frames a second": ({"options": {**SIZE, "fps": 61}}, "options.fps"),
    "clip that ends before it begins": ({"clips": [clip(0, 2, 1)]}, "clips.0.end"),
    "negative position": ({"clips": [clip(0, -1, 1)]}, "clips.0.position"),
    "end before the start": ({"options": {**SIZE, "from": 1, "to": 1}}, "options.to"),
}


@pytest.mark.parametrize("name", OUT_OF_RANGE)
def test_value_out_of_range_returns_400_naming_the_field(ana, name):
    fields, path = OUT_OF_RANGE[name]

    response = export(ana, {**body_of(new_work(ana, [])), **fields})

    assert response.status_code == 400
    assert list(response.json["details"]) == [path]


def test_scene_of_endless_duration_returns_400_naming_the_field(ana, work):
    fields = {"image_prompt": "x", "video_prompt": "x", "duration_seconds": 1e308}
    assert ana.put(work, json={"scenes": [{"scene_index": 0, **fields}]}).status_code == 200

    response = ana.post(f"{work}/export")

    assert response.status_code == 400
    assert list(response.json["details"]) == ["scenes.0.duration_seconds"]


TEXT = {"text": "x", "position": 0, "end": 1}


@cases(
    ("fields", "message"),
    {
        "clips": ({"clips": [clip(0, n, n + 1) for n in range(201)]}, "201 clips; at most 200"),
        "overlays": ({"texts": [TEXT] * 201}, "201 texts and pictures; at most 200"),
        "minutes": ({"clips": [clip(0, 0, 1801)]}, "30.0 minutes long; at most 30"),
    },
)
def test_too_much_to_export_returns_413(ana, work, fields, message):
    response = export(ana, {**body_of(work), **fields})

    assert response.status_code == 413
    assert message in response.json["details"]
    assert jobs_of(ana, work) == []


def test_export_that_would_use_the_reserve_of_the_disk_returns_507(ana, work, monkeypatch):
    monkeypatch.setattr("export.job.estimated_bytes", lambda *_: 1 << 60)

    response = export(ana, body_of(work))

    assert response.status_code == 507
    assert "RESERVE_MB" in response.text
    assert jobs_of(ana, work) == []


def test_request_that_waits_for_a_cancelled_job_returns_409(ana, work, ffmpeg):
    ffmpeg.hold("run-")

    def cancel() -> Any:
        job = until(lambda: jobs_of(ana, work) and jobs_of(ana, work)[0])
        path = f"{work}/jobs/{job['id']}"
        wait_until(ana, path, lambda _: ffmpeg.rendered())
        ana.post(f"{path}/cancel")
        return wait_for_state(ana, path, "cancelled")

    response, _ = at_once([lambda: export(ana, body_of(work)), cancel])

    assert response.status_code == 409
    assert response.json["error"] == "The job was cancelled"

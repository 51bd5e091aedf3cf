"""A pipeline for an existing work: its steps in one job, beside people who edit the work."""

from typing import Any

import pytest
from PIL import Image

from tests.generation.videos.test_going_on import seen_by, stop
from tests.generation.videos.test_stops import TEXT_REQUEST
from tests.generation.videos.test_videos import DRAFT, SMALL, states
from tests.jobs.helpers import (
    CLIP_REQUEST,
    MODEL_HEADERS,
    count_paid,
    new_work_with_scenes,
    resume_job,
    until,
    wait_for_thread,
    wait_until,
    wait_until_finished,
)
from tests.jobs.test_trash import delete, restore
from tests.media.image_files import encoded
from tests.people import Person
from tests.walk import DEMO

ALL = ["scenario", "scenes", "narration", "music", "export"]
MADE = ["scenario", "scenes"]


@pytest.fixture
def brief(ana, project):
    """The path of a work that has a brief, and no scenes."""
    fields = {"productDescription": "A lamp that follows the sun", "resolution": SMALL}
    return ana.new_work(project, sceneCount=1, videoDuration=2, sound={}, **fields)


def order(person: Person, work: str, names: list[str], headers: Any = None, **fields: Any) -> str:
    """Order a pipeline of the fake vendors; return its path."""
    body = {"kind": "pipeline", "steps": names, **fields}
    return person.order(f"{work}/jobs", body, {**MODEL_HEADERS, **(headers or {})})


def test_pipeline_makes_a_video_of_an_existing_work(ana, brief):
    body = {"kind": "pipeline", "steps": ALL[::-1], "options": {**DRAFT, "captions": "burn"}}
    path = ana.order(f"{brief}/jobs", body, {**DEMO, "Idempotency-Key": "once"})
    assert ana.order(f"{brief}/jobs", body, {**DEMO, "Idempotency-Key": "once"}) == path
    job = wait_until_finished(ana, path)

    assert job["state"] == "succeeded", job
    assert list(states(job).items()) == [(name, "succeeded") for name in ALL]
    assert path == f"{brief}/jobs/{job['id']}"
    work = ana.show(brief)
    assert work["generatedScenes"][0]["voiceUrl"]
    assert work["editorState"]["audioUrl"]
    [export] = ana.show(f"{brief}/exports")["exports"]
    assert export["id"] == job["result"]["exportId"]
    assert export["options"]["captions"] == "burn"
    kinds = {each["kind"]: each["id"] for each in ana.show(f"{brief}/jobs")}
    assert kinds == {"pipeline": job["id"]} | {s["name"]: s["jobId"] for s in job["steps"]}
    assert [each["id"] for each in ana.show("/api/videos")["items"]] == []


def test_own_photos_move_and_no_clip_is_made(ana, project, samples, vendors):
    asset = ana.upload(f"{project}/assets", samples / "image.png").json["id"]
    photos = {"selectedAssetIds": [asset], "assetUsageMode": "direct"}
    work = new_work_with_scenes(ana, project, 2, **photos)

    job = wait_until_finished(ana, order(ana, work, ["scenes", "narration"], redo="image"))

    assert states(job) == {"scenes": "succeeded", "narration": "skipped"}
    made = ana.show(work)["generatedScenes"]
    assert [("imageUrl" in each, "videoUrl" in each) for each in made] == [(True, False)] * 2
    assert vendors.counts() == []


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "steps", "Required."),
    ({"steps": []}, "steps", "Must have 1 to 10 items."),
    ({"steps": ["scenes", "dance"]}, "steps.1", "Must be one of: scenario, scenes, narration"),
    ({"steps": ["scenes", "work"]}, "steps.1", "Must be one of"),
    ({"steps": ["music", "scenes", "music"]}, "steps.2", "Already named: only `scenes` may be"),
    ({"steps": ["scenes"], "only": "all"}, "only", "Only for kind `narration`."),
    ({"steps": ["music"], "seconds": 1}, "seconds", "Must be from 3 to 600."),
    ({"steps": ["music"], "redo": "all"}, "redo", "Only with step `scenes`."),
    ({"steps": ["music"], "sceneIndexes": [0]}, "sceneIndexes", "Only with step `scenes`."),
    ({"steps": ["music"], "options": {}}, "options", "Only with step `export`."),
    ({"steps": ["music"], "sceneIndex": 0}, "sceneIndex", "Only for kind `scene`."),
    ({"steps": MADE, "sceneIndexes": [0]}, "sceneIndexes", "Not with step `scenario`"),
    ({"steps": ["export"], "options": {"fps": 900}}, "options.fps", ""),
    ({"kind": "music", "steps": ["music"]}, "steps", "Only for kind `pipeline`."),
]


@pytest.mark.parametrize(("fields", "field", "told"), REFUSED)
def test_refused_orders_name_the_field(ana, brief, fields, field, told):
    refused = ana.post(f"{brief}/jobs", json={"kind": "pipeline", **fields}, headers=DEMO)

    assert refused.status_code == 400
    assert told in refused.json["details"][field], refused.json
    assert ana.show(f"{brief}/jobs") == []


def test_what_a_later_step_would_be_refused_for_is_told_at_the_order(ana, brief):
    empty = ana.post(
        f"{brief}/jobs", json={"kind": "pipeline", "steps": ["scenes"]}, headers=MODEL_HEADERS
    )

    assert (empty.status_code, empty.json["error"]) == (400, "The work has no scenes")
    assert ana.show(f"{brief}/jobs") == []


def test_every_step_needs_its_scope(ana, brief):
    body = {"kind": "pipeline", "steps": ["music", "export"]}
    script = ana.with_scopes("ai:generate", "works:read")

    refused = script.post(f"{brief}/jobs", json=body, headers=DEMO)

    assert refused.status_code == 403
    assert refused.json["required"] == ["ai:generate", "works:write"]


def test_calls_of_all_steps_are_reserved(user_with):
    eve = user_with(daily_calls=3)
    work = eve.new_work(eve.new_project(), sceneCount=1, productDescription="A lamp")
    path = order(eve, work, MADE)

    assert wait_until_finished(eve, path)["state"] == "succeeded"
    body = {"kind": "pipeline", "steps": MADE}
    refused = eve.post(f"{work}/jobs", json=body, headers=MODEL_HEADERS)
    assert refused.status_code == 429
    assert "this request needs 3" in refused.json["details"]


def test_failed_step_is_resumed_without_paying_twice(ana, brief, vendors):
    vendors.rule(**CLIP_REQUEST, fail="The lamp broke.")
    path = order(ana, brief, MADE)
    failed = wait_until_finished(ana, path)
    assert states(failed) == {"scenario": "succeeded", "scenes": "failed"}
    assert "The lamp broke." in failed["reason"]

    resume_job(ana, path)

    assert wait_until_finished(ana, path)["state"] == "succeeded"
    assert (count_paid(vendors, TEXT_REQUEST), count_paid(vendors, CLIP_REQUEST)) == (1, 2)
    assert len(ana.show(f"{brief}/jobs")) == 3


def test_another_process_continues_where_one_stopped(ana, brief, vendors, second_app):
    vendors.rule(**CLIP_REQUEST, takes=None)
    path = order(ana, brief, MADE)
    until(vendors.tasks)
    stop(ana)

    vendors.release()
    done = wait_until_finished(seen_by(second_app(), ana), path)

    assert done["state"] == "succeeded"
    assert count_paid(vendors, TEXT_REQUEST) == count_paid(vendors, CLIP_REQUEST) == 1


def test_cancelling_stops_the_step_that_runs(ana, brief, vendors):
    vendors.rule(**CLIP_REQUEST, takes=None)
    path = order(ana, brief, MADE)
    wait_until(ana, path, lambda job: vendors.tasks())

    assert ana.post(f"{path}/cancel").status_code == 200

    cancelled = wait_until_finished(ana, path)
    assert (cancelled["state"], states(cancelled)["scenes"]) == ("cancelled", "cancelled")
    assert [task["state"] for task in vendors.tasks()] == ["cancelled"]
    resume_job(ana, path)
    assert wait_until_finished(ana, path)["state"] == "succeeded"


def test_repeated_step_makes_takes_of_a_scene(ana, project, vendors):
    work = new_work_with_scenes(ana, project, 1)
    assert wait_until_finished(ana, order(ana, work, ["scenes"]))["state"] == "succeeded"

    job = wait_until_finished(ana, order(ana, work, 3 * ["scenes"], sceneIndexes=[0], redo="clip"))

    assert [(step["id"], step["state"]) for step in job["steps"]] == [
        ("scenes", "succeeded"),
        ("scenes-2", "succeeded"),
        ("scenes-3", "succeeded"),
    ]
    takes = ana.show(f"{work}/media/scene/0/takes")["takes"]
    assert len([take for take in takes if take["kind"] == "video"]) == 4
    assert count_paid(vendors, CLIP_REQUEST) == 4
    refused = {"kind": "pipeline", "steps": 2 * ["scenes"]}
    assert "steps.1" in ana.post(f"{work}/jobs", json=refused).json["details"]


def test_repeated_step_replaces_nothing_that_was_uploaded_since_the_order(ana, project, vendors):
    work = new_work_with_scenes(ana, project, 1)
    assert wait_until_finished(ana, order(ana, work, ["scenes"]))["state"] == "succeeded"
    vendors.rule(**CLIP_REQUEST, takes=None)
    path = order(ana, work, 3 * ["scenes"], sceneIndexes=[0], redo="all")
    wait_until(ana, path, lambda job: job["steps"][0]["state"] == "running")
    image = f"{work}/media/scene/0/image"
    uploaded = encoded(Image.new("RGB", (36, 64), "teal"))
    assert ana.post(image, data=uploaded, content_type="image/png").status_code == 200
    vendors.release()

    assert wait_until_finished(ana, path)["state"] in {"succeeded", "failed"}
    assert ana.get(image).data == uploaded


def test_work_that_is_deleted_and_restored_is_gone_on_with(ana, brief, vendors):
    vendors.rule(**CLIP_REQUEST, takes=None)
    path = order(ana, brief, MADE)
    step = wait_until(ana, path, lambda job: job["steps"][1]["jobId"])["steps"][1]
    child = f"{brief}/jobs/{step['jobId']}"
    wait_until(ana, child, lambda job: job["calls"][1]["taskId"])
    trash_id = delete(ana, brief)
    for each in (path, child):
        wait_for_thread(each)
    vendors.release()

    restore(ana, trash_id)

    stopped = wait_until_finished(ana, path)
    assert stopped["state"] == "interrupted"
    assert states(stopped) == {"scenario": "succeeded", "scenes": "interrupted"}
    resume_job(ana, path)
    assert wait_until_finished(ana, path)["state"] == "succeeded"
    assert count_paid(vendors, CLIP_REQUEST) == 1


def test_scenes_that_were_written_meanwhile_stay(ana, brief, vendors):
    vendors.rule(**TEXT_REQUEST, refuse=True)
    path = order(ana, brief, MADE)
    assert states(wait_until_finished(ana, path))["scenario"] == "failed"
    own = [{"scene_index": 0, "image_prompt": "A desk", "duration_seconds": 2}]
    ana.save(brief, {"scenes": own})

    resume_job(ana, path)

    done = wait_until_finished(ana, path)
    assert states(done) == {"scenario": "skipped", "scenes": "succeeded"}
    assert done["steps"][0]["message"] == "The scenes were changed since the order; they stay"
    assert [each["image_prompt"] for each in ana.show(brief)["scenes"]] == ["A desk"]


def test_music_and_pictures_that_were_uploaded_meanwhile_stay(ana, project, samples, vendors):
    work = new_work_with_scenes(ana, project, 2)
    vendors.rule(**CLIP_REQUEST, takes=None)
    earlier = order(ana, work, ["scenes"], sceneIndexes=[0])
    wait_until(ana, earlier, lambda job: vendors.tasks())
    path = order(ana, work, ["scenes", "music"], DEMO, redo="all")
    ana.upload(f"{work}/media/scene/1/image", samples / "image.png")
    ana.upload(f"{work}/media/audio", samples / "audio.mp3", part="audio")
    url = ana.show(work)["editorState"]["audioUrl"]

    vendors.release()

    done = wait_until_finished(ana, path)
    assert states(done)["music"] == "skipped"
    assert ana.show(work)["editorState"]["audioUrl"] == url
    with (samples / "image.png").open("rb") as file:
        assert ana.get(f"{work}/media/scene/1/image").data == file.read()

"""Jobs of kind `scenes` that make images alone, clips alone, or several scenes anew."""

from typing import Any

import pytest

from tests.jobs.helpers import (
    CLIP_REQUEST,
    IMAGE_REQUEST,
    MODEL_HEADERS,
    call_states,
    count_paid,
    new_work_with_scenes,
    start_job,
    until,
    wait_until_finished,
)
from tests.people import Person

Json = dict[str, Any]


def redo(person: Person, work: str, what: str, *indexes: int) -> Json:
    """Make scenes anew; return the states of the job's calls."""
    ordered = start_job(person, work, redo=what, sceneIndexes=list(indexes))
    job = wait_until_finished(person, ordered)
    assert job["state"] == "succeeded", job["reason"]
    return call_states(job)


def media(person: Person, work: str, index: int) -> tuple[bytes, bytes]:
    """Return the image and the clip of a scene."""
    image, clip = (
        person.get(f"{work}/media/scene/{index}/{kind}").data for kind in ("image", "video")
    )
    return image, clip


@pytest.fixture
def made(ana, project, samples):
    """A work with two scenes that have images and clips."""
    work = new_work_with_scenes(ana, project, 2)
    for index in range(2):
        ana.upload(f"{work}/media/scene/{index}/image", samples / "image.png")
        ana.upload(f"{work}/media/scene/{index}/video", samples / "video.webm")
    return work


def test_image_alone_is_made_anew(ana, made, vendors):
    before = [media(ana, made, index) for index in range(2)]

    states = redo(ana, made, "image", 0)

    after = [media(ana, made, index) for index in range(2)]
    assert states == {"image-0": "done"}
    assert (after[0][0] != before[0][0], after[0][1]) == (True, before[0][1])
    assert after[1] == before[1]
    assert (count_paid(vendors, IMAGE_REQUEST), count_paid(vendors, CLIP_REQUEST)) == (1, 0)
    takes = ana.show(f"{made}/media/scene/0/takes")["takes"]
    assert [(take["kind"], take["current"]) for take in takes].count(("image", False)) == 1


def test_clip_alone_is_made_anew_from_the_image_that_is_there(ana, made, vendors):
    image, clip = media(ana, made, 0)

    states = redo(ana, made, "clip", 0)

    assert states == {"video-0": "done"}
    new_image, new_clip = media(ana, made, 0)
    assert (new_image, new_clip != clip) == (image, True)
    assert (count_paid(vendors, IMAGE_REQUEST), count_paid(vendors, CLIP_REQUEST)) == (0, 1)


def test_several_scenes_are_made_anew_at_once(ana, made, vendors):
    states = redo(ana, made, "all", 0, 1)

    assert set(states) == {"image-0", "video-0", "image-1", "video-1"}
    assert set(states.values()) == {"done"}
    assert count_paid(vendors, IMAGE_REQUEST) == 2


def test_image_that_is_uploaded_meanwhile_stays(ana, made, vendors, samples):
    vendors.rule(**IMAGE_REQUEST, slow=None)
    job = start_job(ana, made, redo="image", sceneIndexes=[0])
    until(lambda: count_paid(vendors, IMAGE_REQUEST))
    ana.upload(f"{made}/media/scene/0/image", samples / "image.jpg")
    vendors.release()

    [call] = wait_until_finished(ana, job)["calls"]

    assert "another image was put there" in call["note"]
    assert media(ana, made, 0)[0] == (samples / "image.jpg").read_bytes()


def test_what_cannot_be_made_anew_is_refused(ana, made):
    def refused(**fields: Any) -> str:
        answer = ana.post(f"{made}/jobs", json=fields, headers=MODEL_HEADERS)
        assert answer.status_code == 400
        return str(answer.json)

    assert "Only for kind `scenes`" in refused(kind="scene", sceneIndex=0, redo="image")
    assert "Must be one of: all, image, clip" in refused(kind="scenes", redo="sound")
    scenes = ana.show(made)["scenes"]
    ana.put(made, json={"scenes": [{**scenes[0], "image_prompt": " "}, scenes[1]]})
    assert "no image_prompt" in refused(kind="scenes", redo="image")

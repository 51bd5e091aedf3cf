"""What jobs put into scenes: takes that say what they were generated with."""

from typing import Any

from tests.jobs.helpers import (
    call_states,
    new_work_with_scenes,
    start_scene_job,
    wait_until_finished,
)
from tests.people import Person

VIDEO = "media/scene/0/video"

Json = dict[str, Any]


def list_takes(person: Person, work: str) -> list[Json]:
    takes: list[Json] = person.show(f"{work}/media/scene/0/takes")["takes"]
    return takes


def generate(person: Person, work: str) -> Json:
    """Generate scene 0; return the job."""
    job = wait_until_finished(person, start_scene_job(person, work))
    assert set(call_states(job).values()) == {"done"}
    return job


def test_takes_say_what_they_were_generated_with(ana, project, vendors, samples):
    work = new_work_with_scenes(ana, project, 1)
    first = generate(ana, work)
    scenes = ana.show(work)["scenes"]
    scenes[0].update(image_prompt="A red lamp", video_prompt="It glows")
    ana.patch(work, json={"scenes": scenes})
    jobs = [first, generate(ana, work)]
    ana.upload(f"{work}/{VIDEO}", samples / "video.webm")

    takes = list_takes(ana, work)

    assert [(take["kind"], take["current"], take["source"]) for take in takes] == [
        ("video", True, "uploaded"),
        ("video", False, "generated"),
        ("image", True, "generated"),
        ("video", False, "generated"),
        ("image", False, "generated"),
    ]
    for job, clip, image in ((jobs[1], *takes[1:3]), (jobs[0], *takes[3:5])):
        calls = {call["id"]: call for call in job["calls"]}
        for take, call in ((clip, calls["video-0"]), (image, calls["image-0"])):
            assert take["jobId"] == job["id"]
            assert (take["provider"], take["model"]) == (call["provider"], call["model"])
            assert take.get("usage") == call["usage"]
    paid = {(entry["role"], entry["prompt"]) for entry in vendors.counts()}
    assert {(take["kind"], take["prompt"]) for take in takes[1:]} == paid


def test_generated_file_without_facts_is_recognised_by_its_job(
    ana, project, vendors, settings, samples
):
    """As works have it that were made by earlier versions."""
    work = new_work_with_scenes(ana, project, 1)
    job = generate(ana, work)
    directory = settings.data_dir / work.removeprefix("/api/") / "takes"
    for facts in directory.iterdir():
        facts.unlink()
    ana.upload(f"{work}/media/scene/1/image", samples / "image.png")

    takes = list_takes(ana, work)

    assert {(take["kind"], take["source"], take["jobId"]) for take in takes} == {
        ("image", "generated", job["id"]),
        ("video", "generated", job["id"]),
    }
    ana.upload(f"{work}/{VIDEO}", samples / "video.webm")
    before = next(take for take in takes if take["kind"] == "video")
    assert {**before, "current": False} in list_takes(ana, work)

"""One request orders a video: its work, scenario, scenes and export are made in one job."""

import base64
from typing import Any

from tests.jobs.helpers import wait_until_finished
from tests.people import Person
from tests.walk import DEMO, EXPORT_SIZE

SMALL = {"width": 64, "height": 64}
BRIEF = {
    "prompt": "A lamp that follows the sun",
    "sceneCount": 1,
    "videoDuration": 2,
    "resolution": SMALL,
}
DRAFT = {**EXPORT_SIZE, "quality": "draft"}


def made(person: Person, **order: Any) -> Any:
    """Order a video of the demo's, and return its job once it has succeeded."""
    job = wait_until_finished(person, person.order("/api/videos", order, DEMO))
    assert job["state"] == "succeeded", job
    return job


def work_of(job: Any) -> str:
    """Return the path of the work of a video."""
    return f"/api/projects/{job['projectId']}/works/{job['workId']}"


def states(job: Any) -> dict[str, str]:
    return {step["name"]: step["state"] for step in job["steps"]}


def test_video_of_a_sentence(ana):
    job = made(ana, **BRIEF, export=DRAFT, metadata={"row": 7})

    names = ("work", "scenario", "scenes", "export")
    assert states(job) == dict.fromkeys(names, "succeeded")
    assert job["progress"]["percent"] == 100
    assert job["metadata"] == {"row": 7}
    assert job["request"]["sound"] == {"isNarrated": False, "hasMusic": False, "musicPrompt": None}
    work = ana.show(work_of(job))
    assert work["name"] == work["productDescription"] == "A lamp that follows the sun"
    assert work["id"] == job["workId"]
    [export] = ana.show(f"{work_of(job)}/exports")["exports"]
    assert export["id"] == job["result"]["exportId"]
    assert ana.show(f"/api/projects/{job['projectId']}")["name"] == "Videos"
    jobs = {each["kind"]: each["id"] for each in ana.show(f"{work_of(job)}/jobs")}
    assert jobs == {step["name"]: step["jobId"] for step in job["steps"] if step["jobId"]}
    listed = ana.show("/api/videos")
    assert [each["id"] for each in listed["items"]] == [job["id"]]
    assert listed["next"] is None


def test_own_scenes_of_own_pictures_call_no_model_of_pictures(ana, samples):
    picture = base64.b64encode((samples / "image.png").read_bytes()).decode()
    project = ana.new_project()
    asset = ana.upload(f"{ana.new_project()}/assets", samples / "image.jpg").json["id"]
    template = {"textOverlays": [], "imageOverlays": []}
    second = {"narration": {"text": "All day."}, "asset": asset}
    scenes = [{**each, "duration_seconds": 1} for each in ({"narration": "It turns."}, second)]

    job = made(
        ana,
        project=project.rpartition("/")[2],
        assets=[{"url": f"data:image/png;base64,{picture}", "name": "Lamp"}],
        scenes=scenes,
        sound={"music": {"prompt": "calm"}},
        template=ana.create(f"{project}/templates", {"name": "x", "content": template})["id"],
        export=DRAFT,
    )

    work = ana.show(work_of(job))
    kinds = {each["kind"]: each for each in ana.show(f"{work_of(job)}/jobs")}
    assert kinds.keys() == {"scenes", "narration", "music", "export"}
    assert kinds["scenes"]["calls"] == []
    assert [made["status"] for made in work["generatedScenes"]] == ["image_ready"] * 2
    assert [scene["narration"]["text"] for scene in work["scenes"]] == ["It turns.", "All day."]
    assert work["editorState"]["audioUrl"].startswith(f"{project}/assets/")
    assert len(ana.show(f"{project}/assets")["assets"]) == 3
    assert job["result"]["duration"] >= 2

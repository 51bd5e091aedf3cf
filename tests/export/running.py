"""Works to export, and exports of them, through Flask's test client or the real service."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from werkzeug.test import TestResponse

from tests.people import Person

Body = dict[str, Any]

SIZE = {"width": 96, "height": 160, "fps": 30}


def new_work(person: Person, clips: Sequence[Path], project: str | None = None) -> str:
    """Create a work whose scenes have these clips; return its path."""
    work = person.new_work(project or person.new_project())
    for scene, clip in enumerate(clips):
        put_clip(person, work, scene, clip)
    return work


def put_clip(person: Person, work: str, scene: int, clip: Path) -> None:
    """Store or replace the clip of a scene."""
    answer = person.upload(f"{work}/media/scene/{scene}/video", clip)
    assert answer.status_code == 200, answer.text


def clip(scene: int, position: float, end: float, **fields: Any) -> Body:
    return {"sceneIndex": scene, "position": position, "end": end, **fields}


def body_of(work: str, *clips: Body, **fields: Any) -> Body:
    """Return the body that exports these clips; by default the first second of scene 0."""
    _, _, _, project_id, _, work_id = work.split("/")
    ids = {"projectId": project_id, "workId": work_id}
    return {**ids, "clips": list(clips or [clip(0, 0, 1)]), "options": SIZE, **fields}


def in_a_row(count: int, seconds: float = 1.0) -> list[Body]:
    """Return a clip of each scene, one after the other."""
    return [clip(scene, scene * seconds, (scene + 1) * seconds) for scene in range(count)]


def export(person: Person, body: Body, **headers: str) -> TestResponse:
    """Export a timeline; the response is the video."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return person.post("/api/export", json=body, headers=fields)


def arrange(person: Person, work: str, clips: Sequence[Body]) -> None:
    """Put clips on the work's timeline."""
    state = person.show(work)["editorState"]
    state["editorData"]["videoTrack"] = [
        {
            "id": f"clip-{number}",
            "start": each["position"],
            "end": each["end"],
            "sceneIndex": each["sceneIndex"],
        }
        for number, each in enumerate(clips)
    ]
    person.save(work, {"editorState": {**state, "exportSettings": SIZE}})


def start_export(person: Person, work: str, **fields: Any) -> str:
    """Start a job that exports a work; return its path."""
    answer = person.post(f"{work}/jobs", json={"kind": "export", **fields})
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def exports_of(person: Person, work: str) -> list[Body]:
    """Return a work's exports, newest first."""
    return cast(list[Body], person.show(f"{work}/exports")["exports"])


def jobs_of(person: Person, work: str) -> list[Body]:
    """Return a work's jobs, newest first."""
    return cast(list[Body], person.show(f"{work}/jobs"))


def leftovers(data: Path) -> list[str]:
    """Return what unfinished exports and other operations left in a data directory."""
    working = [str(path) for path in (data / "cache" / "working").glob("*")]
    hidden = (".tmp-", ".new-", ".deleted-")
    return working + [str(path) for path in data.rglob("*") if path.name.startswith(hidden)]


def segments(data: Path) -> list[Path]:
    """Return the files of the cache of rendered segments."""
    return sorted((data / "cache" / "segments").iterdir())

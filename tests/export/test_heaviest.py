"""The heaviest export that is allowed, and one of another user, in the real service."""

import hashlib
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.export.running import clip
from tests.export.sources import Sources, sine
from tests.jobs.helpers import Job, until, wait_until_finished
from tests.reliability.processes import all_processes
from tests.service import Client, CommandService

pytestmark = pytest.mark.thorough

MAX_SECONDS = 45  # turn and grace are 10 s each, and the machine may be busy
STOP_SECONDS = 3
LOOK: dict[str, Any] = {"fontSize": 20, "fontColor": "#fff", "centerX": 0, "centerY": 0}


@pytest.fixture
def service(tmp_path):
    with CommandService.running(tmp_path / "data", FSYNC=0) as service:
        yield service


def new_work(client: Client, video: Path, clips: list[dict[str, Any]], **state: Any) -> str:
    """Create a work whose clips show one video; return its path."""
    work = client.new_work(client.new_project())
    media = f"{work}/media/scene/0/video"
    assert client.put(media, video.read_bytes(), Content_Type="video/mp4").status == 200
    track = [
        {
            "id": f"clip-{number}",
            "start": each["position"],
            "end": each["end"],
            "sceneIndex": 0,
            "transitionType": "fade",
            "transitionDuration": 2,
        }
        for number, each in enumerate(clips)
    ]
    data = client.get(work).json["editorState"]
    data["editorData"] = {**data["editorData"], "videoTrack": track, **state.pop("tracks", {})}
    client.save(work, {"editorState": {**data, **state}})
    return work


def start(client: Client, work: str, **options: Any) -> str:
    answer = client.post(f"{work}/jobs", {"kind": "export", "options": options})
    assert answer.status == 202, answer.body
    return answer.headers["Location"]


def ended(client: Client, job: str) -> Job:
    """Return a job that takes minutes once it is finished."""
    until(lambda: client.get(f"{job}?wait=20").json["finishedAt"], 900)
    found: Job = client.get(job).json
    return found


def heaviest(client: Client, sources: Sources) -> str:
    """Start half an hour of blurred fades below forty long texts, as slowly as possible."""
    video = sources.moving((1280, 720), "60", 10)
    texts = {f"text-{number}": {**LOOK, "text": "word " * 499} for number in range(40)}
    track = [{"id": key, "start": 0, "end": 1799} for key in texts]
    clips = [clip(0, 9 * number, 9 * (number + 1)) for number in range(199)]
    clips.append(clip(0, 1791, 1799))
    work = new_work(client, video, clips, textOverlays=texts, tracks={"textTrack": track})
    options = {"width": 1080, "height": 1920, "fps": 60, "fit": "blur", "loudness": True}
    return start(client, work, quality="best", **options)


def small(client: Client, sources: Sources) -> str:
    video = sources.solid("0x336699", seconds=1, sound=sine(440), matrix="smpte170m")
    work = new_work(client, video, [clip(0, 0, 1)])
    return start(client, work, width=96, height=160, fps=30)


def test_heaviest_export_lets_a_small_one_of_another_user_go_first(service, tmp_path):
    ana, ben = (service.client(service.register(f"{name}@example.com")) for name in ("ana", "ben"))
    sources = Sources(tmp_path)
    heavy = heaviest(ana, sources)
    times = []
    for _ in range(3):
        until(lambda: ana.get(heavy).json["state"] == "running", MAX_SECONDS)
        begin = time.monotonic()
        job = wait_until_finished(ben, small(ben, sources))
        times.append(time.monotonic() - begin)
        assert job["state"] == "succeeded", job

    begin = time.monotonic()
    assert ana.post(f"{heavy}/cancel").status == 200
    until(lambda: ana.get(heavy).json["state"] == "cancelled", 20)
    cancelled = time.monotonic() - begin

    print(f"small ones took {times} s, to cancel took {cancelled:.1f} s")  # noqa: T201
    assert max(times) < MAX_SECONDS
    assert cancelled < STOP_SECONDS


def test_long_export_that_stepped_back_ends_with_the_same_video(service, tmp_path):
    ana, ben = (service.client(service.register(f"{name}@example.com")) for name in ("ana", "ben"))
    sources = Sources(tmp_path)
    video = sources.moving((1080, 1920), "60", 20)
    works = [new_work(ana, video, [clip(0, 0, 20)]) for _ in range(2)]
    options = {"width": 1080, "height": 1920, "fps": 60, "fit": "contain"}
    alone = ended(ana, start(ana, works[0], **options))
    for path in (service.data_dir / "cache" / "segments").iterdir():
        path.unlink()
    job = start(ana, works[1], **options)
    until(lambda: ana.get(job).json["progress"]["percent"] > 0, 60)
    others = [wait_until_finished(ben, small(ben, sources)) for _ in range(2)]
    stepped = ended(ana, job)

    assert {each["state"] for each in (alone, stepped, *others)} == {"succeeded"}
    assert stepped["attempts"] == 1
    assert others[0]["finishedAt"] < stepped["finishedAt"]
    hashes = {
        hashlib.sha256(ana.get(each["result"]["url"]).body).hexdigest() for each in (alone, stepped)
    }
    assert len(hashes) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_service_stops_at_once_while_texts_are_drawn(service, tmp_path, number):
    ana = service.client(service.register())
    heaviest(ana, Sources(tmp_path))
    until(lambda: any(map(is_drawing, all_processes(service))), 60)
    begin = time.monotonic()

    os.kill(service.processes()[0], number)
    service.wait(60)

    print(f"{number.name}: {time.monotonic() - begin:.1f} s")  # noqa: T201
    assert time.monotonic() - begin < STOP_SECONDS


def is_drawing(process: int) -> bool:
    try:
        return b"drawing" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:  # it has ended
        return False

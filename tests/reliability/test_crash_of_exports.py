"""SIGKILL during an export: it goes on where it was, and FFmpeg ends with the service.

`RELIABILITY_ROUNDS=20` kills 20 times instead of twice.
"""

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from storage.locking.locks import FileLock
from storage.paths import SEMAPHORES
from tests.event_stream import EventStream
from tests.export.recorded_ffmpeg import RecordedFFmpeg
from tests.export.running import SIZE, clip, leftovers
from tests.export.sources import Sources, sine
from tests.jobs.helpers import until, wait_until_finished
from tests.service import Client

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "2"))
CLIPS = 3 * ROUNDS + 5
SECONDS = 0.5  # of each clip


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    return Sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def service(run, ffmpeg):
    """A service in which no export is interrupted by another one, however slow the machine is."""
    return run(FFMPEG=ffmpeg.program, EXPORT_TURN=3600)


def new_work(
    client: Client, sources: Sources, clips: int, seconds: float = SECONDS, frames: int = 20
) -> str:
    """Create a work with numbered clips one after the other; return its path.

    Works with other `frames` have other clips, of which no segments are in the cache.
    """
    work = client.new_work(client.new_project())
    for scene in range(clips):
        video = sources.numbered(100 * scene, count=frames, sound=sine(300 + scene)).read_bytes()
        url = f"{work}/media/scene/{scene}/video"
        assert client.put(url, video, Content_Type="video/mp4").status == 200
    state = client.get(work).json["editorState"]
    state["editorData"]["videoTrack"] = [
        {"id": f"c{n}", "start": n * seconds, "end": (n + 1) * seconds, "sceneIndex": n}
        for n in range(clips)
    ]
    client.save(work, {"editorState": {**state, "exportSettings": SIZE}})
    return work


def start(client: Client, work: str) -> str:
    answer = client.post(f"{work}/jobs", {"kind": "export"})
    assert answer.status == 202, answer.body
    return answer.headers["Location"]


@contextmanager
def place_taken(data_dir: Path) -> Iterator[None]:
    """Let exports wait: the only place for them is taken within the block."""
    with FileLock.acquire(data_dir / SEMAPHORES, "exports-0"):
        yield


def is_waiting(client: Client, job: str) -> bool:
    """Return whether a job waits for the place."""
    return client.show(job)["progress"]["message"].startswith("Waiting: ")


def has_rendered(ffmpeg: RecordedFFmpeg, count: int) -> bool:
    """Return whether so many segments were begun."""
    return len(ffmpeg.rendered()) >= count


def finished_segments(data_dir: Path) -> set[str]:
    """Return the names of the segments of a killed export that are in the cache."""
    found = (data_dir / "cache" / "working").glob("*/segment-*.mp4")
    return {path.name for path in found if path.stat().st_nlink > 1}


def decoded(client: Client, job: dict[str, Any], directory: Path) -> list[npt.NDArray[Any]]:
    """Return the frames and the sound of a job's video."""
    path = directory / f"{job['id']}.mp4"
    path.write_bytes(client.get(job["result"]["url"]).body)
    with av.open(str(path)) as container:
        return [frame.to_ndarray() for frame in container.decode(video=0, audio=0)]


def test_export_survives_repeated_sigkill_and_renders_no_finished_segment_again(
    service, ana, sources, ffmpeg, tmp_path
):
    work = new_work(ana, sources, CLIPS)
    ffmpeg.slow_down("run-", rate=0.2)
    job = start(ana, work)
    percent = 0
    for _ in range(ROUNDS):
        before = len(ffmpeg.rendered())
        until(partial(has_rendered, ffmpeg, before + 3))  # two at once

        service.kill()

        until(lambda: not ffmpeg.running())
        finished = finished_segments(service.data_dir)
        begun = len(ffmpeg.rendered())
        assert finished
        with place_taken(service.data_dir):  # until all is looked at, the export does not go on
            service.start()
            assert leftovers(service.data_dir) == []
            assert ana.get(job).json["progress"]["percent"] >= percent
            percent = ana.get(job).json["progress"]["percent"]
        until(partial(has_rendered, ffmpeg, begun + 1))
        assert not finished & set(ffmpeg.rendered()[begun:])
    ffmpeg.speed_up()
    survived = wait_until_finished(ana, job)
    assert survived["state"] == "succeeded", survived["reason"]
    assert survived["attempts"] == ROUNDS + 1
    undisturbed = wait_until_finished(ana, start(ana, new_work(ana, sources, CLIPS)))

    assert leftovers(service.data_dir) == []
    assert not ffmpeg.running()
    expected = decoded(ana, undisturbed, tmp_path)
    found = decoded(ana, survived, tmp_path)
    assert len(found) == len(expected)
    assert all(np.array_equal(*pair) for pair in zip(found, expected, strict=True))


def test_export_that_is_killed_while_its_file_is_made_renders_nothing_again(
    service, ana, sources, ffmpeg
):
    work = new_work(ana, sources, 2, frames=22)
    ffmpeg.slow_down("/target.webm", rate=0.001)  # it would take minutes
    order = {"kind": "export", "options": {"format": "webm"}}
    job = ana.post(f"{work}/jobs", order).headers["Location"]
    until(lambda: ffmpeg.calls("/target.webm"))
    rendered = len(ffmpeg.rendered())

    service.kill()

    until(lambda: not ffmpeg.running())
    assert exports_in(service.data_dir, work) == []
    ffmpeg.speed_up()
    service.start()
    ended = wait_until_finished(ana, job)
    assert ended["state"] == "succeeded", ended["reason"]
    [made] = ana.get(f"{work}/exports").json["exports"]
    assert ana.get(made["url"]).body[:4] == b"\x1aE\xdf\xa3"  # as WebM begins
    assert len(ffmpeg.rendered()) == rendered
    assert len(ffmpeg.calls("/target.webm")) == 2
    assert leftovers(service.data_dir) == []


def exports_in(data_dir: Path, work: str) -> list[str]:
    """Return what is in the directory of a work's exports."""
    found = (data_dir / work.removeprefix("/api/")).glob("exports/*")
    return [path.name for path in found]


def test_nothing_of_an_export_outlives_the_service_nor_its_work(service, ana, sources, ffmpeg):
    work = new_work(ana, sources, 2, frames=30)
    ffmpeg.slow_down("run-", rate=0.001)  # it would take minutes
    begun = len(ffmpeg.rendered())
    start(ana, work)
    until(partial(has_rendered, ffmpeg, begun + 1))
    assert ffmpeg.running()

    service.kill()

    until(lambda: not ffmpeg.running())
    directory = service.data_dir / work.removeprefix("/api/")
    directory.rename(directory.with_name(".deleted-0123456789abcdef"))

    service.start()

    assert leftovers(service.data_dir) == []
    assert ana.get(work).status == 404
    ffmpeg.speed_up()


def test_exports_of_two_processes_run_one_after_the_other(service, ana, sources, ffmpeg):
    works = [new_work(ana, sources, 2) for _ in range(3)]
    clients = [service.client(ana.token) for _ in works]  # on connections of their own
    calls = len(ffmpeg.calls("/cache/working/"))
    jobs = [start(client, work) for client, work in zip(clients, works, strict=True)]

    ends = [wait_until_finished(ana, job) for job in jobs]

    assert [end["state"] for end in ends] == ["succeeded"] * 3
    users = [job_of(call) for call in ffmpeg.calls("/cache/working/")[calls:]]
    assert sorted(key for key, _ in groupby(users)) == sorted(end["id"] for end in ends)


def job_of(call: str) -> str:
    """Return the id of the job in whose directory FFmpeg worked."""
    return call.partition("/cache/working/")[2].partition("/")[0]


def test_events_tell_of_an_export_until_its_end(ana, sources, ffmpeg):
    ffmpeg.slow_down("run-", rate=0.1)  # progress is written twice a second
    ffmpeg.hold("run-")  # until it is followed
    job = start(ana, new_work(ana, sources, 3, frames=35))
    seen = []

    with closing(EventStream(ana, f"{job}/events")) as stream:
        ffmpeg.release()
        for event in iter(stream.next_event, None):
            seen.append(json.loads(event["data"]))
            if is_rendering(seen[-1]):
                ffmpeg.speed_up()

    assert seen[-1]["state"] == "succeeded"
    assert len(seen) >= 3
    percents = [each["progress"]["percent"] for each in seen]
    assert percents == sorted(percents)
    assert any(map(is_rendering, seen))


def is_rendering(job: dict[str, Any]) -> bool:
    return str(job["progress"]["message"]).startswith("Rendering: ")


def test_stopped_service_ends_its_export_which_goes_on_after_the_start(
    service, ana, sources, ffmpeg
):
    ffmpeg.slow_down("run-", rate=0.001)  # it would take minutes
    begun = len(ffmpeg.rendered())
    job = start(ana, new_work(ana, sources, 2, frames=40))
    until(partial(has_rendered, ffmpeg, begun + 1))

    service.stop()

    until(lambda: not ffmpeg.running())
    assert leftovers(service.data_dir) == []
    ffmpeg.speed_up()
    service.start()
    assert wait_until_finished(ana, job)["state"] == "succeeded"


def test_body_is_exported_by_the_service(ana, sources):
    work = new_work(ana, sources, 1)
    _, _, _, project_id, _, work_id = work.split("/")
    body = {"projectId": project_id, "workId": work_id, "clips": [clip(0, 0, 0.5)]}

    answer = ana.post("/api/export", {**body, "options": SIZE})

    assert (answer.status, answer.headers["Content-Type"]) == (200, "video/mp4")
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_waiting_exports_of_two_users_keep_their_turns_over_a_sigkill(
    service, ana, sources, ffmpeg
):
    ben = service.client(service.register("ben@example.com"))
    order = (ana, ana, ana, ben, ben)
    works = [new_work(client, sources, 1, frames=25 + n) for n, client in enumerate(order)]
    before = len(ffmpeg.rendered())
    ffmpeg.slow_down("run-", rate=0.001)  # the first one is not finished before it is killed
    jobs = [start(client, work) for client, work in zip(order, works, strict=True)]
    until(partial(has_rendered, ffmpeg, before + 1))

    service.kill()
    ffmpeg.speed_up()
    with place_taken(service.data_dir):
        service.start()
        for client, job in zip(order, jobs, strict=True):  # those that wait take turns
            until(partial(is_waiting, client, job))

    ended = [wait_until_finished(client, job) for client, job in zip(order, jobs, strict=True)]
    assert {job["state"] for job in ended} == {"succeeded"}
    ends = [job["finishedAt"] for job in ended]
    assert sorted(range(5), key=ends.__getitem__) == [3, 0, 4, 1, 2]

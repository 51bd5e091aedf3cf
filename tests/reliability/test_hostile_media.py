"""Media that take minutes or gigabytes to decode harm neither the service nor its users."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.media import hostile_files as hostile
from tests.media.image_files import huge
from tests.reliability.processes import MB, Usage, all_processes, memory, programs
from tests.service import Client, Service

pytestmark = pytest.mark.slow

# Limits for each upload: two seconds of a processor, and 300 MB more than a process has when idle.
SECONDS = 2.5  # a processor that others use as well does less in a second
MEMORY = 300 * MB
OTHERS_SECONDS = 30  # of a request on a busy machine; some of the files would take minutes
CROWD = 3  # clients, for a process of two threads

MakeFile = Callable[[Path], bytes]

# Each makes a file, and says what is nevertheless known of it.
IMAGES: dict[str, tuple[MakeFile, dict[str, Any]]] = {
    "JPEG of 1,500 scans": (
        lambda _: hostile.jpeg_of_scans(8_000, 1_500),
        {"width": 8_000, "height": 8_000},
    ),
    "JPEG of 5 million comments": (lambda _: hostile.jpeg_of_comments(20), {}),
    "PNG of 1.7 million chunks": (lambda _: hostile.png_of_chunks(20), {}),
    "PNG of compressed texts of 3 GB": (lambda _: hostile.png_of_texts(60), {}),
}
REFUSED: dict[str, Callable[[], bytes]] = {
    "progressive JPEG of 900 million pixels": lambda: hostile.jpeg_of_scans(30_000, 1),
    "PNG of 169 million pixels": lambda: huge(13_000, 13_000),
    "WebP of 268 million pixels": hostile.webp_of_one_colour,
    "GIF of 4 billion pixels": lambda: hostile.gif_of_frames(1, 65_535),
}
VIDEOS: dict[str, tuple[MakeFile, dict[str, Any]]] = {
    "film of one PNG of 88 million pixels": (
        lambda path: hostile.film_of(path, "huge.png", huge(9_400, 9_400), "huge.mov"),
        {},
    ),
    "film of one JPEG of 1,500 scans": (
        lambda path: hostile.film_of(path, "a.jpg", hostile.jpeg_of_scans(8_000, 1_500), "a.avi"),
        {},
    ),
    "MP4 of 10,000 tracks": (lambda path: hostile.mp4_of_tracks(path, 10_000), {}),
    "MP3 of 870,000 frames": (lambda _: hostile.mp3_of_hours(20), {}),
    "MP3 with a title of 45 MB": (lambda _: hostile.mp3_of_tags(45, hostile.mp3_of_hours(1)), {}),
}
IN_CROWD = "JPEG of 1,500 scans"  # the file of a crowd of clients
# Files that are stopped by the same limit as others.
LIKE_OTHERS = {
    IN_CROWD,
    "PNG of 1.7 million chunks",
    "JPEG of 5 million comments",
    "film of one PNG of 88 million pixels",
    "film of one JPEG of 1,500 scans",
    "MP3 of 870,000 frames",
}


@pytest.fixture(scope="module")
def service(run):
    """A service with one process and few threads."""
    return run(WORKERS=1, THREADS=2)


@pytest.fixture(scope="module")
def assets(ana):
    """The path of the assets of a project of ana's; its first one loads all modules."""
    path = f"{ana.new_project()}/assets"
    assert ana.post(path, hostile.gif_of_frames(1)).status == 201
    return path


def seconds_of_requests(client: Client, path: str, done: Callable[[], bool]) -> list[float]:
    """Repeat a request until `done`; return the seconds that each took."""
    seconds = []
    while not done():
        started = time.monotonic()
        assert client.get(path).status == 200
        seconds.append(time.monotonic() - started)
        time.sleep(0.05)
    return seconds


def upload(service: Service, ana: Client, assets: str, data: bytes) -> tuple[Any, Usage, float]:
    """Return an upload's asset, what the service used, and the time of other users' requests."""
    other = service.client(ana.token)
    with ThreadPoolExecutor() as threads, Usage(service) as usage:
        answer = threads.submit(ana.post, assets, data)
        seconds = seconds_of_requests(other, "/api/projects", answer.done)
    asset = answer.result()
    assert asset.status == 201, asset.body
    assert ana.get(asset.json["url"]).body == data
    return asset.json, usage, max(seconds, default=0)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.thorough if name in LIKE_OTHERS else ())
        for name in (*IMAGES, *VIDEOS)
    ],
)
def test_hostile_file_is_kept_without_a_thumbnail(service, ana, assets, tmp_path, name):
    make, known = {**IMAGES, **VIDEOS}[name]
    idle = max(map(memory, service.processes()))

    asset, usage, longest = upload(service, ana, assets, make(tmp_path))

    assert "thumbnail" not in asset
    assert asset.items() >= known.items()
    assert usage.seconds < SECONDS
    assert usage.largest - idle < MEMORY
    assert longest < OTHERS_SECONDS


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_image_with_too_many_pixels_is_refused_by_its_header(service, ana, assets, make):
    data = make()
    with Usage(service) as usage:
        answer = ana.post(assets, data)

    assert answer.status == 413
    assert "million pixels; at most" in answer.json["details"]
    assert usage.seconds < 1


def test_animation_of_many_frames_has_a_thumbnail(service, ana, assets):
    asset, usage, _ = upload(service, ana, assets, hostile.gif_of_frames(100_000))

    assert (asset["width"], asset["height"]) == (8, 8)
    assert "thumbnail" in asset
    assert usage.seconds < SECONDS


@pytest.mark.thorough  # test_fairness.py saturates the same programs
def test_crowd_of_hostile_files_leaves_the_service_answering(service, ana, assets, tmp_path):
    """More than the service has threads; what waits for its turn for too long is kept as it is."""
    make, known = IMAGES[IN_CROWD]
    data = make(tmp_path)
    idle = max(map(memory, service.processes()))
    other = service.client(ana.token)
    clients = [service.client(ana.token) for _ in range(CROWD)]
    with ThreadPoolExecutor(CROWD) as threads, Usage(service) as usage:
        answers = [threads.submit(each.post, assets, data) for each in clients]
        wait_for_programs(service)
        answered = seconds_of_requests(
            other, "/api/projects", lambda: any(each.done() for each in answers)
        )

    assert [each.result().status for each in answers] == [201] * CROWD
    made = [each.result().json for each in answers]
    assert [each for each in made if "thumbnail" not in each and each.items() >= known.items()]
    assert len(answered) > 1  # while all others wait
    assert max(answered) < OTHERS_SECONDS
    assert usage.seconds < CROWD * SECONDS
    assert usage.largest - idle < MEMORY


def wait_for_programs(service: Service) -> list[int]:
    """Wait until the service runs programs, and return their ids."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := programs(service):
            return found
        time.sleep(0.01)
    raise AssertionError("the service runs no program")


def start_uploads(threads: ThreadPoolExecutor, service: Service, count: int) -> None:
    """Start to upload hostile files; their connections may break."""
    client = service.client(service.register())
    path = f"{client.new_project()}/assets"
    data = hostile.jpeg_of_scans(8_000, 1_500)

    def attempt(client: Client) -> None:
        with suppress(OSError, HTTPException):
            client.post(path, data)

    for _ in range(count):
        threads.submit(attempt, service.client(client.token))


def test_stop_does_not_wait_for_hostile_files(run):
    service = run(WORKERS=1, THREADS=2)
    with ThreadPoolExecutor(CROWD) as threads:
        start_uploads(threads, service, CROWD)
        wait_for_programs(service)
        processes = all_processes(service)

        started = time.monotonic()
        os.kill(processes[0], signal.SIGTERM)
        service.wait(100)
        seconds = time.monotonic() - started

    assert seconds < 60
    assert not any(map(memory, processes))


@pytest.mark.thorough
def test_programs_end_soon_after_the_service_was_killed(run):
    service = run()
    with ThreadPoolExecutor(4) as threads:
        start_uploads(threads, service, 4)
        found = wait_for_programs(service)

        service.kill()

        started = time.monotonic()
        while any(map(memory, found)):
            assert time.monotonic() - started < 60
            time.sleep(0.01)

"""Measure nodes that share a file system and print tables: `python benchmarks/nodes.py`, as root.

Each node is a service on a JuiceFS mount of its own. Requests are sent to the nodes in turn, and
cost processor time of the services, the mounts' clients and Redis. An export is timed on one and on
two nodes, each with its mount on one processor; Redis and this script share them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

# So that this file can be run as a script, and still import its package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import data, team
from benchmarks.client import Api, raw_upload
from benchmarks.exporter import X264
from benchmarks.measure import log
from storage.locking.locks import FileLock
from storage.paths import CACHE, MEASURES, SEGMENTS, SEMAPHORES
from tests.nodes.node import Node
from tests.nodes.volume import Volume, missing
from tests.service import Service

WORKS = 500
CHARACTERS = 525  # of a prompt: 40 KB of JSON
WARM_UP = 50
IDLE_SECONDS = 3
SCENES, SECONDS = 24, 2
WIDTH, HEIGHT, FPS = 720, 1280, 30
CLIPS, SOURCE_FPS = 6, 24

Send = Callable[[Api, int], Any]  # with the number of the request


class Cost(NamedTuple):
    """Of one request: milliseconds of processors, and round trips to the metadata."""

    service: float
    client: float
    redis: float
    round_trips: float

    def __str__(self) -> str:
        parts = (self.service, self.client, self.redis)
        return " + ".join(f"{part:.1f}" for part in parts if part)


class Used(NamedTuple):
    """What was used until now: a clock's seconds, seconds of processors, and round trips."""

    elapsed: float
    services: float
    clients: float
    redis: float
    round_trips: float


class Cluster:
    """Services, on mounts of one volume or (without one) on the local disk."""

    def __init__(self, services: Sequence[Service], volume: Volume | None) -> None:
        self.services = services
        token, of_member = (services[0].register(f"{name}@example.com") for name in ("ana", "ben"))
        self.apis = [Api(service.port, token) for service in services]
        self._members = {service.port: Api(service.port, of_member) for service in services}
        self._volume = volume
        self._project = self.apis[0].new_project()
        team.share(self.apis[0], self._members[services[0].port], self._project)

    def measure(self, count: int) -> dict[str, Cost]:
        """Return the cost of each kind of request."""
        works = f"{self._project}/works"
        ids = [self.apis[0].call("POST", works, data.creation())["id"] for _ in range(WORKS)]
        work, body = f"{works}/{ids[0]}", data.edited(CHARACTERS)
        self.apis[0].call("PUT", work, body)
        requests: dict[str, Send] = {
            "GET": lambda api, _: api.raw("GET", work),
            "GET by a member": lambda api, _: self._members[api.port].raw("GET", work),
            "List": lambda api, _: api.raw("GET", works),
            "PUT": lambda api, number: api.call("PUT", work, {**body, "name": str(number)}),
            "POST": lambda api, _: api.call("POST", works, data.creation()),
        }
        idle = self._used_by(lambda: time.sleep(IDLE_SECONDS))
        return {name: self._cost(send, count, idle) for name, send in requests.items()}

    def _cost(self, send: Send, count: int, idle: Used) -> Cost:
        """Return the cost of a request, without what the nodes do anyway."""
        self._send(send, range(WARM_UP))
        used = self._used_by(lambda: self._send(send, range(WARM_UP, WARM_UP + count)))
        share = used.elapsed / idle.elapsed
        amounts = zip(used[1:], idle[1:], strict=True)
        service, client, redis, trips = ((all_ - share * other) / count for all_, other in amounts)
        return Cost(1000 * service, 1000 * client, 1000 * redis, trips)

    def _send(self, send: Send, numbers: range) -> None:
        for number, api in zip(numbers, itertools.cycle(self.apis), strict=False):
            send(api, number)

    def _used_by(self, action: Callable[[], None]) -> Used:
        before = self._used()
        action()
        return Used(*(after - first for after, first in zip(self._used(), before, strict=True)))

    def _used(self) -> Used:
        now = time.perf_counter()
        services = _processor_seconds(each.processes() for each in self.services)
        if self._volume is None:
            return Used(now, services, 0.0, 0.0, 0)
        clients = _processor_seconds(each.processes() for each in self._volume.mounts)
        redis = _processor_seconds([self._volume.redis_processes()])
        return Used(now, services, clients, redis, self._volume.round_trips())


def requests_table(directory: Path, counts: Sequence[int], requests: int) -> str:
    """Return what requests cost on the local disk and on so many nodes."""
    columns: dict[str, dict[str, Cost]] = {}
    for count in (0, *counts):
        name = f"{count} node{'s'[: count != 1]}" if count else "Local disk"
        log(f"requests: {name}")
        with _cluster(directory / f"nodes-{count}", count) as cluster:
            columns[name] = cluster.measure(requests)
    trips = [name for name in columns if name != "Local disk"]
    header = ["Request", *columns, *(f"Round trips, {name}" for name in trips)]
    lines = [header, ["---"] * len(header)]
    for request in columns["Local disk"]:
        costs = [str(column[request]) for column in columns.values()]
        lines.append(
            [request, *costs, *(f"{columns[name][request].round_trips:.0f}" for name in trips)]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def export_table(directory: Path, rounds: int) -> str:
    """Return how long an export takes on one and on two nodes."""
    log("export: preparing")
    seconds: dict[str, list[float]] = {"1 node": [], "2 nodes": []}
    clips = _make_clips(directory)
    with _cluster(directory / "export", 2, one_processor_each=True) as cluster:
        api = cluster.apis[0]
        work, body = _new_work(cluster, clips)
        root = directory / "export" / "a" / "data"
        for number, name in itertools.product(range(rounds), seconds):
            for export in api.call("GET", f"{work}/exports")["exports"]:
                api.raw("DELETE", export["url"])
            for cached in (SEGMENTS, MEASURES):
                shutil.rmtree(root / CACHE / cached, ignore_errors=True)
            with _alone(root) if name == "1 node" else ExitStack():
                start = time.perf_counter()
                api.raw("POST", "/api/export", json.dumps(body).encode())
                seconds[name].append(time.perf_counter() - start)
            log(f"  round {number + 1}, {name}: {seconds[name][-1]:.1f} s")
    one, two = (statistics.median(each) for each in seconds.values())
    length = f"{SCENES} scenes, {SCENES * SECONDS} s of {WIDTH} x {HEIGHT}"
    return f"An export ({length}): 1 node {one:.1f} s, 2 nodes {two:.1f} s, ratio {one / two:.2f}"


@contextmanager
def _cluster(directory: Path, count: int, *, one_processor_each: bool = False) -> Iterator[Cluster]:
    """Run so many nodes, or with 0 a service on the local disk."""
    directory.mkdir()
    with ExitStack() as stack:
        volume = stack.enter_context(Volume.running(directory)) if count else None
        services: list[Service] = []
        processors = sorted(os.sched_getaffinity(0))
        for number, name in enumerate("abcdefgh"[:count]):
            assert volume is not None
            with _affinity({processors[number % len(processors)]} if one_processor_each else None):
                service: Service = Node(volume.mount(name), name)
                stack.callback(service.stop)
                service.start()
            services.append(service)
        if volume is None:
            services.append(Service(directory / "data"))
            stack.callback(services[0].stop)
            services[0].start()
        yield Cluster(services, volume)


@contextmanager
def _affinity(processors: set[int] | None) -> Iterator[None]:
    """Let what is started meanwhile run on these processors."""
    before = os.sched_getaffinity(0)
    if processors:
        os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Keep node b from helping with an export."""
    lock = FileLock.acquire(root / SEMAPHORES, "assistant@b", 60)
    try:
        yield
    finally:
        lock.release()


def _new_work(cluster: Cluster, clips: Sequence[Path]) -> tuple[str, dict[str, Any]]:
    """Create a work with the clips in turn; return its path, and the body that exports it."""
    api = cluster.apis[0]
    path = api.new_work(api.new_project())
    for scene in range(SCENES):
        clip = clips[scene % len(clips)]
        raw_upload(api.port, f"{path}/media/scene/{scene}/video", clip, api.token).send()
    shown = [
        {
            "sceneIndex": scene,
            "position": scene * SECONDS,
            "end": (scene + 1) * SECONDS,
            "cutFrom": scene // len(clips) * SECONDS,
        }
        for scene in range(SCENES)
    ]
    options = {"width": WIDTH, "height": HEIGHT, "fps": FPS}
    _, _, _, project, _, work = path.split("/")
    return path, {"projectId": project, "workId": work, "clips": shown, "options": options}


def _make_clips(directory: Path) -> list[Path]:
    """Make clips of moving pictures, which last long enough to be cut into different parts."""
    paths = [directory / f"clip-{number}.mp4" for number in range(CLIPS)]
    for number, path in enumerate(paths):
        seconds = SECONDS * SCENES // CLIPS
        picture = f"testsrc2=s={WIDTH}x{HEIGHT}:r={SOURCE_FPS}:d={seconds}"
        look = ["-vf", f"hue=h={50 * number}", *X264, "-pix_fmt", "yuv420p"]
        data.run_ffmpeg(["-f", "lavfi", "-i", picture, *look, str(path)])
    return paths


def _processor_seconds(groups: Iterator[list[int]] | Sequence[list[int]]) -> float:
    """Return how much processor time the processes have used."""
    ticks = 0
    for process in itertools.chain.from_iterable(groups):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)  # as an exception, so that nothing remains running or mounted


def main() -> None:
    """Measure what was asked for."""
    if reason := missing():
        raise SystemExit(reason)
    signal.signal(signal.SIGTERM, _exit)
    parser = argparse.ArgumentParser(prog="benchmarks/nodes.py", description=__doc__)
    parser.add_argument("--only", choices=("requests", "export"))
    parser.add_argument("--nodes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--requests", type=int, default=1000, help="of each kind (default: 1000)")
    parser.add_argument("--rounds", type=int, default=3, help="exports (default: 3 on each)")
    parser.add_argument("--dir", type=Path, default=Path(__file__).resolve().parent)
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix=".tmp-", dir=options.dir))
    try:
        if options.only != "export":
            print(requests_table(directory, options.nodes, options.requests), end="\n\n")
        if options.only != "requests":
            print(export_table(directory, options.rounds))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()

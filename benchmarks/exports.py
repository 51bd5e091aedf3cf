"""Rows about exports: six clips of 8 s at 1080 x 1920 with texts, against plain FFmpeg commands."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from benchmarks import server
from benchmarks.bench import MB, Bench
from benchmarks.client import Api, raw_upload
from benchmarks.measure import Comparison, Outcome, compare, log
from benchmarks.memory import Sampler, resident
from media.overlays import TextOverlay, draw_text

CLIPS = 6
SECONDS = 8
MANY_CLIPS = 60
WIDTH, HEIGHT, FPS = 1080, 1920, 30
SOURCE_FPS = 24  # of the clips, as vendors make them
TEXT_SECONDS = 3  # each clip has a text for so long
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high")
SOUND = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2")


@dataclass(frozen=True)
class Exporter:
    """A service with a work whose scenes are the clips."""

    server: server.Server
    api: Api
    data: Path
    project: str
    work: str
    clips: list[Path]

    def export(self, body: dict[str, Any]) -> float:
        """Export a timeline; return the seconds until the video was received."""
        start = time.perf_counter()
        video = self.api.raw("POST", "/api/export", json.dumps(body).encode())
        seconds = time.perf_counter() - start
        if len(video) < 10_000:
            raise RuntimeError("the exported video is empty")
        return seconds

    def forget(self) -> None:
        """Delete all exports and the cached segments."""
        for each in self.api.call("GET", f"{self.work}/exports")["exports"]:
            self.api.raw("DELETE", each["url"])
        shutil.rmtree(self.data / "cache" / "segments", ignore_errors=True)

    def first(self, body: dict[str, Any]) -> float:
        """Export a timeline as if for the first time."""
        self.forget()
        return self.export(body)

    def body(self, *, text: str = "Text", texts: bool = True, **options: Any) -> dict[str, Any]:
        """Return the timeline: all clips with cuts, and a text over each; `text` is the first."""
        ends = [(number * SECONDS, (number + 1) * SECONDS) for number in range(CLIPS)]
        shown = [
            {
                "text": text if number == 0 else f"Text {number}",
                "position": start + 2,
                "end": start + 2 + TEXT_SECONDS,
                "fontSize": 80,
                "fontColor": "#ffffff",
            }
            for number, (start, _) in enumerate(ends)
        ]
        return {
            **self.ids(),
            "clips": [
                {"sceneIndex": number, "position": start, "end": end}
                for number, (start, end) in enumerate(ends)
            ],
            "texts": shown if texts else [],
            "options": {"width": WIDTH, "height": HEIGHT, "fps": FPS, **options},
        }

    def short_clips(self, count: int) -> dict[str, Any]:
        """Return a timeline of so many clips of one second."""
        clips = [
            {
                "sceneIndex": number % CLIPS,
                "position": number,
                "end": number + 1,
                "cutFrom": number // CLIPS % SECONDS,
            }
            for number in range(count)
        ]
        options = {"width": WIDTH, "height": HEIGHT, "fps": FPS}
        return {**self.ids(), "clips": clips, "options": options}

    def ids(self) -> dict[str, str]:
        """Return the ids of the project and the work."""
        return {
            "projectId": self.project.rpartition("/")[2],
            "workId": self.work.rpartition("/")[2],
        }


def first_export(bench: Bench, target: float) -> Outcome:
    """A first export against one FFmpeg command for the same."""
    with _exporter(bench) as exporter:
        command = _plain_command(exporter, bench.directory)
        found = compare(
            bench.rounds,
            lambda: _seconds(command),
            lambda: exporter.first(exporter.body()),
            "s",
        )
    return _ratio(found, target)


def changed_text(bench: Bench, target: float) -> Outcome:
    """An export after one text was changed, against the first."""
    with _exporter(bench) as exporter:
        number = iter(range(1000))
        found = compare_in_order(
            bench.rounds,
            lambda: exporter.first(exporter.body()),
            lambda: exporter.export(exporter.body(text=f"Changed {next(number)}")),
        )
    return _ratio(found, target)


def unchanged(bench: Bench, target: float) -> Outcome:
    """An export of what was exported before."""
    with _exporter(bench) as exporter:
        exporter.export(exporter.body())
        seconds = statistics.median(exporter.export(exporter.body()) for _ in range(10))
    return Outcome(f"{seconds * 1000:.0f} ms", f"{seconds:.3f} s", seconds <= target)


def copied(bench: Bench, target: float) -> Outcome:
    """Untrimmed clips of one kind, cuts alone, against FFmpeg's concat demuxer."""
    with _exporter(bench) as exporter:
        command = _copy_command(exporter, bench.directory)
        body = exporter.body(texts=False, fps="source")
        found = compare(
            2 * bench.rounds + 1,
            lambda: _seconds(command),
            lambda: exporter.first(body),
            "s",
        )
    return _ratio(found, target)


def draft(bench: Bench, target: float) -> Outcome:
    """A draft against the first export."""
    with _exporter(bench) as exporter:
        found = compare(
            bench.rounds,
            lambda: exporter.first(exporter.body()),
            lambda: exporter.first(exporter.body(quality="draft")),
            "s",
        )
    return _ratio(found, target)


def encoder_memory(bench: Bench, target: float) -> Outcome:
    """FFmpeg's resident memory for sixty clips against six."""
    with _exporter(bench) as exporter:
        peaks = {}
        for count in (CLIPS, MANY_CLIPS):
            with _Watch(lambda: resident(_ffmpegs())) as watch:
                exporter.first(exporter.short_clips(count))
            peaks[count] = watch.peak / MB
    ratio = peaks[MANY_CLIPS] / peaks[CLIPS]
    figure = f"{peaks[MANY_CLIPS]:.0f} MB against {peaks[CLIPS]:.0f} MB"
    return Outcome(figure, f"{ratio:.2f}", ratio <= target)


def service_memory(bench: Bench, target: float) -> Outcome:
    """Growth of the service's own resident memory during an export."""
    with _exporter(bench) as exporter:
        for _ in exporter.server.workers():  # imports what is imported on first use
            exporter.first(exporter.body(quality="draft"))
        with Sampler(exporter.server.processes()) as sampler:
            exporter.first(exporter.body())
    growth = (sampler.peak - sampler.first) / MB
    return Outcome(f"{growth:+.0f} MB", f"{growth:+.0f} MB", growth <= target)


def temporary_room(bench: Bench, target: float) -> Outcome:
    """The room that an export takes on the disk at most, its own file included."""
    with _exporter(bench) as exporter:
        exporter.forget()
        before = _used(exporter.data)
        with _Watch(lambda: _used(exporter.data)) as watch:
            exporter.export(exporter.body())
        [export] = exporter.api.call("GET", f"{exporter.work}/exports")["exports"]
    room, size = watch.peak - before, export["size"]
    return Outcome(
        f"{room / MB:.0f} MB for {size / MB:.0f} MB", f"{room / size:.2f}", room <= target * size
    )


def get_while_exporting(bench: Bench, target: float) -> Outcome:
    """The 95th percentile of GETs of a work while an export runs, against idle."""
    with _exporter(bench) as exporter:
        _p95(exporter, 1)

        def busy() -> float:
            exporter.forget()
            thread = threading.Thread(target=exporter.export, args=(exporter.body(),))
            thread.start()
            time.sleep(2)
            try:
                return _p95(exporter, bench.seconds)
            finally:
                thread.join()

        found = compare(bench.rounds, lambda: _p95(exporter, bench.seconds), busy, "ms")
    figure = f"{found.ours:.2f} ms against {found.theirs:.2f} ms"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


def compare_in_order(
    rounds: int, theirs: Callable[[], float], ours: Callable[[], float]
) -> Comparison:
    """Measure both sides once per round, theirs first, since ours depends on it."""
    pairs = []
    for number in range(rounds):
        first = theirs()
        pairs.append((first, ours()))
        log(f"    round {number + 1} s: {pairs[-1][1]:,.2f} against {first:,.2f}")
    return Comparison(pairs)


def _ratio(found: Comparison, target: float) -> Outcome:
    figure = f"{found.ours:.2f} s against {found.theirs:.2f} s"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


@contextmanager
def _exporter(bench: Bench) -> Iterator[Exporter]:
    clips = _clips(bench.directory)
    directory = Path(tempfile.mkdtemp(prefix="exports-", dir=bench.directory)) / "service"
    with server.gunicorn("wsgi:app", directory, "/api/health") as started:
        time.sleep(1)
        user = {"email": f"{time.time()}@example.com", "password": "correct horse", "name": "B"}
        token = Api(started.port).call("POST", "/api/auth/register", user)["accessToken"]
        api = Api(started.port, token)
        project = f"/api/projects/{api.call('POST', '/api/projects', {})['id']}"
        work = f"{project}/works/{api.call('POST', f'{project}/works', {})['id']}"
        for number, clip in enumerate(clips):
            raw_upload(started.port, f"{work}/media/scene/{number}/video", clip, token).send()
        yield Exporter(started, api, directory / "data", project, work, clips)


@functools.cache
def _clips(directory: Path) -> list[Path]:
    """Make the clips: moving pictures with some noise, and a tone."""
    log(f"  making {CLIPS} clips")
    paths = [directory / f"clip-{number}.mp4" for number in range(CLIPS)]
    for number, path in enumerate(paths):
        picture = f"testsrc2=s={WIDTH}x{HEIGHT}:r={SOURCE_FPS}:d={SECONDS}"
        tone = f"sine={220 + 50 * number}:r=48000:d={SECONDS},aformat=channel_layouts=stereo"
        tags = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
        look = f"hue=h={50 * number},noise=alls=6:allf=t+u:all_seed={number},{tags}"
        inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone]
        _run([*inputs, "-vf", look, *X264, "-pix_fmt", "yuv420p", *SOUND, str(path)])
    return paths


def _plain_command(exporter: Exporter, directory: Path) -> list[str]:
    """Return one FFmpeg command that makes the same as the first export."""
    inputs, chains = [], []
    for number, clip in enumerate(exporter.clips):
        inputs += ["-i", str(clip)]
        chains.append(f"[{number}:v]fps={FPS},scale={WIDTH}:{HEIGHT},setsar=1[v{number}]")
    streams = "".join(f"[v{number}][{number}:a]" for number in range(CLIPS))
    chains.append(f"{streams}concat=n={CLIPS}:v=1:a=1[joined0][sound]")
    for number in range(CLIPS):
        text = "Text" if number == 0 else f"Text {number}"
        sprite = draw_text(TextOverlay(text, 80, "#ffffff"), WIDTH, HEIGHT)
        assert sprite is not None
        path = directory / f"text-{number}.png"
        path.write_bytes(sprite.png)
        inputs += ["-i", str(path)]
        start = number * SECONDS + 2
        shown = f"enable='between(t,{start},{start + TEXT_SECONDS})'"
        chains.append(
            f"[joined{number}][{CLIPS + number}:v]overlay={sprite.x}:{sprite.y}:{shown}"
            f"[joined{number + 1}]"
        )
    outputs = ["-map", f"[joined{CLIPS}]", "-map", "[sound]", *X264, "-pix_fmt", "yuv420p", *SOUND]
    target = ["-movflags", "+faststart", str(directory / "plain.mp4")]
    return [*inputs, "-filter_complex", ";".join(chains), *outputs, *target]


def _copy_command(exporter: Exporter, directory: Path) -> list[str]:
    playlist = directory / "clips.txt"
    playlist.write_text("".join(f"file '{clip}'\n" for clip in exporter.clips))
    inputs = ["-f", "concat", "-safe", "0", "-i", str(playlist)]
    return [*inputs, "-c", "copy", "-movflags", "+faststart", str(directory / "copied.mp4")]


def _seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    _run(arguments)
    return time.perf_counter() - start


def _run(arguments: list[str]) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True)


def _p95(exporter: Exporter, seconds: int) -> float:
    """Return the 95th percentile of the time of sequential GETs of the work, in milliseconds."""
    times = []
    deadline = time.perf_counter() + seconds
    while (start := time.perf_counter()) < deadline:
        exporter.api.raw("GET", exporter.work)
        times.append(time.perf_counter() - start)
        time.sleep(0.002)
    return statistics.quantiles(times, n=20)[-1] * 1000


class _Watch:
    """Sample a number during the context: `peak` is the highest."""

    def __init__(self, sample: Callable[[], int]) -> None:
        self._sample = sample
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.peak = 0

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            self.peak = max(self.peak, self._sample())


def _ffmpegs() -> list[int]:
    """Return the process ids of all running FFmpeg programs."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{name}/comm").read_text().startswith("ffmpeg"):
                found.append(int(name))
    return found


def _used(directory: Path) -> int:
    """Return the bytes of all files in a directory; hard links count once."""
    sizes: dict[int, int] = {}
    for top, _, names in os.walk(directory):
        for name in names:
            with contextlib.suppress(OSError):
                status = os.stat(os.path.join(top, name), follow_symlinks=False)
                sizes[status.st_ino] = status.st_size
    return sum(sizes.values())

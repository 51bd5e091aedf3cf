"""Rows about exports: six clips of 8 s at 1080 x 1920 with texts, against plain FFmpeg commands."""

from __future__ import annotations

import contextlib
import os
import statistics
import threading
import time
from pathlib import Path

from benchmarks.bench import MB, Bench
from benchmarks.exporter import (
    CLIPS,
    FPS,
    HEIGHT,
    SECONDS,
    SOUND,
    TEXT_SECONDS,
    WIDTH,
    X264,
    Exporter,
    run_ffmpeg,
    running_exporter,
)
from benchmarks.measure import Comparison, Outcome, compare
from benchmarks.memory import Sampler, memory_sampler, resident
from media.overlays import TextOverlay, draw_overlays

MANY_CLIPS = 60


def first_export(bench: Bench, target: float) -> Outcome:
    """A first export against one FFmpeg command for the same."""
    with running_exporter(bench) as exporter:
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
    with running_exporter(bench) as exporter:
        number = iter(range(1000))
        found = compare(
            bench.rounds,
            lambda: exporter.first(exporter.body()),
            lambda: exporter.export(exporter.body(text=f"Changed {next(number)}")),
            "s",
            alternate=False,
        )
    return _ratio(found, target)


def unchanged(bench: Bench, target: float) -> Outcome:
    """An export of what was exported before."""
    with running_exporter(bench) as exporter:
        exporter.export(exporter.body())
        seconds = statistics.median(exporter.export(exporter.body()) for _ in range(10))
    return Outcome(f"{seconds * 1000:.0f} ms", f"{seconds:.3f} s", seconds <= target)


def copied(bench: Bench, target: float) -> Outcome:
    """Untrimmed clips of one kind, cuts alone, against FFmpeg's concat demuxer."""
    with running_exporter(bench) as exporter:
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
    with running_exporter(bench) as exporter:
        found = compare(
            bench.rounds,
            lambda: exporter.first(exporter.body()),
            lambda: exporter.first(exporter.body(quality="draft")),
            "s",
        )
    return _ratio(found, target)


def encoder_memory(bench: Bench, target: float) -> Outcome:
    """FFmpeg's resident memory for sixty clips against six."""
    with running_exporter(bench) as exporter:
        peaks = {}
        for count in (CLIPS, MANY_CLIPS):
            with Sampler(lambda: resident(_ffmpegs())) as sampler:
                exporter.first(exporter.short_clips(count))
            peaks[count] = sampler.peak / MB
    ratio = peaks[MANY_CLIPS] / peaks[CLIPS]
    figure = f"{peaks[MANY_CLIPS]:.0f} MB against {peaks[CLIPS]:.0f} MB"
    return Outcome(figure, f"{ratio:.2f}", ratio <= target)


def service_memory(bench: Bench, target: float) -> Outcome:
    """Growth of the service's own resident memory during an export."""
    with running_exporter(bench) as exporter:
        for _ in exporter.server.workers():  # imports what is imported on first use
            exporter.first(exporter.body(quality="draft"))
        with memory_sampler(exporter.server.processes()) as sampler:
            exporter.first(exporter.body())
    growth = (sampler.peak - sampler.first) / MB
    return Outcome(f"{growth:+.0f} MB", f"{growth:+.0f} MB", growth <= target)


def temporary_room(bench: Bench, target: float) -> Outcome:
    """The room that an export takes on the disk at most, its own file included."""
    with running_exporter(bench) as exporter:
        exporter.forget()
        with Sampler(lambda: _used(exporter.data)) as sampler:
            exporter.export(exporter.body())
        [export] = exporter.api.call("GET", f"{exporter.work}/exports")["exports"]
    room, size = sampler.peak - sampler.first, export["size"]
    return Outcome(
        f"{room / MB:.0f} MB for {size / MB:.0f} MB", f"{room / size:.2f}", room <= target * size
    )


def get_while_exporting(bench: Bench, target: float) -> Outcome:
    """The 95th percentile of GETs of a work while an export runs, against idle."""
    with running_exporter(bench) as exporter:
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


def _ratio(found: Comparison, target: float) -> Outcome:
    figure = f"{found.ours:.2f} s against {found.theirs:.2f} s"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


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
        [sprite] = draw_overlays([TextOverlay(text, 80, "#ffffff")], WIDTH, HEIGHT)
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
    run_ffmpeg(arguments)
    return time.perf_counter() - start


def _p95(exporter: Exporter, seconds: int) -> float:
    """Return the 95th percentile of the time of sequential GETs of the work, in milliseconds."""
    times = []
    deadline = time.perf_counter() + seconds
    while (start := time.perf_counter()) < deadline:
        exporter.api.raw("GET", exporter.work)
        times.append(time.perf_counter() - start)
        time.sleep(0.002)
    return statistics.quantiles(times, n=20)[-1] * 1000


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

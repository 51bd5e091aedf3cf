"""Rows about exports: six clips of 8 s at 1080 x 1920 with texts, against plain FFmpeg commands."""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.data import run_ffmpeg
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
    running_exporter,
)
from benchmarks.measure import Comparison, Outcome, compare, milliseconds
from media.drawing.overlays import TextOverlay
from media.overlays import draw_overlays


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
    times = milliseconds(lambda: exporter.api.raw("GET", exporter.work), seconds, pause=0.002)
    return statistics.quantiles(times, n=20)[-1]

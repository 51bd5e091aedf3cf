"""Rows about exports that sound: voices, music that steps back for them, and captions of words."""

from __future__ import annotations

import re
import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.client import raw_upload
from benchmarks.data import run_ffmpeg
from benchmarks.exporter import (
    CLIPS,
    FPS,
    HEIGHT,
    SECONDS,
    SOUND,
    WIDTH,
    X264,
    Exporter,
    running_exporter,
)
from benchmarks.measure import Outcome, compare
from media.drawing.overlays import TextOverlay
from media.overlays import draw_overlays

_VOICE_SECONDS = 6
_LEAD = 0.2  # seconds from a clip's start to its voice
_LINE = "Spring has come to town and everyone is outside again"


def first_export(bench: Bench, target: float) -> Outcome:
    """A first export with voices, music and burned captions, against one FFmpeg command."""
    with running_exporter(bench) as exporter:
        voices, music = _narrate(exporter, bench)
        command = _plain_command(exporter, voices, music, bench.directory)
        found = compare(
            bench.rounds,
            lambda: _seconds(command),
            lambda: _first(exporter),
            "s",
        )
    figure = f"{found.ours:.2f} s against {found.theirs:.2f} s"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


def changed_line(bench: Bench, target: float) -> Outcome:
    """An export after one line was spoken anew, against the first."""
    with running_exporter(bench) as exporter:
        _narrate(exporter, bench)
        number = iter(range(100, 1000))

        def change() -> float:
            changed = f"{_LINE} {next(number)}"
            _speak(exporter, bench.directory, 0, changed)
            return exporter.export_work(captions="burn")

        found = compare(bench.rounds, lambda: _first(exporter), change, "s", alternate=False)
    figure = f"{found.ours:.2f} s against {found.theirs:.2f} s"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


def _first(exporter: Exporter) -> float:
    exporter.forget()
    return exporter.export_work(captions="burn")


def _narrate(exporter: Exporter, bench: Bench) -> tuple[list[Path], Path]:
    """Give each scene of the work a voice with words, and the work music; return the files."""
    voices = [
        _speak(exporter, bench.directory, number, f"{_LINE} {number}") for number in range(CLIPS)
    ]
    music = bench.directory / "music.m4a"
    chords = "sine=220:r=48000:d=60[a];sine=330:r=48000:d=60[b];[a][b]amix"
    run_ffmpeg(["-filter_complex", f"{chords},aformat=channel_layouts=stereo", *SOUND, str(music)])
    _upload(exporter, f"{exporter.work}/media/audio", music)
    settings = {"width": WIDTH, "height": HEIGHT, "fps": FPS}
    state = {"exportSettings": settings, "audioUrl": f"{exporter.work}/media/audio"}
    exporter.api.call("PATCH", exporter.work, {"editorState": state})
    return voices, music


def _speak(exporter: Exporter, directory: Path, scene: int, text: str) -> Path:
    """Store a voice of a scene, with the times of its words; return its file."""
    path = directory / f"voice-{scene}.m4a"
    pitch = 150 + len(text) + scene
    source = f"sine={pitch}:r=22050:d={_VOICE_SECONDS},tremolo=f=4:d=0.9,volume=4"
    run_ffmpeg(["-f", "lavfi", "-i", source, "-c:a", "aac", str(path)])
    slot = f"{exporter.work}/media/scene/{scene}/voice"
    _upload(exporter, slot, path)
    spoken = text.split()
    each = _VOICE_SECONDS / len(spoken)
    words = [
        {"text": word, "start": number * each, "end": (number + 1) * each}
        for number, word in enumerate(spoken)
    ]
    exporter.api.call("PUT", f"{slot}/words", {"words": words})
    return path


def _upload(exporter: Exporter, slot: str, path: Path) -> None:
    raw_upload(exporter.api.port, slot, path, exporter.api.token, "audio/mp4").send()


def _plain_command(
    exporter: Exporter, voices: list[Path], music: Path, directory: Path
) -> list[str]:
    """Return one FFmpeg command that makes the same, with the captions that the service makes."""
    _first(exporter)
    inputs: list[str] = []
    for path in (*exporter.clips, *voices, music):
        inputs += ["-i", str(path)]
    chains = [
        f"[{number}:v]fps={FPS},scale={WIDTH}:{HEIGHT},setsar=1[v{number}]"
        for number in range(CLIPS)
    ]
    streams = "".join(f"[v{number}][{number}:a]" for number in range(CLIPS))
    chains.append(f"{streams}concat=n={CLIPS}:v=1:a=1[shown0][clips]")
    for number in range(CLIPS):
        delay = round((number * SECONDS + _LEAD) * 1000)
        voice = f"[{CLIPS + number}:a]aresample=48000,pan=stereo|c0=c0|c1=c0"
        chains.append(f"{voice},adelay={delay}:all=1[s{number}]")
    spoken = "+".join(
        f"between(t,{number * SECONDS},{number * SECONDS + _VOICE_SECONDS})"
        for number in range(CLIPS)
    )
    chains.append(f"[{2 * CLIPS}:a]volume='if({spoken},0.25,1)':eval=frame[music]")
    heard = "".join(f"[s{number}]" for number in range(CLIPS))
    mix = f"amix=inputs={CLIPS + 2}:normalize=0:duration=first,alimiter=limit=0.89:level=false"
    chains.append(f"[clips][music]{heard}{mix}[sound]")
    for number, (start, end, text) in enumerate(_captions(exporter)):
        [sprite] = draw_overlays([TextOverlay(text, 54, "#ffffff")], WIDTH, HEIGHT)
        assert sprite is not None
        path = directory / f"caption-{number}.png"
        path.write_bytes(sprite.png)
        inputs += ["-i", str(path)]
        shown = f"enable='between(t,{start},{end})'"
        chains.append(
            f"[shown{number}][{2 * CLIPS + 1 + number}:v]overlay={sprite.x}:1600:{shown}"
            f"[shown{number + 1}]"
        )
    last = f"[shown{number + 1}]"
    outputs = ["-map", last, "-map", "[sound]", *X264, "-pix_fmt", "yuv420p", *SOUND]
    target = ["-movflags", "+faststart", str(directory / "plain.mp4")]
    return [*inputs, "-filter_complex", ";".join(chains), *outputs, *target]


def _captions(exporter: Exporter) -> list[tuple[float, float, str]]:
    """Return the captions of the newest export."""
    [export, *_] = exporter.api.call("GET", f"{exporter.work}/exports")["exports"]
    address = export["captionsUrl"].replace(".vtt", ".srt")
    blocks = exporter.api.raw("GET", address).decode().strip().split("\n\n")
    found = []
    for block in blocks:
        _, times, *lines = block.split("\n")
        start, end = (_seconds_of(each) for each in times.split(" --> "))
        found.append((start, end, "\n".join(lines)))
    return found


def _seconds_of(stamp: str) -> float:
    hours, minutes, seconds, milliseconds = map(int, re.split("[:,]", stamp))
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def _seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    run_ffmpeg(arguments)
    return time.perf_counter() - start

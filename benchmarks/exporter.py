"""A service with a work to export: six clips of 8 s at 1080 x 1920, and timelines of them."""

from __future__ import annotations

import functools
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import server
from benchmarks.bench import Bench
from benchmarks.client import Api, raw_upload
from benchmarks.data import run_ffmpeg
from benchmarks.measure import log

CLIPS = 6
SECONDS = 8
WIDTH, HEIGHT, FPS = 1080, 1920, 30
SOURCE_FPS = 24  # of the clips, as vendors make them
TEXT_SECONDS = 3  # each clip has a text for so long
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high")
SOUND = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2")


@dataclass(frozen=True)
class Exporter:
    """A service with a work whose scenes are the clips."""

    api: Api
    data: Path
    work: str
    clips: list[Path]

    def export(self, body: dict[str, Any]) -> float:
        """Export a timeline; return the seconds until the video was received."""
        return self._received("/api/export", body)

    def export_work(self, **options: Any) -> float:
        """Export the work as it is stored; return the seconds until the video was received."""
        return self._received(f"{self.work}/export", {"options": options})

    def _received(self, path: str, body: dict[str, Any]) -> float:
        start = time.perf_counter()
        video = self.api.raw("POST", path, json.dumps(body).encode())
        seconds = time.perf_counter() - start
        if len(video) < 10_000:
            raise RuntimeError("the exported video is empty")
        return seconds

    def forget(self) -> None:
        """Delete all exports, and what was cached for them.

        The measures of the clips stay: they were made when the clips were uploaded.
        """
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

    def ids(self) -> dict[str, str]:
        """Return the ids of the project and the work."""
        _, _, _, project_id, _, work_id = self.work.split("/")
        return {"projectId": project_id, "workId": work_id}


@contextmanager
def running_exporter(bench: Bench) -> Iterator[Exporter]:
    """Start a service on a directory of its own, and upload the clips."""
    clips = _clips(bench.directory)
    directory = Path(tempfile.mkdtemp(prefix="exports-", dir=bench.directory)) / "service"
    with server.gunicorn("wsgi:app", directory, "/api/health") as started:
        time.sleep(1)
        api = Api.register(started.port)
        work = api.new_work(api.new_project())
        for number, clip in enumerate(clips):
            raw_upload(started.port, f"{work}/media/scene/{number}/video", clip, api.token).send()
        yield Exporter(api, directory / "data", work, clips)


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
        run_ffmpeg([*inputs, "-vf", look, *X264, "-pix_fmt", "yuv420p", *SOUND, str(path)])
    return paths

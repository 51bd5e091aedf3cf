"""The clips of the provider `demo`: a slow zoom on the first frame, made by FFmpeg.

Its tasks are files in a directory, so that they outlive the service as a vendor's tasks do.
"""

import json
import os
import re
import secrets
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from media.ffmpeg import FFmpegError, run
from media.images import decode, encode_jpeg
from providers.contract import Task, VideoRequest, Write
from providers.errors import ProviderError

_TAKES = 4.0  # seconds that a task seems to take
_KEPT = 86_400.0  # seconds that a task is remembered
_SHORTER_SIDE = 720  # pixels at most
_LONGER_SIDE = 1280
_LONGEST = 60.0  # seconds
_FPS = 24
_CHUNK = 1 << 20
_USAGE = {"credits": 0}


class DemoVideo:
    """Role `video`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def submit(self, order: VideoRequest) -> str:
        """Remember what is to be made."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._forget_old()
        width, height = _size(order.width, order.height)
        task_id = f"demo-{secrets.token_hex(8)}"
        self._frame(task_id).write_bytes(_first_frame(order.first_frame.data, width, height))
        seconds = min(max(order.duration, 1.0), _LONGEST)
        task = {"created": time.time(), "seconds": seconds, "width": width, "height": height}
        self._save(task_id, task)
        return task_id

    def poll(self, task_id: str) -> Task:
        """How much of the few seconds has passed."""
        task = self._load(task_id)
        if task.get("cancelled"):
            return Task("cancelled", usage=dict(_USAGE))
        progress = max(0.0, (time.time() - task["created"]) / _TAKES)
        if progress >= 1:
            return Task("succeeded", 1.0, task_id, usage=dict(_USAGE))
        return Task("running" if progress > 0.2 else "waiting", round(progress, 2))

    def download(self, output: str, write: Write) -> str:
        """Make the clip, and pass it on."""
        task = self._load(output)
        with tempfile.NamedTemporaryFile(dir=self._directory, suffix=".mp4") as clip:
            try:
                run(_zoom(task, self._frame(output), clip.name), timeout=120)
            except FFmpegError as exc:
                raise ProviderError("demo", f"The clip could not be made: {exc}") from exc
            while chunk := clip.read(_CHUNK):
                write(chunk)
        return "video/mp4"

    def cancel(self, task_id: str) -> None:
        """Have it stop, if it is not over."""
        with suppress(ProviderError):
            if self.poll(task_id).state in ("waiting", "running"):
                self._save(task_id, {**self._load(task_id), "cancelled": True})

    def _save(self, task_id: str, task: dict[str, Any]) -> None:
        temporary = self._directory / f"{task_id}.new"
        temporary.write_text(json.dumps(task))
        os.replace(temporary, self._directory / f"{task_id}.json")

    def _load(self, task_id: str) -> dict[str, Any]:
        if re.fullmatch(r"demo-[0-9a-f]{16}", task_id):
            with suppress(FileNotFoundError):
                task: dict[str, Any] = json.loads((self._directory / f"{task_id}.json").read_text())
                return task
        raise ProviderError("demo", "The task is unknown there", status=404)

    def _frame(self, task_id: str) -> Path:
        return self._directory / f"{task_id}.jpg"

    def _forget_old(self) -> None:
        for path in self._directory.iterdir():
            with suppress(FileNotFoundError):  # another process forgets as well
                if time.time() - path.stat().st_mtime > _KEPT:
                    path.unlink()


def _size(width: int, height: int) -> tuple[int, int]:
    """The nearest size of 720p at most, in the even numbers that the codec needs."""
    shorter, longer = sorted((width, height))
    factor = min(1.0, _SHORTER_SIDE / shorter, _LONGER_SIDE / longer)
    return max(16, round(width * factor / 2) * 2), max(16, round(height * factor / 2) * 2)


def _first_frame(data: bytes, width: int, height: int) -> bytes:
    from PIL import ImageOps  # heavy, and only for those who try the demo

    try:
        picture = decode(data, 2 * _LONGER_SIDE).pixels
    except ValueError as exc:
        raise ProviderError("demo", str(exc)) from exc
    return encode_jpeg(ImageOps.fit(picture, (width, height)), 92)


def _zoom(task: dict[str, Any], frame: Path, clip: str) -> list[str]:
    width, height, frames = task["width"], task["height"], round(task["seconds"] * _FPS)
    zoom = f"zoompan=z=1+0.15*on/{frames}:x=iw/2-iw/zoom/2:y=ih/2-ih/zoom/2:d={frames}"
    # Twice as large before it is zoomed: the steps are whole pixels, which would be seen.
    steps = f"scale={2 * width}:{2 * height},{zoom}:s={width}x{height}:fps={_FPS},format=yuv420p"
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-movflags", "+faststart"]
    return ["-y", "-i", f"file:{frame}", "-vf", steps, *coded, "-f", "mp4", f"file:{clip}"]

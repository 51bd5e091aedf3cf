"""The clips of the provider `demo`: a slow zoom on the first frame, rendered by FFmpeg.

Its tasks are files in a directory: like a vendor's tasks, they survive a restart of the service.
"""

import json
import random
import re
import secrets
import tempfile
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from media.images import Encoding, scale
from media.limits import JOBS, MediaBusyError
from providers.contract import Task, VideoRequest, Write
from providers.demo_image import USAGE, run_ffmpeg
from providers.errors import ProviderError
from storage.errors import writing
from storage.files.durable_files import Disk
from storage.files.files import read_file

_RETENTION_SECONDS = 86_400.0  # after which a task is deleted
_MAX_SHORT_SIDE = 720  # pixels
_MAX_LONG_SIDE = 1280
_MAX_SECONDS = 60.0  # of a clip
_FPS = 24
_CHUNK_BYTES = 1 << 20

_disk = Disk(fsync=False)


class DemoVideo:
    """Role `video`."""

    def __init__(self, directory: Path, task_seconds: float) -> None:
        """Keep tasks in a directory; each appears to take `seconds`."""
        self._directory = directory
        self._task_seconds = task_seconds

    def submit(self, request: VideoRequest) -> str:
        """Store a task and its first frame."""
        with writing():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._delete_expired()
        width, height = _size(request.width, request.height)
        task_id = f"demo-{secrets.token_hex(8)}"
        frame = _first_frame(request.first_frame.data, width, height)
        _disk.replace(str(self._frame_path(task_id)), frame)
        seconds = min(max(request.duration, 1.0), _MAX_SECONDS)
        focus = [round(0.3 + 0.4 * random.random(), 3) for _ in "xy"]  # noqa: S311
        task = {"created": time.time(), "seconds": seconds, "width": width, "height": height}
        # It zooms to `focus`, so that no two clips of an image are the same.
        self._save(task_id, {**task, "focus": focus})
        return task_id

    def poll(self, task_id: str) -> Task:
        """Return the state of a task, by the time since it was submitted."""
        task = self._load(task_id)
        if task.get("cancelled"):
            return Task("cancelled", usage=dict(USAGE))
        progress = max(0.0, (time.time() - task["created"]) / self._task_seconds)
        if progress >= 1:
            return Task("succeeded", 1.0, task_id, usage=dict(USAGE))
        return Task("running" if progress > 0.2 else "waiting", round(progress, 2))

    def download(self, output: str, write: Write) -> str:
        """Render the clip and stream it."""
        task = self._load(output)
        with writing(), tempfile.NamedTemporaryFile(dir=self._directory, suffix=".mp4") as clip:
            run_ffmpeg(_zoom_arguments(task, self._frame_path(output), clip.name), "The clip")
            while chunk := clip.read(_CHUNK_BYTES):
                write(chunk)
        return "video/mp4"

    def cancel(self, task_id: str) -> None:
        """Cancel a task that is not finished."""
        with suppress(ProviderError):
            if self.poll(task_id).state in ("waiting", "running"):
                self._save(task_id, {**self._load(task_id), "cancelled": True})

    def _save(self, task_id: str, task: dict[str, Any]) -> None:
        _disk.replace(str(self._directory / f"{task_id}.json"), json.dumps(task).encode())

    def _load(self, task_id: str) -> dict[str, Any]:
        if re.fullmatch(r"demo-[0-9a-f]{16}", task_id):
            with suppress(FileNotFoundError):
                task: dict[str, Any] = json.loads(read_file(self._directory / f"{task_id}.json"))
                return task
        raise ProviderError("demo", "The provider does not know the task", status=404)

    def _frame_path(self, task_id: str) -> Path:
        return self._directory / f"{task_id}.jpg"

    def _delete_expired(self) -> None:
        for path in self._directory.iterdir():
            with suppress(FileNotFoundError):  # deleted by another process
                if time.time() - path.stat().st_mtime > _RETENTION_SECONDS:
                    path.unlink()


def _size(width: int, height: int) -> tuple[int, int]:
    """Return the nearest size of at most 720p, in even numbers as the codec requires."""
    shorter, longer = sorted((width, height))
    factor = min(1.0, _MAX_SHORT_SIDE / shorter, _MAX_LONG_SIDE / longer)
    return max(16, round(width * factor / 2) * 2), max(16, round(height * factor / 2) * 2)


def _first_frame(data: bytes, width: int, height: int) -> bytes:
    from PIL import Image, ImageOps  # heavy, and needed by the demo only

    try:
        jpeg = scale(data, 2 * _MAX_LONG_SIDE, Encoding("JPEG", (95,)), JOBS).data
    except (ValueError, MediaBusyError) as exc:
        raise ProviderError("demo", str(exc)) from exc
    frame = BytesIO()
    with Image.open(BytesIO(jpeg)) as picture:
        ImageOps.fit(picture, (width, height)).save(frame, "JPEG", quality=92)
    return frame.getvalue()


def _zoom_arguments(task: dict[str, Any], frame: Path, clip: str) -> list[str]:
    width, height, frames = task["width"], task["height"], round(task["seconds"] * _FPS)
    x, y = task.get("focus", (0.5, 0.5))
    zoom = f"zoompan=z=1+0.15*on/{frames}:x={x}*(iw-iw/zoom):y={y}*(ih-ih/zoom):d={frames}"
    # Scaled to double size first: zoompan moves in whole pixels, which would be visible.
    filters = f"scale={2 * width}:{2 * height},{zoom}:s={width}x{height}:fps={_FPS},format=yuv420p"
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-movflags", "+faststart"]
    return ["-y", "-i", f"file:{frame}", "-vf", filters, *codec, "-f", "mp4", f"file:{clip}"]

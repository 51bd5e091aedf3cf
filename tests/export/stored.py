"""Stored exports in tests, without rendering them."""

from pathlib import Path
from typing import Any

from storage.clock import now_ms
from storage.paths import WorkRef, new_id
from storage.store import Store


def export_document(ids: tuple[str, str], **fields: Any) -> dict[str, Any]:
    """Return the document of an export of the work with these ids of the project and the work."""
    return {
        "id": new_id("export"),
        "projectId": ids[0],
        "workId": ids[1],
        "jobId": "job_1",
        "key": "",
        "width": 64,
        "height": 64,
        "fps": 25,
        "duration": 1,
        "size": 1,
        "options": {},
        "cues": [{"start": 0, "end": 1, "text": "Hello"}],
        "createdAt": now_ms(),
        **fields,
    }


def keep_export(store: Store, export: dict[str, Any], video: bytes, poster: bytes) -> Path:
    """Store an export, as its job does; return its directory."""
    table = store.exports(WorkRef.named_in(export))
    with table.stage(export) as directory:
        media = Path(directory, "media")
        media.mkdir(0o700)
        for name, content in (("video.mp4", video), ("poster.jpg", poster)):
            (media / name).write_bytes(content)
            (media / name).chmod(0o600)
        table.add_directory(export["id"], directory)
    return Path(store.root / table.name / export["id"])


def new_export(store: Store, ids: tuple[str, str], samples: Path) -> Path:
    """Store an export with the video and image of the samples; return its directory."""
    video, poster = ((samples / name).read_bytes() for name in ("video.mp4", "image.jpg"))
    export = export_document(
        ids,
        jobId=new_id("job"),
        key="0" * 64,
        size=len(video),
        options={"width": 64, "height": 64, "fps": 25.0},
    )
    return keep_export(store, export, video, poster)

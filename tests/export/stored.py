"""Stored exports in tests, without rendering them."""

from pathlib import Path

from storage.clock import now_ms
from storage.ids import new_id
from storage.store import Store


def new_export(store: Store, ids: tuple[str, str], samples: Path) -> Path:
    """Store an export of the work with these ids of the project and the work, as its job does."""
    table = store.exports(*ids)
    export = {
        "id": new_id("export"),
        "projectId": ids[0],
        "workId": ids[1],
        "jobId": new_id("job"),
        "key": "0" * 64,
        "width": 64,
        "height": 64,
        "fps": 25.0,
        "duration": 1.0,
        "size": (samples / "video.mp4").stat().st_size,
        "options": {"width": 64, "height": 64, "fps": 25.0},
        "cues": [{"start": 0.0, "end": 1.0, "text": "Hello"}],
        "createdAt": now_ms(),
    }
    with table.stage(export) as directory:
        media = Path(directory, "media")
        media.mkdir(0o700)
        for source, name in (("video.mp4", "video.mp4"), ("image.jpg", "poster.jpg")):
            (media / name).write_bytes((samples / source).read_bytes())
            (media / name).chmod(0o600)
        table.add_directory(str(export["id"]), directory)
    return store.root / table.name / str(export["id"])

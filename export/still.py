"""A still of a work's video at any moment, in its full size, made while the request waits."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from errors import BusyError, FailedError, FieldsError, NoRoomError
from export.plan.plan import NothingLeftError
from export.plan.size_limits import check_size
from export.plan.timeline import Timeline
from export.render.joining import still_args
from export.render.preparation import prepare, segment_cache, working_directory
from export.render.video import Renderer
from export.sources.openers import Location, stored_timeline
from media.ffmpeg import FFmpegError
from media.limits import MediaBusyError, Pool, alone, is_stopping
from media.streams import exact_rate
from settings.config import Settings
from storage.errors import DiskFullError, ReserveError, writing
from storage.limits import StorageLimits
from storage.paths import CACHE, WORKING, WorkRef, new_id
from storage.store import Store
from timeline.frames import DEFAULT_FPS, frame_shown_at

TYPES = {"jpeg": "image/jpeg", "png": "image/png"}

_POOL = Pool("stills", 30, 60, for_requests=True)
_RETRY_SECONDS = 5
_SECONDS = 60.0  # that a still may take, the reading of media included
_BYTES = 64 << 20  # that it may take on the disk


def make_still(
    store: Store, settings: Settings, work: Mapping[str, Any], at: float, **options: Any
) -> bytes:
    """Return a picture of the frame that is shown at a time; `type` is a key of `TYPES`.

    Other options are those of exports. Raises FieldsError for a time after the end, FailedError,
    MissingMediaError, InvalidError, TooLargeError, BusyError, NoRoomError.
    """
    name = options.pop("type")
    where, timeline = Location(store, WorkRef.of(work)), _timeline_at(store, work, at, options)
    check_size(timeline)
    check = _Check()
    try:
        with writing(), alone(_POOL, check):
            StorageLimits(store, settings).check_free(_BYTES)
            path = store.root / CACHE / WORKING / new_id("still")
            store.disk.make_directory(path.parent)
            with working_directory(path) as directory:
                return _render(where, settings, timeline, directory, check, name)
    except NothingLeftError as exc:
        raise FieldsError({"at": [f"Must be before the end, {exc.seconds:g} seconds."]}) from exc
    except (ReserveError, DiskFullError) as exc:
        raise NoRoomError("There is no room for the picture", str(exc)) from exc
    except MediaBusyError as exc:
        raise BusyError("Too many pictures are being made", str(exc), _RETRY_SECONDS) from exc
    except FFmpegError as exc:
        raise FailedError("The picture could not be rendered", str(exc)) from exc


def _timeline_at(
    store: Store, work: Mapping[str, Any], at: float, options: Mapping[str, Any]
) -> Timeline:
    """Return the part of a work's timeline that is the frame which is shown at a time."""
    settings = work["editorState"].get("exportSettings") or {}
    fps = exact_rate(settings.get("fps") or DEFAULT_FPS)
    frame = frame_shown_at(at, fps)
    window = {"from": float(frame / fps), "to": float((frame + 1) / fps), "quality": "best"}
    return replace(stored_timeline(store, work, {**options, **window}), cover=None)


def _render(
    where: Location,
    settings: Settings,
    timeline: Timeline,
    directory: Path,
    check: "_Check",
    name: str,
) -> bytes:
    plan, media, overlays = prepare(where, timeline, directory, check, check)
    cache = segment_cache(where.store, settings)
    renderer = Renderer(
        *(timeline, plan, media, overlays, directory, cache, check),
        lambda _describe: None,
        number_of=where.number_of,
    )
    path = directory / f"still.{name}"
    renderer.run(still_args(renderer.still(plan.first), str(path)))
    return path.read_bytes()


class _Check:
    """Raises MediaBusyError if a still takes too long, or the service stops."""

    def __init__(self) -> None:
        self._end = time.monotonic() + _SECONDS

    def __call__(self) -> None:
        if time.monotonic() > self._end or is_stopping(_POOL):
            raise MediaBusyError("It took too long; try again when less is running")

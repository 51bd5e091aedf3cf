"""The media of a timeline that is handed over: where they are, and how long they last."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from errors import BusyError, InvalidError
from export.plan.clips import Source
from export.plan.music_bed import Song, Songs
from export.plan.timeline import Timeline
from export.sources.held_media import source_of
from export.sources.openers import Location, MissingMediaError, Opener, music_name, openers
from media.ffmpeg import FFmpegError
from media.limits import LANES, UPLOADS, MediaBusyError, is_stopping
from media.measures import MeasureCache, MediaReplacedError
from projects.assets import service as assets
from storage.errors import NotFoundError
from storage.media.media_files import StoredFile
from works.slots import AUDIO, scene_image, scene_video, scene_voice

_MAX_NAME = 60  # characters of a file in a bundle


@dataclass(frozen=True, slots=True)
class HandedMedia:
    """A media file that is there. `path` is that of its URL, `file_name` its name in a bundle."""

    path: str
    name: str
    file_name: str
    size: int
    mtime_ns: int
    etag: str
    source: Source
    open: Opener


def find_media(
    where: Location, timeline: Timeline, seconds: float
) -> dict[str, HandedMedia | None]:
    """Return the media of a timeline, measured, by the names of `openers`; None: missing.

    Measuring may take `seconds`. Measures are kept, so that a repeated request needs none.
    Raises BusyError.
    """
    deadline = time.monotonic() + seconds
    taken: set[str] = set()
    return {
        name: _find(where, name, opener, taken, deadline)
        for name, opener in openers(where, timeline)
    }


def _find(
    where: Location, name: str, opener: Opener, taken: set[str], deadline: float
) -> HandedMedia | None:
    try:
        stored = opener()
    except (MissingMediaError, InvalidError):  # no such asset, or not of this type
        return None
    with stored.file:
        path, title = _describe(where, name, stored)
        source = Source(None)
        if not stored.media_type.startswith("image/"):
            measures = MeasureCache(where.store.root, where.store.disk)
            source = _source(measures, str(stored.file.name), stored.etag, deadline)
    extension = stored.name.rpartition(".")[2]
    file_name = _unique(_plain(title), extension, taken)
    return HandedMedia(
        path, title, file_name, stored.size, stored.mtime_ns, stored.etag, source, opener
    )


def _describe(where: Location, name: str, stored: StoredFile) -> tuple[str, str]:
    """Return the path of the URL of media, and what it is called."""
    kind, _, rest = name.partition("-")
    if kind == "scene":
        slot = (scene_image if stored.media_type.startswith("image/") else scene_video)(int(rest))
        return slot.url(where.ref), f"Scene {where.number_of(int(rest))}"
    if kind == "voice":
        return scene_voice(int(rest)).url(where.ref), f"Voice {where.number_of(int(rest))}"
    if kind == "audio":
        return AUDIO.url(where.ref), "Audio"
    try:
        title = assets.document(where.store, where.ref.project_id, rest)["name"]
    except NotFoundError:  # deleted concurrently
        title = rest
    return f"/api/projects/{where.ref.project_id}/assets/{rest}", title


def find_songs(
    where: Location, timeline: Timeline, found: Mapping[str, HandedMedia | None]
) -> Songs:
    """Return what is known of the music and recordings that are changed. Raises BusyError."""
    levelled, measures = timeline.levelled_sounds, MeasureCache(where.store.root, where.store.disk)
    return {
        asset: _song(measures, found[music_name(asset)], is_levelled=asset in levelled)
        for asset in timeline.measured_sounds
    }


def _song(measures: MeasureCache, media: HandedMedia | None, *, is_levelled: bool) -> Song:
    seconds = media.source.sound_seconds if media else None
    if media is None or not seconds or not is_levelled:
        return Song(seconds)
    stored = media.open()
    stored.file.close()
    path, loudness = str(stored.file.name), None
    with _measuring():
        audio = measures.measure(path, media.etag, LANES, _check_stop).streams.audio
        if audio is not None:
            loudness = measures.loudness(path, media.etag, audio, LANES, _check_stop)
    return Song(seconds, loudness)


def _source(measures: MeasureCache, path: str, etag: str, deadline: float) -> Source:
    if time.monotonic() > deadline:
        details = "It goes on with what was not measured yet when the request is repeated."
        raise BusyError("Measuring the media takes long", details, 1)
    with _measuring():
        return source_of(measures.measure(path, etag, UPLOADS, _check_stop).streams)
    return Source(None)


@contextmanager
def _measuring() -> Iterator[None]:
    """Ignore what cannot be read: an editing program may be able to. Raises BusyError."""
    try:
        yield
    except FFmpegError:
        return
    except (MediaReplacedError, FileNotFoundError):
        raise BusyError("Media of the work is being replaced", "Try again.", 1) from None
    except MediaBusyError as exc:
        raise BusyError(str(exc), "Try again later.", 5) from exc


def _check_stop() -> None:
    """Raise MediaBusyError if the service stops, which does not wait for a large file."""
    if is_stopping(UPLOADS):
        raise MediaBusyError("The service is stopping")


def _plain(title: str) -> str:
    """Return a name without characters that a URL, a path or a program may take amiss."""
    stem = title.rpartition(".")[0] or title
    return re.sub(r"[^A-Za-z0-9]+", "-", stem)[:_MAX_NAME].strip("-") or "media"


def _unique(stem: str, extension: str, taken: set[str]) -> str:
    """Return a file name that is not taken yet, also where upper and lower case are the same."""
    number, name = 1, f"{stem}.{extension}"
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}.{extension}"
    taken.add(name.casefold())
    return name

"""The media that an export uses, held for as long as it runs: replacing a clip does not disturb it.

Files are linked into the export's working directory, which costs no space; where the file system
has no links, they are copied.
"""

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from errors import InvalidError
from export.plan.clips import Source
from export.plan.timeline import Timeline
from export.sources.openers import Location, Opener, all_openers, is_overlay
from jobs.concurrency import run_concurrently
from media.digests import digest_of
from media.ffmpeg import FFmpegError
from media.images import Encoding, ImageTooLargeError, UnreadableImageError, scale
from media.limits import JOBS, retry_while_busy
from media.measures import MeasureCache
from media.processes import Check, go_on
from media.streams import AudioStream, Streams, VideoStream
from storage.errors import NotFoundError, writing
from storage.files.files import write_private
from storage.files.hard_links import link_or_copy
from storage.media.media_files import entity_tag

STILL_PIXELS = 4096  # at most, of the longer side
_CONCURRENCY = 2  # files that are measured at once
_ATTEMPTS = 10  # to link a file that is being replaced
_STILL = Encoding("JPEG", (95,))


class Media(NamedTuple):
    """A clip, image or sound on the disk.

    `key` differs for each file that was ever stored and each time that it came to its place,
    `digest` for each content.
    """

    path: str
    key: str
    digest: str
    video: VideoStream | None = None
    audio: AudioStream | None = None
    still: tuple[int, int] | None = None  # width and height of an image

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, as shown."""
        if self.still is not None:
            return self.still
        assert self.video is not None  # noqa: S101 - scenes have pictures
        return self.video.width, self.video.height

    def facts(self) -> Source:
        """Return what a plan needs to know."""
        return source_of(Streams(self.video, self.audio))


def source_of(streams: Streams) -> Source:
    """Return what a plan needs to know of the streams of a file."""
    sound = streams.audio.seconds if streams.audio else None
    if streams.video is None:
        return Source(None, sound)
    return Source(streams.video.seconds, sound, streams.video.fps)


def link_all(
    where: Location, timeline: Timeline, directory: Path, check: Check, wait: Check
) -> dict[str, Media]:
    """Link every file that a timeline uses into a directory, and measure it.

    `check` is called often, `wait` before each file, and before each attempt to measure it. Raises
    MissingMediaError, InvalidError for what cannot be read, DiskFullError, and what both raise.
    """
    media: dict[str, Media] = {}
    measures = MeasureCache(where.store.root, where.store.disk)

    def link(name: str, opener: Opener) -> None:
        wait()
        path, media_type = _link(where, name, opener, directory)
        media[name] = _measured(where, measures, name, path, media_type, check, wait)

    tasks = [partial(link, *each) for each in all_openers(where, timeline)]
    run_concurrently(tasks, _CONCURRENCY)
    return media


def _link(where: Location, name: str, opener: Opener, directory: Path) -> tuple[str, str]:
    """Link a file into a directory; return its path there, and its media type."""
    for _ in range(_ATTEMPTS):
        stored = opener()
        path = str(directory / f"{name}.{stored.name.rpartition('.')[2]}")
        with stored.file, suppress(FileNotFoundError), writing():
            # Possibly a newer file than the one that is open; missing if that has another type.
            link_or_copy(where.store.disk, str(stored.file.name), path)
            return path, stored.media_type
    raise NotFoundError(name)


def _measured(
    where: Location,
    measures: MeasureCache,
    name: str,
    path: str,
    media_type: str,
    check: Check,
    wait: Check,
) -> Media:
    etag, kind = entity_tag(os.stat(path)), media_type.partition("/")[0]
    if kind == "font" or (kind == "image" and is_overlay(name)):
        return Media(path, etag, digest_of(path, check))
    try:
        return retry_while_busy(partial(measure, measures, path, etag, kind, check), wait)
    except (FFmpegError, UnreadableImageError, ImageTooLargeError) as exc:
        raise InvalidError(f"{_describe(where, name)} cannot be read", str(exc)) from exc


def measure(measures: MeasureCache, path: str, etag: str, kind: str, check: Check = go_on) -> Media:
    """Return a file of a kind (video, image, audio) with what it contains.

    An image is written next to it, upright and of a limited size. `check` is called often. Raises
    FFmpegError, UnreadableImageError, ImageTooLargeError.
    """
    if kind == "image":
        image = scale(path, STILL_PIXELS, _STILL, JOBS, check)
        upright = f"{path}.upright.jpg"
        write_private(upright, image.data)
        return Media(upright, etag, digest_of(path, check), still=(image.width, image.height))
    digest, (video, audio) = measures.measure(path, etag, JOBS, check)
    if kind == "video" and video is None:
        raise FFmpegError("It has no picture")
    if kind == "audio" and audio is None:
        raise FFmpegError("It has no sound")
    return Media(path, etag, digest, video, audio)


def _describe(where: Location, name: str) -> str:
    """Return how a message calls the media with this name."""
    kind, _, rest = name.partition("-")
    if kind in {"scene", "voice"}:
        what = "media" if kind == "scene" else "voice"
        return f"The {what} of scene {where.number_of(int(rest))}"
    return f"The asset {rest}" if kind in {"clip", "asset"} else "The work's audio"

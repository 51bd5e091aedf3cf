"""What media files contain, kept in `cache/measures` so that each version of a file is read once.

A timeline of sixty clips is exported again after each small change, also by other nodes.
"""

import os
from pathlib import Path
from typing import NamedTuple

import orjson

from media.digests import digest_of, key_of
from media.ffmpeg import version
from media.limits import Pool
from media.music_loudness import loudness_of
from media.processes import Check, go_on
from media.streams import AudioStream, Streams, VideoStream, read_streams
from storage.files.durable_files import Disk
from storage.media.kept_previews import CachedFiles
from storage.media.media_files import entity_tag
from storage.paths import CACHE, MEASURES
from storage.store import Store

_FORMAT = 3  # to be raised when media/streams.py reads something else
_LOUDNESS_FORMAT = "loudness 1"  # to be raised when it is measured otherwise
_MAX_FILES = 10_000  # of 4 KB on the disk


class MediaReplacedError(Exception):
    """The file is no longer the version that was to be measured."""


class Measure(NamedTuple):
    """The digest of a file's contents, and its streams."""

    digest: str
    streams: Streams


class MeasureCache:
    """The measures of a data directory."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self._files = CachedFiles(root / CACHE / MEASURES, disk, _MAX_FILES)

    def measure(self, path: str, etag: str, pool: Pool, check: Check = go_on) -> Measure:
        """Return what the version of a video or sound with this entity tag contains.

        `check` is called often, and may raise to end that. Raises FFmpegError, MediaBusyError,
        FileNotFoundError, MediaReplacedError.
        """
        name = f"{key_of(_FORMAT, version(), etag)}.json"
        found = _parse(self._files.read(name))
        if found is None:
            found = Measure(digest_of(path, check), read_streams(path, pool, check))
            if entity_tag(os.stat(path)) != etag:
                raise MediaReplacedError(path)
            self._files.write(name, _serialize(found))
        return found

    def loudness(
        self, path: str, etag: str, audio: AudioStream, pool: Pool, check: Check = go_on
    ) -> float:
        """Return the loudness in LUFS of the version of a sound with this entity tag.

        Raises as `measure`.
        """
        name = f"{key_of(_LOUDNESS_FORMAT, version(), etag)}.json"
        found = _parse_number(self._files.read(name))
        if found is None:
            found = loudness_of(path, audio, pool, check)
            if entity_tag(os.stat(path)) != etag:
                raise MediaReplacedError(path)
            self._files.write(name, orjson.dumps(found))
        return found


def measure_file(store: Store, path: str, pool: Pool, check: Check = go_on) -> Measure:
    """Return what a file contains as it is now. Raises as `MeasureCache.measure`."""
    cache = MeasureCache(store.root, store.disk)
    return cache.measure(path, entity_tag(os.stat(path)), pool, check)


def _serialize(measure: Measure) -> bytes:
    video, audio = (stream and stream._asdict() for stream in measure.streams)
    return orjson.dumps({"digest": measure.digest, "video": video, "audio": audio})


def _parse(data: bytes | None) -> Measure | None:
    """Return a measure that was kept; None if there is none, or a file that is none."""
    try:
        kept = orjson.loads(data or b"")
        video, audio = kept["video"], kept["audio"]
        streams = Streams(video and VideoStream(**video), audio and AudioStream(**audio))
        return Measure(kept["digest"], streams)
    except (ValueError, TypeError, KeyError):
        return None


def _parse_number(data: bytes | None) -> float | None:
    """Return a number that was kept; None if there is none, or a file that is none."""
    try:
        return float(orjson.loads(data or b""))
    except (ValueError, TypeError):
        return None

"""The media that an export uses, held for as long as it runs: replacing a clip does not disturb it.

Files are linked into the export's working directory, which costs no space; where the file system
has no links, they are copied.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from assets import service as assets
from errors import InvalidError, MissingError
from export.measures import MeasureCache, digest_of
from export.slots import Source, used_scenes
from export.timeline import Timeline
from jobs.run import run_concurrently
from media.ffmpeg import FFmpegError
from media.images import Encoding, ImageTooLargeError, UnreadableImageError, scale
from media.limits import JOBS, retry_while_busy
from media.processes import Check, go_on
from media.streams import AudioStream, Streams, VideoStream
from storage.errors import NotFoundError, writing
from storage.links import link_or_copy
from storage.media_files import StoredFile, entity_tag
from storage.store import Store
from works.slots import AUDIO, AUDIO_TYPES, scene_image, scene_video

STILL_PIXELS = 4096  # at most, of the longer side
_CONCURRENCY = 2  # files that are measured at once
_ATTEMPTS = 10  # to link a file that is being replaced
_STILL = Encoding("JPEG", (95,))
_SCENE, _ASSET, _AUDIO = "scene-", "asset-", "audio"  # of the names of media


Opener = Callable[[], StoredFile]


class MissingMediaError(MissingError):
    """Media that is to be exported isn't there; the details name it."""


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


class Location(NamedTuple):
    """Where the media of an export is: its store, project and work."""

    store: Store
    project_id: str
    work_id: str


def open_scene(where: Location, scene: int) -> StoredFile:
    """Open a scene's clip, or else its image. Raises MissingMediaError."""
    files = where.store.work_media(where.project_id, where.work_id)
    for slot in (scene_video(scene), scene_image(scene)):
        try:
            return files.open(slot.name, slot.types)
        except NotFoundError:
            continue
    raise MissingMediaError(f"Scene {scene} has no clip and no image", {"sceneIndex": scene})


def open_asset(where: Location, asset_id: str, kind: str) -> StoredFile:
    """Open an asset of a kind (image, audio, font). Raises MissingMediaError, InvalidError."""
    try:
        stored = assets.open_file(where.store, where.project_id, asset_id)
    except NotFoundError:
        raise MissingMediaError("No such asset", {"assetId": asset_id}) from None
    if not stored.media_type.startswith(f"{kind}/"):
        stored.file.close()
        raise InvalidError("Wrong type of asset", f"{asset_id} is no {kind}.")
    return stored


def open_music(where: Location, asset_id: str | None) -> StoredFile:
    """Open an audio asset, or the work's own audio. Raises as `open_asset`."""
    if asset_id is not None:
        return open_asset(where, asset_id, "audio")
    try:
        files = where.store.work_media(where.project_id, where.work_id)
        return files.open(AUDIO.name, AUDIO_TYPES)
    except NotFoundError:
        raise MissingMediaError("The work has no audio", {"audio": "Upload it first."}) from None


def keys(where: Location, timeline: Timeline) -> dict[str, str]:
    """Return the key of each file that a timeline uses. Raises MissingMediaError."""
    found = {}
    for name, opener in _all_openers(where, timeline):
        with (stored := opener()).file:
            found[name] = stored.etag
    return found


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
        media[name] = _measured(measures, name, path, media_type, check, wait)

    tasks = [partial(link, *each) for each in _all_openers(where, timeline)]
    run_concurrently(tasks, _CONCURRENCY)
    return media


def scene_name(scene: int) -> str:
    """Return the name of a scene among the media of an export."""
    return f"{_SCENE}{scene}"


def music_name(asset_id: str | None) -> str:
    """Return the name of the music among the media of an export."""
    return _AUDIO if asset_id is None else asset_name(asset_id)


def asset_name(asset_id: str) -> str:
    """Return the name of an asset among the media of an export."""
    return f"{_ASSET}{asset_id}"


def openers(where: Location, timeline: Timeline) -> Iterator[tuple[str, Opener]]:
    """Yield the name of each clip, image and sound, and the function that opens it."""
    for scene in sorted(used_scenes(timeline)):
        yield scene_name(scene), partial(open_scene, where, scene)
    for music in dict.fromkeys(each.asset for each in timeline.music):
        yield music_name(music), partial(open_music, where, music)
    for picture in dict.fromkeys(each.asset for each in timeline.pictures):
        yield asset_name(picture), partial(open_asset, where, picture, "image")


def _all_openers(where: Location, timeline: Timeline) -> Iterator[tuple[str, Opener]]:
    """Yield what `openers` does, and the fonts."""
    yield from openers(where, timeline)
    fonts = (each.font_asset for each in timeline.texts if each.font_asset is not None)
    for font in dict.fromkeys(fonts):
        yield asset_name(font), partial(open_asset, where, font, "font")


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
    measures: MeasureCache, name: str, path: str, media_type: str, check: Check, wait: Check
) -> Media:
    etag, kind = entity_tag(os.stat(path)), media_type.partition("/")[0]
    if kind == "font" or (kind == "image" and name.startswith(_ASSET)):
        return Media(path, etag, digest_of(path, check))
    try:
        return retry_while_busy(partial(measure, measures, path, etag, kind, check), wait)
    except (FFmpegError, UnreadableImageError, ImageTooLargeError) as exc:
        raise InvalidError(f"{_describe(name)} cannot be read", str(exc)) from exc


def measure(measures: MeasureCache, path: str, etag: str, kind: str, check: Check = go_on) -> Media:
    """Return a file of a kind (video, image, audio) with what it contains.

    An image is written next to it, upright and of a limited size. `check` is called often. Raises
    FFmpegError, UnreadableImageError, ImageTooLargeError.
    """
    if kind == "image":
        image = scale(path, STILL_PIXELS, _STILL, JOBS, check)
        upright = f"{path}.upright.jpg"
        Path(upright).write_bytes(image.data)
        return Media(upright, etag, digest_of(path, check), still=(image.width, image.height))
    digest, (video, audio) = measures.measure(path, etag, JOBS, check)
    if kind == "video" and video is None:
        raise FFmpegError("It has no picture")
    if kind == "audio" and audio is None:
        raise FFmpegError("It has no sound")
    return Media(path, etag, digest, video, audio)


def _describe(name: str) -> str:
    """Return how a message calls the media with this name."""
    kind, _, rest = name.partition("-")
    return {"scene": f"The media of scene {rest}", "asset": f"The asset {rest}"}.get(
        kind, "The work's audio"
    )

"""The files that a timeline uses: their names in an export, and how each is opened."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from assets import service as assets
from errors import InvalidError, MissingError
from export.plan.clips import used_scenes
from export.plan.timeline import Timeline
from storage.errors import NotFoundError
from storage.media.media_files import StoredFile
from storage.store import Store
from works.slots import AUDIO, AUDIO_TYPES, scene_image, scene_video

_SCENE, _ASSET, _AUDIO = "scene-", "asset-", "audio"  # of the names of media

Opener = Callable[[], StoredFile]


class MissingMediaError(MissingError):
    """Media that is to be exported isn't there; the details name it."""


class Location(NamedTuple):
    """Where the media of an export is: its store, project and work."""

    store: Store
    project_id: str
    work_id: str


def scene_name(scene: int) -> str:
    """Return the name of a scene among the media of an export."""
    return f"{_SCENE}{scene}"


def music_name(asset_id: str | None) -> str:
    """Return the name of the music among the media of an export."""
    return _AUDIO if asset_id is None else asset_name(asset_id)


def asset_name(asset_id: str) -> str:
    """Return the name of an asset among the media of an export."""
    return f"{_ASSET}{asset_id}"


def is_asset(name: str) -> bool:
    """Return whether the media with this name are an asset."""
    return name.startswith(_ASSET)


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


def openers(where: Location, timeline: Timeline) -> Iterator[tuple[str, Opener]]:
    """Yield the name of each clip, image and sound, and the function that opens it."""
    for scene in sorted(used_scenes(timeline)):
        yield scene_name(scene), partial(open_scene, where, scene)
    for music in dict.fromkeys(each.asset for each in timeline.music):
        yield music_name(music), partial(open_music, where, music)
    for picture in dict.fromkeys(each.asset for each in timeline.pictures):
        yield asset_name(picture), partial(open_asset, where, picture, "image")


def all_openers(where: Location, timeline: Timeline) -> Iterator[tuple[str, Opener]]:
    """Yield what `openers` does, and the fonts."""
    yield from openers(where, timeline)
    fonts = (each.font_asset for each in timeline.texts if each.font_asset is not None)
    for font in dict.fromkeys(fonts):
        yield asset_name(font), partial(open_asset, where, font, "font")


def keys(where: Location, timeline: Timeline) -> dict[str, str]:
    """Return the key of each file that a timeline uses. Raises MissingMediaError."""
    found = {}
    for name, opener in all_openers(where, timeline):
        with (stored := opener()).file:
            found[name] = stored.etag
    return found

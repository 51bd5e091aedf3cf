"""Thumbnails of scenes, made when they are first asked for (docs/decisions/0018).

A scene's thumbnail shows what it got last: its image, or a frame of its clip.
"""

from dataclasses import replace
from functools import partial

from media.limits import THUMBNAILS
from media.previews import Preview, Recipe, Source, open_preview, source_of
from media.thumbnails import THUMBNAIL_TYPES, make_thumbnail
from storage.ids import WorkRef
from storage.media.media_files import EXTENSIONS, MediaFiles, StoredFile
from storage.store import Store
from works.slots import scene_image, scene_video
from works.work_media import media_files

_VERSION = "2"  # to be raised when thumbnails of the same media look otherwise


def open_thumbnail(store: Store, ref: WorkRef, index: int) -> StoredFile:
    """Open the thumbnail of a scene for reading; its entity tag is the version of its source.

    It is made unless it was before; of several requests, one makes it. Raises NotFoundError,
    MissingError without media and for those that cannot be read, BusyError.
    """
    find = partial(find_source, media_files(store, ref), index)
    recipe = Recipe(THUMBNAIL_TYPES, THUMBNAILS, find, _make, f"Scene {index} has no thumbnail")
    missing = f"Scene {index} has neither an image nor a video."
    place = (*ref, index)
    thumbnail = open_preview(store.previews.thumbnails, place, recipe, missing)
    return replace(thumbnail, name=f"scene-{index}.{EXTENSIONS[thumbnail.media_type]}")


def find_source(files: MediaFiles, index: int) -> Source | None:
    """Return the newer of a scene's clip and image; None if it has neither.

    Raises NotAFileError if something else is in the place of one.
    """
    slots = (scene_video(index), scene_image(index))  # of equal times, the first one counts
    sources = (source_of(files, slot.name, slot.types, _VERSION) for slot in slots)
    found = [source for source in sources if source]
    return max(found, key=lambda source: source.mtime_ns, default=None)


def _make(source: Source) -> Preview:
    return make_thumbnail(source.path, source.media_type)

"""Thumbnails of scenes, made when they are first asked for, and the posters of works in lists.

A scene's thumbnail shows what it got last: its image, or a frame of its clip (docs/decisions/0018).
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from typing import Any

from media.limits import THUMBNAILS
from media.previews import Preview, Recipe, Source, open_preview, source_of
from media.thumbnails import THUMBNAIL_TYPES, make_thumbnail
from storage.errors import NotFoundError, UnreadableError
from storage.files.files import link_status
from storage.files.trees import list_names
from storage.media.media_files import EXTENSIONS, MediaFiles, StoredFile
from storage.paths import WorkRef, document_name, valid_id, works_of
from storage.store import Store
from works.slots import pictures_by_scene, scene_image, scene_video, thumbnail_path
from works.work_media import media_files

_CUTS_READ = 5  # works of a project, of which each takes as long as to open it
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


def poster_url(store: Store, ref: WorkRef, work: Mapping[str, Any]) -> str | None:
    """Return the URL of the poster of a work; None without any.

    It is the thumbnail of the first scene that has media, and changes with these; else, of the
    first clip of the timeline that shows an asset.
    """
    return _first_scene_url(store, ref) or _clip_url(ref, work)


def clips_of(work: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the clips that somebody arranged, in their order."""
    tracks = work["editorState"].get("editorData") or {}
    return sorted(tracks.get("videoTrack") or [], key=itemgetter("start"))


def _clip_url(ref: WorkRef, work: Mapping[str, Any]) -> str | None:
    shown = (asset for clip in clips_of(work) if (asset := clip.get("assetId")))
    asset = next(shown, None)
    return asset and f"/api/projects/{ref.project_id}/assets/{asset}/thumbnail"


def _first_scene_url(store: Store, ref: WorkRef) -> str | None:
    with suppress(NotFoundError, UnreadableError):  # an invalid id, or no file where one should be
        files = store.work_media(ref)
        for index in sorted(pictures_by_scene(files.slots())):
            if (url := _scene_url(store, ref, index)) is not None:
                return url
    return None


def cover_url(store: Store, work: Mapping[str, Any]) -> str | None:
    """Return the URL of a small picture of the cover that was chosen; None without one.

    Of a frame, it is that of the scene or the asset which is shown then, as far as the timeline is
    arranged: what lies over it is drawn when the work is exported.
    """
    state = work["editorState"]
    cover = state.get("cover") or {}
    asset, at = cover.get("assetId"), cover.get("at")
    if asset is None and at is not None:
        clips = (state.get("editorData") or {}).get("videoTrack") or []
        at_time = (clip for clip in clips if clip["start"] <= at < clip["end"])
        shown: Mapping[str, Any] = next(at_time, {})
        asset, scene = shown.get("assetId"), shown.get("sceneIndex")
        if asset is None and scene is not None:
            return _scene_url(store, WorkRef.of(work), scene)
    if asset is not None:
        with suppress(NotFoundError, UnreadableError):  # it was deleted
            store.assets(work["projectId"]).snapshot(asset)
            return f"/api/projects/{work['projectId']}/assets/{asset}/thumbnail"
    return None


def _scene_url(store: Store, ref: WorkRef, index: int) -> str | None:
    with suppress(NotFoundError, UnreadableError):
        if (source := find_source(store.work_media(ref), index)) is not None:
            return f"{thumbnail_path(ref, index)}?v={source.version}"
    return None


def project_poster_url(store: Store, project_id: str) -> str | None:
    """Return the poster of a project's most recently changed work that has one; None without any.

    It is kept in memory until a work of the project changes. Documents are read only of a few
    works whose scenes have no media.
    """
    return store.derived.get(works_of(project_id), _NewestPoster(store, project_id))


@dataclass(frozen=True, slots=True)
class _NewestPoster:
    """Finds the poster of a project; equal for the same one."""

    store: Store
    project_id: str

    def __call__(self) -> str | None:
        refs = [WorkRef(self.project_id, work_id) for work_id in self._newest_first()]
        for number, ref in enumerate(refs):
            url = _first_scene_url(self.store, ref)
            if url is None and number < _CUTS_READ:
                url = self._read(ref)
            if url is not None:
                return url
        return None

    def _read(self, ref: WorkRef) -> str | None:
        with suppress(NotFoundError, UnreadableError):
            return _clip_url(ref, self.store.work(ref).values)
        return None

    def _newest_first(self) -> list[str]:
        return [work_id for _, work_id in sorted(self._change_times(), reverse=True)]

    def _change_times(self) -> Iterator[tuple[int, str]]:
        """Yield when each work was changed, with its id."""
        collection = works_of(self.project_id)
        directory, name = self.store.root / collection, document_name(collection)
        for work_id in filter(valid_id, list_names(directory)):
            with suppress(FileNotFoundError, NotADirectoryError):
                yield link_status(f"{directory}/{work_id}/{name}").st_mtime_ns, work_id

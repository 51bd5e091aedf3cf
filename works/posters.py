"""The posters of works and projects in lists: URLs of the thumbnails of scenes."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from storage.errors import NotFoundError, UnreadableError
from storage.files.files import link_status
from storage.files.trees import list_names
from storage.ids import WorkRef, valid_id
from storage.paths import document_name, works_of
from storage.store import Store
from works.scene_thumbnails import find_source
from works.slots import pictures_by_scene, thumbnail_path


def poster_url(store: Store, ref: WorkRef) -> str | None:
    """Return the URL of the thumbnail of a work's first scene that has media; None without any.

    It changes with the media.
    """
    with suppress(NotFoundError, UnreadableError):  # an invalid id, or no file where one should be
        files = store.work_media(ref)
        for index in sorted(pictures_by_scene(files.slots())):
            if (source := find_source(files, index)) is not None:
                return f"{thumbnail_path(ref, index)}?v={source.version}"
    return None


def project_poster_url(store: Store, project_id: str) -> str | None:
    """Return the poster of a project's most recently changed work that has one; None without any.

    It is kept in memory until a work of the project changes. No documents are read for it.
    """
    return store.derived.get(works_of(project_id), _NewestPoster(store, project_id))


@dataclass(frozen=True, slots=True)
class _NewestPoster:
    """Finds the poster of a project; equal for the same one."""

    store: Store
    project_id: str

    def __call__(self) -> str | None:
        for work_id in self._newest_first():
            if (url := poster_url(self.store, WorkRef(self.project_id, work_id))) is not None:
                return url
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

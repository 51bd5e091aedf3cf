"""Own photos as the images of scenes: `assetUsageMode: direct`, in which no image is generated."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from errors import InvalidError
from jobs.run import JobRun
from media.limits import JOBS
from projects.assets import service as assets
from providers.contract import Picture
from storage.errors import NotFoundError
from storage.media.media_files import IncomingFile, MediaFiles
from storage.store import Store
from works import work_media
from works.origins import UPLOADED, Origin
from works.slots import IMAGE_TYPES, pictures_by_scene, scene_image

Work = Mapping[str, Any]


class _HasMediaError(Exception):
    """A scene has an image or a clip by now."""


def direct_asset_id(work: Work, index: int) -> str | None:
    """Return the id of the asset that is used as a scene's image; None if the image is generated.

    With `assetUsageMode: direct`, scenes use the selected assets in turn.
    """
    ids: list[str] = work["selectedAssetIds"]
    return ids[index % len(ids)] if ids and work["assetUsageMode"] == "direct" else None


def check_scene_image_type(asset_id: str, media_type: str) -> None:
    """Raise InvalidError unless assets of this media type can be a scene's image."""
    if media_type not in IMAGE_TYPES:
        raise InvalidError(
            f"Asset {asset_id} cannot be a scene's image",
            f"It is {media_type}; expected one of {', '.join(IMAGE_TYPES)}.",
        )


def missing_asset(asset_id: str) -> InvalidError:
    """Return the error for a selected asset that is not in the project."""
    return InvalidError(
        f"Asset {asset_id} is missing", {"selectedAssetIds": f"{asset_id} is not in the project."}
    )


def read_photo(store: Store, project_id: str, asset_id: str) -> Picture:
    """Return an asset that is to be a scene's image. Raises InvalidError."""
    try:
        stored = assets.open_file(store, project_id, asset_id)
    except NotFoundError:
        raise missing_asset(asset_id) from None
    with stored.file:
        check_scene_image_type(asset_id, stored.media_type)
        return Picture(stored.file.readall(), stored.media_type)


def store_photo(
    run: JobRun, files: MediaFiles, photo: Picture, store: Callable[[IncomingFile, Origin], None]
) -> None:
    """Receive a photo, and store it by a function; again while the disk is full."""
    origin: Origin = {**UPLOADED, "jobId": run.ref.id}

    def attempt() -> None:
        with files.receive() as incoming:
            incoming.write(photo.data)
            store(incoming, origin)

    run.retry_while_disk_full(attempt)


def fill_scenes(run: JobRun) -> None:
    """Give the scenes of a job's work that have neither image nor clip their photos.

    A crash in between leaves scenes without; the job fills them when it continues. A photo that is
    missing or of another type is left out: the job that makes the scene says so.
    """
    work = run.work
    present = pictures_by_scene(work_media.media_files(run.store, run.work_ref).slots())
    for index in [scene["scene_index"] for scene in work["scenes"]]:
        asset_id = direct_asset_id(work, index)
        if asset_id is not None and index not in present:
            with suppress(InvalidError, _HasMediaError):
                _fill(run, index, read_photo(run.store, work["projectId"], asset_id))


def _fill(run: JobRun, index: int, photo: Picture) -> None:
    """Store a photo as the image of a scene. Raises _HasMediaError."""
    work_ref = run.work_ref
    files = work_media.media_files(run.store, work_ref)

    def check() -> None:
        run.check_owner()
        if index in pictures_by_scene(files.slots()):
            raise _HasMediaError

    def store(incoming: IncomingFile, origin: Origin) -> None:
        slot, media_type = scene_image(index), photo.media_type
        work_media.store_file(run.store, work_ref, slot, incoming, media_type, origin, check, JOBS)

    store_photo(run, files, photo, store)

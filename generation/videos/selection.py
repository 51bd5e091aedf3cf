"""The files of a video become assets; its work uses them as pictures and as the music."""

from collections.abc import Mapping
from typing import Any

from errors import InvalidError, MediaTypeError, UpstreamError
from generation.photos import check_scene_image_type
from generation.videos import steps
from generation.videos.order import asset_id_of
from generation.videos.sources import make_asset, why_unusable
from jobs.run import JobRun
from media.fetched_files import FileFetcher
from outbound.addresses import OutboundError
from storage.paths import WorkRef
from works import service as works

Json = dict[str, Any]

_FETCH_SECONDS = 1800.0  # for one file


def use_assets(run: JobRun) -> None:
    """Make assets of the files of a video, and let its work use them.

    Raises InvalidError for a file of another type, UpstreamError for one that cannot be fetched.
    """
    order, ref = run.job["request"], WorkRef.named_in(run.job)
    fetcher = FileFetcher(
        *(run.store, run.settings, run.storage_owner, _FETCH_SECONDS),
        check=run.check_stop,
    )
    made = [_asset(run, fetcher, number) for number in range(len(order["assets"]))]
    for number, asset in enumerate(made):
        if asset["type"] not in ("image", "audio"):
            told = f"It is {asset['mimeType']}; expected an image, or audio as the music."
            raise InvalidError(f"{_name(order, number)} cannot be used", told)
        if asset["type"] == "image" and order["brief"].get("assetUsageMode") == "direct":
            check_scene_image_type(asset["id"], asset["mimeType"])
    pictures = [asset["id"] if asset["type"] == "image" else None for asset in made]
    selected = _selected(order, pictures)
    works.update(run.store, ref, {"selectedAssetIds": selected})
    music = next((asset["url"] for asset in made if asset["type"] == "audio"), None)
    if music is not None:
        works.update(run.store, ref, {"editorState": {"audioUrl": music}})


def _asset(run: JobRun, fetcher: FileFetcher, number: int) -> Json:
    """Return the asset of one of the files."""
    order, project_id = run.job["request"], run.job["projectId"]
    count = len(order["assets"])
    percent, message = 100 * number // count, f"{_name(order, number)}, {number + 1} of {count}"
    run.change(lambda job: steps.report(job, "assets", percent, message), step=True)
    source = order["assets"][number]
    try:
        return make_asset(run, fetcher, source, project_id, asset_id_of(run.job, number))
    except OutboundError as exc:
        raise UpstreamError(f"{_name(order, number)} cannot be fetched", str(exc)) from exc
    except MediaTypeError as exc:
        raise InvalidError(f"{_name(order, number)} cannot be used", why_unusable(exc)) from exc


def _name(order: Mapping[str, Any], number: int) -> str:
    """Return how messages name one of the files: by its field, and by its name if it has one."""
    name = order["assets"][number].get("name")
    return f"assets.{number} ({name})" if name else f"assets.{number}"


def _selected(order: Mapping[str, Any], pictures: list[str | None]) -> list[str]:
    """Return the ids of the pictures that the work uses, in the order of its scenes.

    Raises InvalidError for a scene whose picture is none.
    """
    usable = [each for each in pictures if each is not None]
    if not usable and order["photosMove"]:
        raise InvalidError("No file of the video is a picture", "Give an image for the scenes.")
    if not usable:
        return []
    brief, chosen = order["brief"], order["pictures"]
    if chosen:
        return [_picture_of_scene(index, at, pictures, usable) for index, at in enumerate(chosen)]
    if brief.get("assetUsageMode") != "direct":
        return usable
    count = max(brief["sceneCount"], len(usable))
    return [usable[index % len(usable)] for index in range(count)]


def _picture_of_scene(
    scene: int, at: int | None, pictures: list[str | None], usable: list[str]
) -> str:
    found = usable[scene % len(usable)] if at is None else pictures[at]
    if found is None:
        raise InvalidError(f"The file of scene {scene + 1} is no picture", "Choose an image.")
    return found

"""Generate scenes of a work: an image, then a clip that begins with this image."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from assets import service as assets
from generation.outputs import download_clip, download_picture, stored_picture
from generation.scene_status import set_scene_status
from jobs import paid_calls
from jobs.model import CallFailedError
from jobs.run import JobRun, run_concurrently
from prompts import visuals
from providers.contract import ImageRequest, Picture, VideoRequest
from schemas.scenes import DEFAULT_SCENE_SECONDS
from storage.errors import NotFoundError
from storage.media_files import IncomingFile, MediaFiles
from web.errors import ApiError, BadRequestError
from works import work_media
from works.slots import IMAGE_TYPES, Slot, scene_image, scene_video

Json = dict[str, Any]
Work = Mapping[str, Any]


def make_scene(run: JobRun) -> Json:
    """Job kind `scene`."""
    index = run.job["request"]["sceneIndexes"][0]
    scene = SceneRun(run, index)
    scene.make()
    work_ids = (scene.project_id, scene.work_id)
    return {
        "imageUrl": scene_image(index).url(*work_ids),
        "videoUrl": scene_video(index).url(*work_ids),
    }


def make_scenes(run: JobRun) -> Json:
    """Job kind `scenes`: several at once; one that fails does not stop the others."""
    indexes: list[int] = run.job["request"]["sceneIndexes"]
    # Twice the limit of a provider: images are made while other scenes wait for their clips.
    limit = 2 * run.settings.provider_concurrency
    run_concurrently([partial(_generate_scene, run, index) for index in indexes], limit)
    return {"sceneIndexes": indexes}


def find_scene(work: Work, index: int) -> Json:
    """Return a scene of the scenario. Raises BadRequestError if there is none with this index."""
    scene: Json | None = next((s for s in work["scenes"] if s["scene_index"] == index), None)
    if scene is None:
        raise BadRequestError(
            f"The work has no scene {index}", "Generate a scenario or save scenes first."
        )
    return scene


def direct_asset_id(work: Work, index: int) -> str | None:
    """Return the id of the asset that is used as a scene's image; None if the image is generated.

    With `assetUsageMode: direct`, scenes use the selected assets in turn.
    """
    ids: list[str] = work["selectedAssetIds"]
    return ids[index % len(ids)] if ids and work["assetUsageMode"] == "direct" else None


def check_scene_image_type(asset_id: str, media_type: str) -> None:
    """Raise BadRequestError unless assets of this media type can be a scene's image."""
    if media_type not in IMAGE_TYPES:
        raise BadRequestError(
            f"Asset {asset_id} cannot be a scene's image",
            f"It is {media_type}; expected one of {', '.join(IMAGE_TYPES)}.",
        )


def _generate_scene(run: JobRun, index: int) -> None:
    """Make a scene; a failure is noted in the job instead of raised."""
    try:
        SceneRun(run, index).make()
    except CallFailedError:
        pass  # noted in its call
    except ApiError as exc:
        paid_calls.mark_failed(run, f"video-{index}", exc.message, exc.status)


class SceneRun:
    """One scene of a job while it is generated."""

    def __init__(self, run: JobRun, index: int) -> None:
        work_ids = run.ref.work_ids
        assert work_ids is not None  # noqa: S101 - only works have jobs for scenes
        self.run = run
        self.index = index
        self.project_id, self.work_id = work_ids
        self._image_call, self._video_call = f"image-{index}", f"video-{index}"
        self._call_ids = {call["id"] for call in run.job["calls"]}

    def make(self) -> None:
        """Make the calls of the scene that are not done. Raises CallFailedError, ApiError."""
        try:
            if self._is_open():
                self._make_clip(self._make_image())
        except CallFailedError as exc:
            self._set_status("error", str(exc))
            raise
        except ApiError as exc:
            self._set_status("error", exc.message)
            raise

    def _is_open(self) -> bool:
        """Return whether the clip, which comes last, is still to be made."""
        return self._video_call in self._call_ids and paid_calls.needs_work(
            self.run, self._video_call
        )

    def _make_image(self) -> Picture | None:
        """Make the scene's image if necessary; None if the clip begins with the stored one."""
        if self._image_call in self._call_ids:
            needs_work = paid_calls.needs_work(self.run, self._image_call)
            return self._generate_image() if needs_work else None
        asset_id = direct_asset_id(self._work(), self.index)
        if asset_id is not None:
            self._use_asset(asset_id)
        return None

    def _generate_image(self) -> Picture:
        self._set_status("generating_image")
        request = self._image_request()
        model = self.run.image_model(self._image_call)
        made = paid_calls.submit(self.run, self._image_call, lambda: model.generate(request))
        picture = download_picture(self.run, self._image_call, made)
        self._store_image(picture)
        paid_calls.mark_done(self.run, self._image_call, made.usage)
        return picture

    def _image_request(self) -> ImageRequest:
        work = self._work()
        scene = find_scene(work, self.index)
        prompt = visuals.image_prompt(
            scene["image_prompt"],
            style_guide=self._style_guide(),
            instruction=work["imageSystemPrompt"],
            negative=scene["negative_prompt"],
            assets=self._reference_assets(work),
        )
        return ImageRequest(prompt, **work["resolution"])

    def _reference_assets(self, work: Work) -> list[Json]:
        """Return the assets whose descriptions the prompt contains."""
        if work["assetUsageMode"] == "direct":
            return []
        return [self._asset(asset_id) for asset_id in work["selectedAssetIds"]]

    def _asset(self, asset_id: str) -> Json:
        try:
            return assets.document(self.run.store, self.project_id, asset_id)
        except NotFoundError:
            raise _missing(asset_id) from None

    def _use_asset(self, asset_id: str) -> None:
        """Store a copy of an asset as the scene's image."""
        try:
            stored = assets.open_file(self.run.store, self.project_id, asset_id)
        except NotFoundError:
            raise _missing(asset_id) from None
        with stored.file:
            check_scene_image_type(asset_id, stored.media_type)
            self._store_image(Picture(stored.file.readall(), stored.media_type))

    def _store_image(self, picture: Picture) -> None:
        def store() -> None:
            with self._files().receive() as incoming:
                incoming.write(picture.data)
                self._place(scene_image(self.index), incoming, picture.media_type)

        self.run.retry_while_disk_full(store)

    def _make_clip(self, picture: Picture | None) -> None:
        """Make the clip; it begins with `picture`, or with the stored image if that is None."""
        self._set_status("generating_video")
        model = self.run.video_model(self._video_call)
        task = paid_calls.submit_and_poll(
            self.run, self._video_call, model, lambda: self._clip_request(picture)
        )
        place = partial(self._place, scene_video(self.index))
        download_clip(self.run, self._video_call, (model, task), self._files(), place)
        paid_calls.mark_done(self.run, self._video_call, task.usage)

    def _clip_request(self, picture: Picture | None) -> VideoRequest:
        work = self._work()
        scene = find_scene(work, self.index)
        prompt = visuals.video_prompt(
            scene["video_prompt"],
            style_guide=self._style_guide(),
            instruction=work["videoSystemPrompt"],
        )
        duration = scene.get("duration_seconds") or DEFAULT_SCENE_SECONDS
        return VideoRequest(prompt, picture or self._stored_image(), duration, **work["resolution"])

    def _stored_image(self) -> Picture:
        files = self.run.store.work_media(self.project_id, self.work_id)
        try:
            return stored_picture(files, scene_image(self.index).name)
        except NotFoundError:
            raise BadRequestError(
                f"Scene {self.index} has no image", "Upload one, or generate it."
            ) from None

    def _files(self) -> MediaFiles:
        return work_media.media_files(self.run.store, self.project_id, self.work_id)

    def _place(self, slot: Slot, incoming: IncomingFile, media_type: str) -> None:
        work_media.store_file(
            self.run.store, self.project_id, self.work_id, slot, incoming, media_type
        )

    def _work(self) -> Work:
        return self.run.store.works(self.project_id).snapshot(self.work_id).values

    def _style_guide(self) -> Json | None:
        project = self.run.store.projects.snapshot(self.project_id).values
        style_guide: Json | None = project["styleGuide"]
        return style_guide

    def _set_status(self, status: str, error: str | None = None) -> None:
        work_ids = (self.project_id, self.work_id)
        set_scene_status(self.run.store, work_ids, self.index, status, error)


def _missing(asset_id: str) -> BadRequestError:
    return BadRequestError(
        f"Asset {asset_id} is missing", {"selectedAssetIds": f"{asset_id} is not in the project."}
    )

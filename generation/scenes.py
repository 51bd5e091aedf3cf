"""Making scenes of a work: an image, then a clip that begins with that very image."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from assets import service as assets
from generation.outputs import DEFAULT_SECONDS, download_clip, download_picture, stored_picture
from generation.scene_status import set_scene_status
from jobs import paid_calls
from jobs.model import CallFailedError
from jobs.run import JobRun, run_concurrently
from prompts import visuals
from providers.contract import ImageRequest, Picture, VideoRequest
from storage.errors import NotFoundError
from web.errors import ApiError, BadRequestError
from works import work_media
from works.slots import IMAGE_TYPES, scene_image, scene_video

Json = dict[str, Any]
Work = Mapping[str, Any]


def make_scene(run: JobRun) -> Json:
    """Job kind `scene`."""
    index = run.job["request"]["sceneIndexes"][0]
    Scene(run, index).make()
    work_ids = run.ref.work_ids
    assert work_ids is not None  # noqa: S101 - it is a job of a work
    return {
        "imageUrl": scene_image(index).url(*work_ids),
        "videoUrl": scene_video(index).url(*work_ids),
    }


def make_scenes(run: JobRun) -> Json:
    """Job kind `scenes`: several at once; one that fails does not stop the others."""
    indexes: list[int] = run.job["request"]["sceneIndexes"]
    # Twice as many as a vendor takes: while some clips are made, the next images can be.
    limit = 2 * run.settings.provider_concurrency
    run_concurrently([partial(_try_scene, run, index) for index in indexes], limit)
    return {"sceneIndexes": indexes}


def find_scene(work: Work, index: int) -> Json:
    """Return a scene of the scenario. Raises BadRequestError if there is none of this index."""
    scene: Json | None = next((s for s in work["scenes"] if s["scene_index"] == index), None)
    if scene is None:
        raise BadRequestError(
            f"The work has no scene {index}", "Have a scenario written, or save scenes, first."
        )
    return scene


def _try_scene(run: JobRun, index: int) -> None:
    try:
        Scene(run, index).make()
    except CallFailedError:
        pass  # as its call says
    except ApiError as exc:
        paid_calls.mark_failed(run, f"video-{index}", exc.message, exc.status)


class Scene:
    """One scene while it is made."""

    def __init__(self, run: JobRun, index: int) -> None:
        work_ids = run.ref.work_ids
        assert work_ids is not None  # noqa: S101 - it is a job of a work
        self.run = run
        self.index = index
        self.project_id, self.work_id = work_ids
        self.calls = {call["id"] for call in run.job["calls"]}

    def make(self) -> None:
        """Make what the job has calls for. Raises CallFailedError, ApiError."""
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
        """Whether the clip, which comes last, is still to be made."""
        call_id = f"video-{self.index}"
        return call_id in self.calls and paid_calls.is_open(self.run, call_id)

    def _make_image(self) -> Picture | None:
        """Make the image, if it is to be made; None where the one that is there is meant."""
        call_id = f"image-{self.index}"
        if call_id in self.calls:
            return self._generate_image(call_id) if paid_calls.is_open(self.run, call_id) else None
        work = self._work()
        if work["assetUsageMode"] == "direct" and work["selectedAssetIds"]:
            self._use_asset(work)
        return None

    def _generate_image(self, call_id: str) -> Picture:
        self._set_status("generating_image")
        work = self._work()
        project = self.run.store.projects.snapshot(self.project_id).values
        scene = find_scene(work, self.index)
        request = ImageRequest(
            visuals.image_prompt(
                scene["image_prompt"],
                style_guide=project["styleGuide"],
                instruction=work["imageSystemPrompt"],
                negative=scene["negative_prompt"],
                assets=self._references(work),
            ),
            **work["resolution"],
        )
        model = self.run.image_model(call_id)
        made = paid_calls.submit(self.run, call_id, lambda: model.generate(request))
        picture = download_picture(self.run, call_id, made)
        self._place_image(picture)
        paid_calls.mark_done(self.run, call_id, made.usage)
        return picture

    def _references(self, work: Work) -> list[Json]:
        if work["assetUsageMode"] == "direct":
            return []
        found = []
        for asset_id in work["selectedAssetIds"]:
            try:
                found.append(assets.document(self.run.store, self.project_id, asset_id))
            except NotFoundError:
                raise _missing(asset_id) from None
        return found

    def _use_asset(self, work: Work) -> None:
        """Use the selected asset as the scene's image; no model is asked."""
        asset_id = work["selectedAssetIds"][self.index % len(work["selectedAssetIds"])]
        try:
            stored = assets.open_file(self.run.store, self.project_id, asset_id)
        except NotFoundError:
            raise _missing(asset_id) from None
        with stored.file:
            if stored.media_type not in IMAGE_TYPES:
                raise BadRequestError(
                    f"Asset {asset_id} cannot be a scene's image",
                    f"It is {stored.media_type}; expected one of {', '.join(IMAGE_TYPES)}.",
                )
            self._place_image(Picture(stored.file.readall(), stored.media_type))

    def _place_image(self, picture: Picture) -> None:
        store, slot = self.run.store, scene_image(self.index)

        def place() -> None:
            with work_media.media_of(store, self.project_id, self.work_id).receive() as incoming:
                incoming.write(picture.data)
                work_media.place(store, self.project_id, self.work_id, slot, incoming, picture.type)

        self.run.retry_while_disk_full(place)

    def _make_clip(self, picture: Picture | None) -> None:
        """Make the clip from this image or the one that is there."""
        call_id = f"video-{self.index}"
        self._set_status("generating_video")
        model = self.run.video_model(call_id)
        task = paid_calls.submit_and_poll(
            self.run, call_id, model, lambda: self._clip_request(picture)
        )
        store, slot = self.run.store, scene_video(self.index)
        files = work_media.media_of(store, self.project_id, self.work_id)
        download_clip(
            self.run,
            call_id,
            (model, task),
            files,
            lambda incoming, kind: work_media.place(
                store, self.project_id, self.work_id, slot, incoming, kind
            ),
        )
        paid_calls.mark_done(self.run, call_id, task.usage)

    def _clip_request(self, picture: Picture | None) -> VideoRequest:
        work = self._work()
        project = self.run.store.projects.snapshot(self.project_id).values
        scene = find_scene(work, self.index)
        prompt = visuals.video_prompt(
            scene["video_prompt"],
            style_guide=project["styleGuide"],
            instruction=work["videoSystemPrompt"],
        )
        return VideoRequest(
            prompt,
            picture or self._stored_image(),
            scene.get("duration_seconds") or DEFAULT_SECONDS,
            **work["resolution"],
        )

    def _stored_image(self) -> Picture:
        files = self.run.store.work_media(self.project_id, self.work_id)
        try:
            return stored_picture(files, scene_image(self.index).name)
        except NotFoundError:
            raise BadRequestError(
                f"Scene {self.index} has no image", "Upload one, or have it made again."
            ) from None

    def _work(self) -> Work:
        return self.run.store.works(self.project_id).snapshot(self.work_id).values

    def _set_status(self, status: str, error: str | None = None) -> None:
        """Set the scene's status in the work."""
        work_ids = (self.project_id, self.work_id)
        set_scene_status(self.run.store, work_ids, self.index, status, error)


def _missing(asset_id: str) -> BadRequestError:
    return BadRequestError(
        f"Asset {asset_id} is missing", {"selectedAssetIds": f"{asset_id} is not in the project."}
    )

"""Making scenes of a work: an image, then a clip that begins with that very image."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from assets import service as assets
from generation import progress
from generation.files import keep_clip, kept_picture, picture_of
from generation.models import image_model, video_model
from jobs import calls
from jobs.errors import CallFailedError
from jobs.run import Run, together
from prompts import pictures
from providers.contract import ImageOrder, Picture, VideoOrder
from storage.errors import NotFoundError
from web.errors import ApiError, BadRequestError
from works import media
from works.slots import IMAGE_TYPES, scene_image, scene_video

Json = dict[str, Any]
Work = Mapping[str, Any]

_SECONDS = 5.0  # of a scene that does not say how long it is


def make_one(run: Run) -> Json:
    """Job kind `scene`."""
    index = run.job["request"]["sceneIndexes"][0]
    Scene(run, index).make()
    owners = run.ref.owners
    assert owners is not None  # noqa: S101 - it is a job of a work
    return {
        "imageUrl": scene_image(index).url(*owners),
        "videoUrl": scene_video(index).url(*owners),
    }


def make_all(run: Run) -> Json:
    """Job kind `scenes`: several at once; one that fails does not stop the others."""
    indexes: list[int] = run.job["request"]["sceneIndexes"]
    # Twice as many as a vendor takes: while some clips are made, the next images can be.
    most = 2 * run.settings.provider_concurrency
    together([partial(_tried, run, index) for index in indexes], most)
    return {"sceneIndexes": indexes}


def scene_of(work: Work, index: int) -> Json:
    """A scene of the scenario. Raises BadRequestError if the work has none of this index."""
    scene: Json | None = next((s for s in work["scenes"] if s["scene_index"] == index), None)
    if scene is None:
        raise BadRequestError(
            f"The work has no scene {index}", "Have a scenario written, or save scenes, first."
        )
    return scene


def _tried(run: Run, index: int) -> None:
    try:
        Scene(run, index).make()
    except CallFailedError:
        pass  # as its call says
    except ApiError as exc:
        calls.fail(run, f"video-{index}", exc.message, exc.status)


class Scene:
    """One scene while it is made."""

    def __init__(self, run: Run, index: int) -> None:
        owners = run.ref.owners
        assert owners is not None  # noqa: S101 - it is a job of a work
        self.run = run
        self.index = index
        self.project_id, self.work_id = owners
        self.calls = {call["id"] for call in run.job["calls"]}

    def make(self) -> None:
        """Make what the job has calls for. Raises CallFailedError, ApiError."""
        try:
            if self._is_open():
                self._clip(self._image())
        except CallFailedError as exc:
            self._note("error", str(exc))
            raise
        except ApiError as exc:
            self._note("error", exc.message)
            raise

    def _is_open(self) -> bool:
        """Whether the clip, which comes last, is still to be made."""
        call_id = f"video-{self.index}"
        return call_id in self.calls and calls.is_open(self.run, call_id)

    def _image(self) -> Picture | None:
        """Make the image, if it is to be made; None where the one that is there is meant."""
        call_id = f"image-{self.index}"
        if call_id in self.calls:
            return self._generated(call_id) if calls.is_open(self.run, call_id) else None
        work = self._work()
        if work["assetUsageMode"] == "direct" and work["selectedAssetIds"]:
            self._take_asset(work)
        return None

    def _generated(self, call_id: str) -> Picture:
        self._note("generating_image")
        work = self._work()
        project = self.run.store.projects.snapshot(self.project_id).values
        scene = scene_of(work, self.index)
        order = ImageOrder(
            pictures.image_prompt(
                scene["image_prompt"],
                style_guide=project["styleGuide"],
                instruction=work["imageSystemPrompt"],
                negative=scene["negative_prompt"],
                assets=self._references(work),
            ),
            **work["resolution"],
        )
        model = image_model(self.run, call_id)
        made = calls.ask(self.run, call_id, lambda: model.generate(order))
        picture = picture_of(self.run, call_id, made)
        self._place_image(picture)
        calls.done(self.run, call_id, made.usage)
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

    def _take_asset(self, work: Work) -> None:
        """Have the selected asset as the scene's image; no model is asked."""
        asset_id = work["selectedAssetIds"][self.index % len(work["selectedAssetIds"])]
        try:
            stored = assets.open_file(self.run.store, self.project_id, asset_id)
        except NotFoundError:
            raise _missing(asset_id) from None
        with stored.file:
            if stored.type not in IMAGE_TYPES:
                raise BadRequestError(
                    f"Asset {asset_id} cannot be a scene's image",
                    f"It is {stored.type}; expected one of {', '.join(IMAGE_TYPES)}.",
                )
            self._place_image(Picture(stored.file.readall(), stored.type))

    def _place_image(self, picture: Picture) -> None:
        store, slot = self.run.store, scene_image(self.index)

        def place() -> None:
            with media.media_of(store, self.project_id, self.work_id).receive() as incoming:
                incoming.write(picture.data)
                media.place(store, self.project_id, self.work_id, slot, incoming, picture.type)

        self.run.insist(place)

    def _clip(self, picture: Picture | None) -> None:
        """Make the clip from this image or the one that is there."""
        call_id = f"video-{self.index}"
        self._note("generating_video")
        model = video_model(self.run, call_id)
        task = calls.follow(self.run, call_id, model, lambda: self._clip_order(picture))
        store, slot = self.run.store, scene_video(self.index)
        files = media.media_of(store, self.project_id, self.work_id)
        keep_clip(
            self.run,
            call_id,
            (model, task),
            files,
            lambda incoming, kind: media.place(
                store, self.project_id, self.work_id, slot, incoming, kind
            ),
        )
        calls.done(self.run, call_id, task.usage)

    def _clip_order(self, picture: Picture | None) -> VideoOrder:
        work = self._work()
        project = self.run.store.projects.snapshot(self.project_id).values
        scene = scene_of(work, self.index)
        prompt = pictures.video_prompt(
            scene["video_prompt"],
            style_guide=project["styleGuide"],
            instruction=work["videoSystemPrompt"],
        )
        return VideoOrder(
            prompt,
            picture or self._kept_image(),
            scene.get("duration_seconds") or _SECONDS,
            **work["resolution"],
        )

    def _kept_image(self) -> Picture:
        files = self.run.store.work_media(self.project_id, self.work_id)
        try:
            return kept_picture(files, scene_image(self.index).name)
        except NotFoundError:
            raise BadRequestError(
                f"Scene {self.index} has no image", "Upload one, or have it made again."
            ) from None

    def _work(self) -> Work:
        return self.run.store.works(self.project_id).snapshot(self.work_id).values

    def _note(self, status: str, error: str | None = None) -> None:
        """Say in the work how far the scene is."""
        owners = (self.project_id, self.work_id)
        progress.note(self.run.store, owners, self.index, status, error)


def _missing(asset_id: str) -> BadRequestError:
    return BadRequestError(
        f"Asset {asset_id} is missing", {"selectedAssetIds": f"{asset_id} is not in the project."}
    )

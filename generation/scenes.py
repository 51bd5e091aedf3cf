"""Generate a scene of a work: an image, then a clip that begins with this image."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from errors import InvalidError, ServiceError, in_words
from generation.cast import SceneCast, scene_cast, selected_asset
from generation.outputs import download_clip, download_picture
from generation.photos import direct_asset_id, read_photo, store_photo
from generation.scene_parts import REPLACED, ScenePart
from generation.scene_slots import SceneSlots, SlotFilledError
from jobs import call_ends, paid_calls
from jobs.model import CallFailedError
from jobs.run import JobRun
from providers.contract import GeneratedImage, ImageRequest, Picture, Usage, VideoRequest
from providers.prompts import visuals
from providers.registry import image_model, video_model
from schemas.scenes import DEFAULT_SCENE_SECONDS
from storage.media.media_files import IncomingFile
from works.origins import Origin
from works.scenario import indexes
from works.slots import Slot

Json = dict[str, Any]
Work = Mapping[str, Any]


def find_scene(work: Work, index: int) -> Json:
    """Return a scene of the scenario. Raises InvalidError if there is none with this index."""
    scene: Json | None = next((s for s in work["scenes"] if s["scene_index"] == index), None)
    if scene is None:
        known = indexes(work["scenes"])
        advice = f"There are {known}." if known else "Generate a scenario or save scenes first."
        raise InvalidError(f"The work has no scene with index {index}", advice)
    return scene


class SceneRun(ScenePart):
    """One scene of a job while it is generated."""

    def __init__(self, run: JobRun, index: int) -> None:
        super().__init__(run, index)
        self.slots = SceneSlots(run, index)
        self._image_call, self._clip_call = f"image-{index}", f"video-{index}"
        self._call_ids = {call["id"] for call in run.job["calls"]}
        is_clip = self.last_call == self._clip_call
        self._last_slot = self.slots.clip if is_clip else self.slots.image
        self._first_frame = ""
        self._prompt = ""  # of the image or the clip that was submitted last

    def make(self) -> None:
        """Make the calls of the scene that are not done. Raises CallFailedError, ServiceError."""
        try:
            if self._is_open():
                self._make()
        except SlotFilledError:
            self.skip(self._image_call, self._clip_call)
            self.slots.set_status(None)
        except CallFailedError as exc:
            self._set_error(str(exc))
            raise
        except ServiceError as exc:
            self._set_error(in_words(exc))
            raise

    def _is_open(self) -> bool:
        """Return whether what comes last, the clip or the image alone, is still to be made."""
        call_id = self.last_call
        return call_id in self._call_ids and paid_calls.needs_work(self.run, call_id)

    def _make(self) -> None:
        """Make the scene. Raises SlotFilledError if there is a new clip before one is paid."""
        if self.last_call == self._image_call:
            self.claim()
            self._make_image()
            return
        if self.run.call(self._clip_call)["state"] != "submitted":
            self.claim()
            self._make_image()
            self.slots.set_status("generating_video", self.slots.clip)
        else:
            with suppress(SlotFilledError):  # the clip is paid: it is kept with the job
                self.slots.set_status("generating_video", self.slots.clip)
        self._make_clip()

    def check_wanted(self) -> None:
        """Raise SlotFilledError if what comes last is there by now."""
        self.slots.check_free(self._last_slot)

    def _make_image(self) -> None:
        """Make the scene's image if necessary; one that was put there meanwhile stays."""
        if self._image_call in self._call_ids:
            if paid_calls.needs_work(self.run, self._image_call):
                self._generate_image()
        else:
            self.use_photo()

    def use_photo(self) -> None:
        """Make a photo the scene's image, if one is to be. Raises InvalidError."""
        if (asset_id := direct_asset_id(self.run.work, self.index)) is not None:
            self._use_asset(asset_id)

    def _generate_image(self) -> None:
        try:
            self._begin_image()
            made = paid_calls.submit(
                self.run,
                self._image_call,
                self._image_request,
                lambda: self.run.model(image_model, self._image_call).generate,
            )
        except SlotFilledError as exc:
            if exc.slot != self.slots.image:
                raise
            self.skip(self._image_call)
            return
        prompt = self._prompt or self.run.call(self._image_call).get("prompt")
        with paid_calls.keeping(self.run, self._image_call, made, prompt=prompt) as kept:
            picture = download_picture(self.run, self._image_call, made)
            kept.answer = GeneratedImage(picture, usage=made.usage)
            origin = self.origin(self._image_call, prompt, made.usage)
            self.run.retry_while_disk_full(lambda: self._store_image(picture, origin))
            call_ends.mark_done(self.run, self._image_call, made.usage)

    def _begin_image(self) -> None:
        self.slots.set_status("generating_image", self._last_slot, self.slots.image)

    def _image_request(self) -> ImageRequest:
        self._begin_image()
        work = self.run.work
        scene = find_scene(work, self.index)
        cast = scene_cast(self.run.store, work, scene, self.run.call(self._image_call))
        self._prompt = visuals.image_prompt(
            scene["image_prompt"],
            style_guide=self.style_guide(),
            instruction=work["imageSystemPrompt"],
            negative=scene["negative_prompt"],
            cast=cast.lines(),
            assets=self._described_assets(work, cast),
        )
        return ImageRequest(self._prompt, **work["resolution"], references=cast.pictures())

    def _described_assets(self, work: Work, cast: SceneCast) -> list[Json]:
        """Return the assets that the prompt describes, without those of which pictures are sent."""
        if work["assetUsageMode"] == "direct":
            return []
        ids = [each for each in work["selectedAssetIds"] if not cast.shows(each)]
        return [selected_asset(self.run.store, self.work_ref.project_id, each) for each in ids]

    def _store_image(self, picture: Picture, origin: Origin) -> None:
        with self.slots.files.receive() as incoming:
            incoming.write(picture.data)
            try:
                self.slots.store_image(incoming, picture.media_type, origin)
            except SlotFilledError as exc:
                self.keep(self._image_call, incoming, picture.media_type, self._replaced(exc.slot))

    def _use_asset(self, asset_id: str) -> None:
        """Store a copy of an asset as the scene's image."""
        photo = read_photo(self.run.store, self.work_ref.project_id, asset_id)

        def store(incoming: IncomingFile, origin: Origin) -> None:
            with suppress(SlotFilledError):
                self.slots.store_image(incoming, photo.media_type, origin)

        store_photo(self.run, self.slots.files, photo, store)

    def _make_clip(self) -> None:
        model = self.run.model(video_model, self._clip_call)
        finished = paid_calls.submit_and_poll(
            self.run, self._clip_call, model, self._clip_request, self._describe_clip
        )
        _, task = finished
        store = partial(self._store_clip, task.usage)
        download_clip(self.run, self._clip_call, finished, self.slots.files, store)
        call_ends.mark_done(self.run, self._clip_call, task.usage)

    def _clip_request(self) -> VideoRequest:
        self.slots.set_status("generating_video", self.slots.clip)
        work = self.run.work
        scene = find_scene(work, self.index)
        self._prompt = visuals.video_prompt(
            scene["video_prompt"],
            style_guide=self.style_guide(),
            instruction=work["videoSystemPrompt"],
        )
        picture, self._first_frame = self.slots.read_image()
        duration = scene.get("duration_seconds") or DEFAULT_SCENE_SECONDS
        return VideoRequest(self._prompt, picture, duration, **work["resolution"])

    def _describe_clip(self) -> Json:
        return {"firstFrame": self._first_frame, "prompt": self._prompt}

    def _store_clip(self, usage: Usage | None, incoming: IncomingFile, media_type: str) -> None:
        call = self.run.call(self._clip_call)
        origin = self.origin(self._clip_call, call.get("prompt"), usage)
        try:
            self.slots.store_clip(incoming, media_type, origin, call.get("firstFrame"))
        except SlotFilledError as exc:
            self.keep(self._clip_call, incoming, media_type, self._replaced(exc.slot))

    def _replaced(self, slot: Slot) -> str:
        return REPLACED.format("image" if slot == self.slots.image else "clip")

    def _set_error(self, error: str) -> None:
        """Set the scene's status, unless there is a new clip or image: then it is done."""
        with suppress(SlotFilledError):
            self.slots.set_status("error", self._last_slot, error=error)

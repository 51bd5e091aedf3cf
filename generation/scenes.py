"""Generate a scene of a work: an image, then a clip that begins with this image."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from assets import service as assets
from errors import InvalidError, ServiceError
from generation import claims
from generation.outputs import download_clip, download_picture
from generation.photos import direct_asset_id, missing_asset, read_photo, store_photo
from generation.scene_slots import SceneSlots, SlotFilledError
from jobs import paid_calls
from jobs.job_states import end_call
from jobs.model import COMPLETE, CallFailedError
from jobs.run import JobRun
from prompts import visuals
from providers.contract import ImageRequest, Picture, Usage, VideoRequest
from schemas.scenes import DEFAULT_SCENE_SECONDS
from storage.errors import NotFoundError
from storage.media.contents import when_known
from storage.media.media_files import IncomingFile
from works.origins import Origin, generated_by
from works.slots import Slot

Json = dict[str, Any]
Work = Mapping[str, Any]

_SKIPPED = "It was put there {}, and stays. Nothing was paid for this call."


def find_scene(work: Work, index: int) -> Json:
    """Return a scene of the scenario. Raises InvalidError if there is none with this index."""
    scene: Json | None = next((s for s in work["scenes"] if s["scene_index"] == index), None)
    if scene is None:
        raise InvalidError(
            f"The work has no scene with index {index}",
            "Generate a scenario or save scenes first.",
        )
    return scene


class SceneRun:
    """One scene of a job while it is generated."""

    def __init__(self, run: JobRun, index: int) -> None:
        self.run = run
        self.index = index
        self.slots = SceneSlots(run, index)
        self.project_id, self.work_id = self.slots.work_ids
        self._image_call, self._clip_call = f"image-{index}", f"video-{index}"
        self._call_ids = {call["id"] for call in run.job["calls"]}
        self._last_call = claims.last_call(run.job, index)
        is_clip = self._last_call == self._clip_call
        self._last_slot = self.slots.clip if is_clip else self.slots.image
        self._first_frame = ""
        self._prompt = ""  # of the image or the clip that was submitted last

    def make(self) -> None:
        """Make the calls of the scene that are not done. Raises CallFailedError, ServiceError."""
        try:
            if self._is_open():
                self._make()
        except SlotFilledError:
            self._skip(self._image_call, self._clip_call)
            self.slots.set_status(None)
        except CallFailedError as exc:
            self._set_error(str(exc))
            raise
        except ServiceError as exc:
            self._set_error(exc.message)
            raise

    def _is_open(self) -> bool:
        """Return whether what comes last, the clip or the image alone, is still to be made."""
        call_id = self._last_call
        return call_id in self._call_ids and paid_calls.needs_work(self.run, call_id)

    def _make(self) -> None:
        """Make the scene. Raises SlotFilledError if there is a new clip before one is paid."""
        if self._last_call == self._image_call:
            self._claim()
            self._make_image()
            return
        if self.run.call(self._clip_call)["state"] != "submitted":
            self._claim()
            self._make_image()
            self.slots.set_status("generating_video", self.slots.clip)
        else:
            with suppress(SlotFilledError):  # the clip is paid: it is kept with the job
                self.slots.set_status("generating_video", self.slots.clip)
        self._make_clip()

    def _claim(self) -> None:
        """Claim the scene, after waiting for another job that makes it."""
        while (other := self._try_to_claim()) is not None:
            claims.note_waiting(self.run, self.index, other)
            self.run.sleep(self.run.settings.tuning.scene_pause)

    def _try_to_claim(self) -> str | None:
        """Return None, or the id of the job that makes the scene."""
        other = claims.find_maker(self.run, self.index)  # reads other jobs, so before the lock
        works = self.run.store.works(self.project_id)

        def claim() -> str | None:
            with works.lock(self.work_id):
                self.slots.check_free(self._last_slot)
                return other or claims.claim(self.run, self.index)

        try:
            return when_known(claim)
        except claims.MaybePaidError as exc:
            raise claims.interrupt(self.run, self.index, exc.job_id) from exc

    def _make_image(self) -> None:
        """Make the scene's image if necessary; one that was put there meanwhile stays."""
        if self._image_call in self._call_ids:
            if paid_calls.needs_work(self.run, self._image_call):
                self._generate_image()
        else:
            self.use_photo()

    def use_photo(self) -> None:
        """Make a photo the scene's image, if one is to be. Raises InvalidError."""
        if (asset_id := direct_asset_id(self._work(), self.index)) is not None:
            self._use_asset(asset_id)

    def _generate_image(self) -> None:
        model = self.run.image_model(self._image_call)
        try:
            self._begin_image()
            made = paid_calls.submit(
                self.run, self._image_call, self._image_request, model.generate
            )
        except SlotFilledError as exc:
            if exc.slot != self.slots.image:
                raise
            self._skip(self._image_call)
            return
        picture = download_picture(self.run, self._image_call, made)

        def store() -> None:
            origin = self._origin(self._image_call, self._prompt, made.usage)
            self._store_image(picture, origin)

        self.run.retry_while_disk_full(store)
        paid_calls.mark_done(self.run, self._image_call, made.usage)

    def _begin_image(self) -> None:
        self.slots.set_status("generating_image", self._last_slot, self.slots.image)

    def _image_request(self) -> ImageRequest:
        self._begin_image()
        work = self._work()
        scene = find_scene(work, self.index)
        self._prompt = visuals.image_prompt(
            scene["image_prompt"],
            style_guide=self._style_guide(),
            instruction=work["imageSystemPrompt"],
            negative=scene["negative_prompt"],
            assets=self._reference_assets(work),
        )
        return ImageRequest(self._prompt, **work["resolution"])

    def _reference_assets(self, work: Work) -> list[Json]:
        """Return the assets whose descriptions the prompt contains."""
        if work["assetUsageMode"] == "direct":
            return []
        return [self._asset(asset_id) for asset_id in work["selectedAssetIds"]]

    def _asset(self, asset_id: str) -> Json:
        try:
            return assets.document(self.run.store, self.project_id, asset_id)
        except NotFoundError:
            raise missing_asset(asset_id) from None

    def _store_image(self, picture: Picture, origin: Origin) -> None:
        with self.slots.files.receive() as incoming:
            incoming.write(picture.data)
            try:
                self.slots.store_image(incoming, picture.media_type, origin)
            except SlotFilledError as exc:
                self._keep(self._image_call, incoming, picture.media_type, exc.slot)

    def _use_asset(self, asset_id: str) -> None:
        """Store a copy of an asset as the scene's image."""
        photo = read_photo(self.run.store, self.project_id, asset_id)

        def store(incoming: IncomingFile, origin: Origin) -> None:
            with suppress(SlotFilledError):
                self.slots.store_image(incoming, photo.media_type, origin)

        store_photo(self.run, self.slots.files, photo, store)

    def _make_clip(self) -> None:
        model = self.run.video_model(self._clip_call)
        task = paid_calls.submit_and_poll(
            self.run, self._clip_call, model, self._clip_request, self._describe_clip
        )
        finished = (model, task)
        store = partial(self._store_clip, task.usage)
        download_clip(self.run, self._clip_call, finished, self.slots.files, store)
        paid_calls.mark_done(self.run, self._clip_call, task.usage)

    def _clip_request(self) -> VideoRequest:
        self.slots.set_status("generating_video", self.slots.clip)
        work = self._work()
        scene = find_scene(work, self.index)
        self._prompt = visuals.video_prompt(
            scene["video_prompt"],
            style_guide=self._style_guide(),
            instruction=work["videoSystemPrompt"],
        )
        picture, self._first_frame = self.slots.read_image()
        duration = scene.get("duration_seconds") or DEFAULT_SCENE_SECONDS
        return VideoRequest(self._prompt, picture, duration, **work["resolution"])

    def _describe_clip(self) -> Json:
        return {"firstFrame": self._first_frame, "prompt": self._prompt}

    def _store_clip(self, usage: Usage | None, incoming: IncomingFile, media_type: str) -> None:
        call = self.run.call(self._clip_call)
        origin = self._origin(self._clip_call, call.get("prompt"), usage)
        try:
            self.slots.store_clip(incoming, media_type, origin, call.get("firstFrame"))
        except SlotFilledError as exc:
            self._keep(self._clip_call, incoming, media_type, exc.slot)

    def _origin(self, call_id: str, prompt: str | None, usage: Usage | None) -> Origin:
        """Return where the output of a call comes from."""
        origin = generated_by(self.run.ref.id, self.run.call(call_id))
        return {**origin, "prompt": prompt, "usage": usage}

    def _keep(self, call_id: str, incoming: IncomingFile, media_type: str, filled: Slot) -> None:
        """Keep with the job what was paid for, as the scene has something else by now."""
        self.run.files.place(incoming, call_id, media_type, (media_type,))
        name = "image" if filled == self.slots.image else "clip"
        fields = {
            "url": f"{self.run.ref.url}/media/{call_id}",
            "note": f"It was not put into the scene: another {name} was put there while it was"
            " made.",
        }
        self.run.retry_while_disk_full(lambda: self.run.update_call(call_id, **fields))

    def _skip(self, *call_ids: str) -> None:
        """Note that calls are not needed, if they are open: nothing is paid for them."""
        other = self.run.call(self._last_call).get("madeBy")
        note = _SKIPPED.format(
            f"while job {other} made the scene" if other else "after this job was ordered"
        )

        def mutate(job: Json) -> None:
            for call in job["calls"]:
                if call["id"] in call_ids and call["state"] not in COMPLETE:
                    end_call(call, "skipped")
                    call["note"] = note
            if other:
                claims.end_waiting(job, self.index, other)

        self.run.change(mutate, step=True)

    def _work(self) -> Work:
        return self.run.store.works(self.project_id).snapshot(self.work_id).values

    def _style_guide(self) -> Json | None:
        project = self.run.store.projects.snapshot(self.project_id).values
        style_guide: Json | None = project["styleGuide"]
        return style_guide

    def _set_error(self, error: str) -> None:
        """Set the scene's status, unless there is a new clip or image: then it is done."""
        with suppress(SlotFilledError):
            self.slots.set_status("error", self._last_slot, error=error)

"""Images and clips that vendors made: downloaded, checked, and stored."""

from collections.abc import Callable

from jobs import paid_calls
from jobs.model import CallFailedError
from jobs.run import JobRun
from media.images import TooManyPixelsError, check_pixels
from outbound import fetch
from outbound.errors import OutboundError
from prompts import visuals
from providers import registry
from providers.contract import (
    ImageRequest,
    MadeImage,
    Picture,
    Task,
    VideoModel,
    VideoRequest,
)
from providers.errors import ProviderError
from schemas.works import DEFAULT_RESOLUTION
from storage.media_files import IncomingFile, MediaFiles
from web.errors import BadRequestError, MediaTypeError
from web.media_types import media_type_of
from works.slots import IMAGE_TYPES, VIDEO_TYPES

Place = Callable[[IncomingFile, str], object]  # stores a received file of a media type

IMAGE, VIDEO, FIRST_FRAME = "image", "video", "first-frame"  # the media slots of a user's job
SLOT_TYPES = {IMAGE: IMAGE_TYPES, VIDEO: VIDEO_TYPES}
DEFAULT_SECONDS = 5.0  # of a clip whose length nobody said

_MAX_PICTURE_BYTES = 64 << 20


def make_image(run: JobRun) -> None:
    """Job kind `image`: a single one that belongs to no work; the job stores the file."""
    if not paid_calls.is_open(run, "image"):
        return
    request = run.job["request"]
    prompt = visuals.image_prompt(
        request["prompt"],
        style_guide=request.get("styleGuide"),
        instruction=request.get("image_instruction"),
        negative=request.get("negative_prompt"),
    )
    image_request = ImageRequest(prompt, **(request.get("resolution") or DEFAULT_RESOLUTION))
    model = run.image_model("image")
    made = paid_calls.submit(run, "image", lambda: model.generate(image_request))
    picture = download_picture(run, "image", made)

    def store() -> None:
        with run.files.receive() as incoming:
            incoming.write(picture.data)
            _store(run, IMAGE, incoming, picture.type)

    run.retry_while_disk_full(store)
    paid_calls.mark_done(run, "image", made.usage, {"imageUrl": f"{run.ref.url}/media"})


def make_video(run: JobRun) -> None:
    """Job kind `video`: a single clip that belongs to no work; the job stores the file."""
    if not paid_calls.is_open(run, "video"):
        return
    model = run.video_model("video")
    task = paid_calls.submit_and_poll(run, "video", model, lambda: _video_request(run))
    download_clip(
        run,
        "video",
        (model, task),
        run.files,
        lambda incoming, media_type: _store(run, VIDEO, incoming, media_type),
    )
    result = {"videoUrl": f"{run.ref.url}/media", "publicUrl": task.public_url}
    paid_calls.mark_done(run, "video", task.usage, result)


def download_picture(run: JobRun, call_id: str, made: MadeImage) -> Picture:
    """Return a generated image, downloaded where the vendor answers with its address.

    Raises CallFailedError if it is no image that this service takes.
    """
    picture = made.picture
    if picture is None:
        picture = paid_calls.download(run, call_id, lambda: _fetch(run, call_id, made.url or ""))
    try:
        media_type = media_type_of(picture.type, picture.data, IMAGE_TYPES)
    except MediaTypeError as exc:
        raise _unusable(run, call_id, exc) from exc
    return Picture(picture.data, media_type)


def download_clip(
    run: JobRun, call_id: str, finished: tuple[VideoModel, Task], files: MediaFiles, place: Place
) -> None:
    """Stream a finished clip to the disk and have `place` store it."""
    model, task = finished

    def fetch_and_place() -> None:
        with files.receive() as incoming:
            claimed = model.download(task.output or "", incoming.write)
            try:
                media_type = media_type_of(claimed, incoming.head, VIDEO_TYPES)
            except MediaTypeError as exc:
                raise _unusable(run, call_id, exc) from exc
            place(incoming, media_type)

    run.retry_while_disk_full(lambda: paid_calls.download(run, call_id, fetch_and_place))


def stored_picture(files: MediaFiles, slot: str) -> Picture:
    """Return a stored image. Raises NotFoundError, BadRequestError for one that is too large."""
    stored = files.open(slot, IMAGE_TYPES)
    with stored.file:
        if stored.size > _MAX_PICTURE_BYTES:
            limit = f"At most {_MAX_PICTURE_BYTES >> 20} MB can be sent to a provider."
            raise BadRequestError("The image is too large", limit)
        data = stored.file.readall()
    try:
        check_pixels(data)
    except TooManyPixelsError as exc:
        raise BadRequestError(str(exc)) from None
    return Picture(data, stored.media_type)


def _video_request(run: JobRun) -> VideoRequest:
    request = run.job["request"]
    prompt = visuals.video_prompt(
        request["prompt"],
        style_guide=request.get("styleGuide"),
        instruction=request.get("video_instruction"),
    )
    size = request.get("resolution") or DEFAULT_RESOLUTION
    duration = request.get("duration") or DEFAULT_SECONDS
    return VideoRequest(prompt, stored_picture(run.files, FIRST_FRAME), duration, **size)


def _store(run: JobRun, slot: str, incoming: IncomingFile, media_type: str) -> None:
    run.files.finish(incoming)
    run.files.place(incoming, slot, media_type, SLOT_TYPES[slot])


def _fetch(run: JobRun, call_id: str, url: str) -> Picture:
    provider = run.call(call_id)["provider"]
    data = bytearray()
    try:
        claimed = fetch.download(
            url,
            data.extend,
            max_bytes=_MAX_PICTURE_BYTES,
            seconds=run.settings.provider_timeout,
            allowed_origin=registry.base_url(provider, run.settings) or None,
        )
    except OutboundError as exc:
        raise ProviderError(provider, str(exc)) from exc
    return Picture(bytes(data), claimed)


def _unusable(run: JobRun, call_id: str, exc: MediaTypeError) -> CallFailedError:
    reason = f"What the vendor made cannot be used: {exc.details}"
    paid_calls.mark_failed(run, call_id, reason, 502)
    return CallFailedError(reason)

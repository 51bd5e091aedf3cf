"""What vendors made, on its way to the disk."""

from collections.abc import Callable

from jobs import calls
from jobs.errors import CallFailedError
from jobs.run import Run
from media.images import TooManyPixelsError, check_pixels
from outbound import fetch
from outbound.errors import OutboundError
from providers import registry
from providers.contract import MadeImage, Picture, Task, VideoModel
from providers.errors import ProviderError
from storage.media_files import IncomingFile, MediaFiles
from web.errors import BadRequestError, MediaTypeError
from web.media_types import type_of
from works.slots import IMAGE_TYPES, VIDEO_TYPES

Place = Callable[[IncomingFile, str], object]

_MOST_PICTURE_BYTES = 64 << 20


def picture_of(run: Run, call_id: str, made: MadeImage) -> Picture:
    """A generated image, downloaded where the vendor gives its address only.

    Raises CallFailedError if it is no image that this service takes.
    """
    picture = made.picture
    if picture is None:
        picture = calls.fetch(run, call_id, lambda: _downloaded(run, call_id, made.url or ""))
    try:
        kind = type_of(picture.type, picture.data, IMAGE_TYPES)
    except MediaTypeError as exc:
        raise _unusable(run, call_id, exc) from exc
    return Picture(picture.data, kind)


def keep_clip(
    run: Run, call_id: str, finished: tuple[VideoModel, Task], files: MediaFiles, place: Place
) -> None:
    """Stream a finished clip to the disk and have it put into its place."""
    model, task = finished

    def download() -> None:
        with files.receive() as incoming:
            claimed = model.download(task.output or "", incoming.write)
            try:
                kind = type_of(claimed, incoming.head, VIDEO_TYPES)
            except MediaTypeError as exc:
                raise _unusable(run, call_id, exc) from exc
            place(incoming, kind)

    run.insist(lambda: calls.fetch(run, call_id, download))


def kept_picture(files: MediaFiles, slot: str) -> Picture:
    """An image that is stored. Raises NotFoundError, BadRequestError for one that is too large."""
    stored = files.open(slot, IMAGE_TYPES)
    with stored.file:
        if stored.size > _MOST_PICTURE_BYTES:
            limit = f"At most {_MOST_PICTURE_BYTES >> 20} MB can be sent to a provider."
            raise BadRequestError("The image is too large", limit)
        data = stored.file.readall()
    try:
        check_pixels(data)
    except TooManyPixelsError as exc:
        raise BadRequestError(str(exc)) from None
    return Picture(data, stored.type)


def _downloaded(run: Run, call_id: str, url: str) -> Picture:
    provider = run.call(call_id)["provider"]
    data = bytearray()
    try:
        kind = fetch.download(
            url,
            data.extend,
            max_bytes=_MOST_PICTURE_BYTES,
            seconds=run.settings.provider_timeout,
            allowed_origin=registry.base_url(provider, run.settings) or None,
        )
    except OutboundError as exc:
        raise ProviderError(provider, str(exc)) from exc
    return Picture(bytes(data), kind)


def _unusable(run: Run, call_id: str, exc: MediaTypeError) -> CallFailedError:
    reason = f"What the vendor made cannot be used: {exc.details}"
    calls.fail(run, call_id, reason, 502)
    return CallFailedError(reason)

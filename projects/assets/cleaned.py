"""Recordings of assets that are cleaned up: each is an asset of its own, beside the recording.

So the recording stays as it is, works choose between both, and what reads assets knows no others.
"""

import os
from contextlib import suppress

from errors import BusyError, InvalidError, MediaTypeError, TooLargeError
from media.cleaning import MEDIA_TYPE, clean_up, cleaned_bytes
from media.ffmpeg import FFmpegError, FFmpegStartError
from media.limits import LANES, MediaBusyError, mutex
from media.measures import measure_file
from media.voice_measures import MAX_SECONDS
from projects.assets import service, uploads
from storage.documents.snapshots import Snapshot
from storage.errors import NotFoundError
from storage.limits import StorageLimits
from storage.media.media_files import EXTENSIONS, IncomingFile, Upload
from storage.paths import derived_id
from storage.store import Store

CLEANED_FROM, CUT_START, CUT_END = uploads.CLEANED

_RETRY_SECONDS = 5


def clean(
    store: Store, limits: StorageLimits, owner_id: str, project_id: str, asset_id: str
) -> Snapshot:
    """Return the asset that is a recording cleaned up, which is made once.

    It is the asset itself if that is one. What is stored counts for the user `owner_id`. Raises
    NotFoundError; InvalidError for what is no recording, MediaTypeError, TooLargeError, BusyError,
    QuotaError, ReserveError.
    """
    table = store.assets(project_id)
    snapshot = table.snapshot(asset_id)
    if snapshot.values.get(CLEANED_FROM):
        return snapshot
    cleaned_id = derived_id("asset", f"{asset_id} of {project_id} cleaned up")
    try:
        with mutex(f"{project_id}.{cleaned_id}", LANES):
            with suppress(NotFoundError):
                return table.snapshot(cleaned_id)
            with uploads.staging_files(store, project_id).receive() as incoming:
                return _make(store, limits, owner_id, snapshot, incoming, cleaned_id)
    except (MediaBusyError, FFmpegStartError) as exc:
        title = "The recording cannot be cleaned up now"
        raise BusyError(title, f"{exc}.", _RETRY_SECONDS) from exc
    except FFmpegError as exc:
        raise MediaTypeError("The recording cannot be cleaned up", f"{exc}.") from exc


def _make(
    store: Store,
    limits: StorageLimits,
    owner_id: str,
    snapshot: Snapshot,
    incoming: IncomingFile,
    cleaned_id: str,
) -> Snapshot:
    asset = snapshot.values
    if asset["type"] != "audio":
        raise InvalidError("The asset is no recording", "Only audio can be cleaned up.")
    stored = service.open_file(store, asset["projectId"], asset["id"])
    with stored.file:
        path = os.fsdecode(stored.file.name)
        audio = measure_file(store, path, LANES).streams.audio
        if audio is None:
            raise FFmpegError("There is no sound in it")
        if audio.seconds > MAX_SECONDS:
            raise TooLargeError("The recording is too long", f"It may last {MAX_SECONDS} s.")
        size = cleaned_bytes(audio)
        with limits.reserve(owner_id, size):
            incoming.announce(size)
        cut = clean_up(path, audio, incoming.path, LANES)
    incoming.take_written()
    stem = os.path.splitext(asset["filename"])[0]
    made = {CLEANED_FROM: asset["id"], CUT_START: cut.start, CUT_END: cut.end}
    kept = {name: asset[name] for name in ("name", "tags", "description") if name in asset}
    upload = Upload(incoming, MEDIA_TYPE, f"{stem}.{EXTENSIONS[MEDIA_TYPE]}", {})
    return uploads.create(store, asset["projectId"], upload, {**kept, **made}, cleaned_id)

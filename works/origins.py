"""Where the images, clips and voices of scenes came from: what is kept with each take."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Literal, TypedDict

from jobs.model import Call
from storage.documents.snapshots import read_snapshot
from storage.errors import NotFoundError, UnreadableError
from storage.media.kept_takes import TakeFiles
from storage.media.take_state import Take
from storage.paths import WorkRef
from storage.store import Store
from works.slots import Slot

_TOLERANCE_MS = 2000  # a file that was restored from a backup has a time in whole seconds


class Origin(TypedDict, total=False):
    """Where a file came from; `prompt` is the one that was sent. None means unknown.

    Of a voice also what it says: `words` have times in seconds from the beginning of the file. And
    who speaks: the id of the provider's voice, and the hash by which works recognise the speaker.
    """

    source: Literal["generated", "uploaded"]
    provider: str
    model: str
    prompt: str | None
    usage: Mapping[str, Any] | None
    jobId: str
    text: str | None
    textHash: str | None
    words: list[dict[str, Any]] | None
    wordsSource: str | None
    voice: str
    speakerHash: str


SPOKEN = ("text", "textHash", "words", "wordsSource", "voice", "speakerHash")

UPLOADED: Origin = {"source": "uploaded"}


def generated_by(job_id: str, call: Call) -> Origin:
    """Return the origin of a call's output."""
    return {
        "source": "generated",
        "provider": call["provider"],
        "model": call["model"],
        "prompt": call.get("prompt"),
        "usage": call["usage"],
        "jobId": job_id,
    }


def spoken_facts(origin: Origin) -> dict[str, Any]:
    """Return what an origin knows of the words of a voice."""
    return {key: value for key, value in origin.items() if key in SPOKEN and value is not None}


def takes_of(store: Store, ref: WorkRef, slot: Slot) -> TakeFiles:
    """Return the takes of a scene's image, clip or voice. Raises NotFoundError for bad ids."""

    def describe(take: Take) -> Mapping[str, Any]:
        return _origin_by_jobs(store, ref, slot, take.mtime_ns // 1_000_000)

    return store.work_takes(ref, slot.name, slot.types, describe)


def _origin_by_jobs(store: Store, ref: WorkRef, slot: Slot, stored_at: int) -> Origin:
    """Return the origin of a file that was stored at that time, in Unix milliseconds.

    For files without facts, as version 0.2.0 and before left them: a call that ended then has made
    it, or else it was uploaded.
    """
    for job_id, call in _calls(store, ref, slot):
        started, ended = call["submittedAt"] or 0, call["finishedAt"] or 0
        if started - _TOLERANCE_MS <= stored_at <= ended + _TOLERANCE_MS:
            return generated_by(job_id, call)
    return UPLOADED


def _calls(store: Store, ref: WorkRef, slot: Slot) -> Iterator[tuple[str, Call]]:
    """Yield the calls whose output was put into a slot, with the ids of their jobs."""
    kind = slot.path.rpartition("/")[2]
    role = "speech" if kind == "voice" else kind
    jobs = store.work_jobs(ref)
    for job_id in jobs.documents:
        # Deleted, or damaged, which `doctor` reports.
        with suppress(NotFoundError, UnreadableError, KeyError, TypeError):
            for call in read_snapshot(jobs.documents.path_of(job_id)).values["calls"]:
                is_slot = (call["role"], call["sceneIndex"]) == (role, slot.scene)
                if is_slot and call["state"] == "done" and "url" not in call:
                    yield job_id, call

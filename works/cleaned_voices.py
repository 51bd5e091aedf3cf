"""Cleaning up the voices of scenes, and undoing that.

A recording that is cleaned up stays as it is, as a take of its scene, and a file that is made of it
becomes the voice: so exports, the page, captions and backups know no other voices than before.
Undoing it uses the recording again, and the cleaned file is a take until that is wanted again.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from errors import BusyError, ConflictError, MediaTypeError, TooLargeError
from media.cleaning import MEDIA_TYPE, clean_up, cleaned_bytes
from media.ffmpeg import FFmpegError, FFmpegStartError
from media.limits import LANES, MediaBusyError, mutex
from media.measures import MediaReplacedError, measure_file
from media.voice_measures import MAX_SECONDS, MEASURED, VOICE_MEASURES
from storage.documents.tables import FileCheck
from storage.errors import NotFoundError
from storage.limits import StorageLimits
from storage.media.media_files import IncomingFile
from storage.media.take_state import MADE_OF, Facts, Take
from storage.paths import WorkRef
from storage.store import Store
from works.current_voices import settle_stored_voice, voice_facts
from works.media_fields import update_fields
from works.origins import Origin, takes_of
from works.recordings import CUT_END, CUT_START, is_cleaned, moved_words
from works.service import Work
from works.slots import scene_voice
from works.takes import use_take
from works.work_media import store_file

Json = dict[str, Any]

_OWN = ("id", "size", "createdAt", MEASURED, *VOICE_MEASURES)  # of a file, and not of a recording
_RETRY_SECONDS = 5


class VoiceCleaner:
    """Cleans up the voice of a scene; what is stored counts for the user `owner_id`."""

    def __init__(
        self,
        store: Store,
        limits: StorageLimits,
        owner_id: str,
        ref: WorkRef,
        index: int,
        check: FileCheck | None = None,
    ) -> None:
        """Take the work, and the index of the scene.

        `check` gets the entity tag of the voice's file; if it raises, nothing changes.
        """
        self._store, self._limits, self._owner_id = store, limits, owner_id
        self._ref, self._index = ref, index
        self._slot = scene_voice(self._index)
        self._takes = takes_of(store, self._ref, self._slot)
        self._check = check

    def switch(self, *, is_on: bool) -> Json:
        """Use the cleaned recording in the scene, or the original one; return which is used.

        Nothing changes if it is so already. If the recording was deleted, the cleaned one takes its
        place. Raises NotFoundError without a voice, ConflictError if the voice was replaced
        meanwhile; MediaTypeError, BusyError, QuotaError, ReserveError.
        """
        settle_stored_voice(self._store, self._ref, self._slot)
        name = ".".join([*self._ref, self._slot.name])
        try:
            with mutex(name, LANES):  # so that it is made once
                self._switch(is_on=is_on)
        except (MediaBusyError, FFmpegStartError) as exc:
            raise BusyError(
                "The voice cannot be cleaned up now", f"{exc}.", _RETRY_SECONDS
            ) from exc
        except FFmpegError as exc:
            raise MediaTypeError("The voice cannot be cleaned up", f"{exc}.") from exc
        return voice_state(self._takes.facts(self._current()), self._slot.url(self._ref))

    def _switch(self, *, is_on: bool) -> None:
        current = self._current()
        if self._check is not None:
            self._check(current.etag)
        facts = self._takes.facts(current)
        if is_cleaned(facts) == is_on:
            return
        other = self._cleaned_of(current.id) if is_on else facts[MADE_OF]
        if other is None:
            self._clean(current, facts)
        else:
            self._use(current, other)

    def _current(self) -> Take:
        current = self._takes.read().current
        if current is None:
            raise NotFoundError(self._slot.name)
        return current

    def _cleaned_of(self, take_id: str) -> str | None:
        """Return the take that was made of another one; None if there is none."""
        made = self._takes.read().made_of(take_id)
        return made[0].id if made else None

    def _use(self, current: Take, take_id: str) -> None:
        if any(take.id == take_id for take in self._takes.read().takes):
            use_take(self._store, self._ref, self._index, take_id, self._is_still(current))
        else:
            self._make_recording(current)

    def _make_recording(self, current: Take) -> None:
        """Make a cleaned file the recording: the one that it was made of is deleted."""
        check = self._is_still(current)
        media = self._store.work_media(self._ref)

        def mutate(work: Work) -> None:
            check(voice_facts(self._takes))
            facts = self._takes.add_facts(dict.fromkeys((MADE_OF, CUT_START, CUT_END)))
            update_fields(work, self._slot, media, stored=True, facts=facts)

        self._store.works(self._ref.project_id).change(self._ref.work_id, mutate)

    def _is_still(self, current: Take) -> Callable[[Mapping[str, Any]], None]:
        """Return the check that a scene still has a voice, before another one replaces it."""

        def check(facts: Mapping[str, Any]) -> None:
            if facts.get("id") != current.id:
                raise ConflictError(
                    "The voice has changed meanwhile", "Send the request again for the new one."
                )

        return check

    def _clean(self, current: Take, facts: Facts) -> None:
        check = self._is_still(current)
        media = self._store.work_media(self._ref)
        with media.receive() as incoming:
            origin = self._write(current, facts, incoming)
            store_file(
                self._store,
                self._ref,
                self._slot,
                incoming,
                MEDIA_TYPE,
                origin,
                lambda: check(voice_facts(self._takes)),
                LANES,
            )

    def _write(self, current: Take, facts: Facts, incoming: IncomingFile) -> Origin:
        """Write the cleaned recording to a file; return where it came from."""
        try:
            audio = measure_file(self._store, current.path, LANES).streams.audio
        except (FileNotFoundError, MediaReplacedError) as exc:
            raise ConflictError("The voice has changed meanwhile", "Try again.") from exc
        if audio is None:
            raise FFmpegError("There is no sound in it")
        if audio.seconds > MAX_SECONDS:
            raise TooLargeError("The voice is too long", f"It may last {MAX_SECONDS} s.")
        size = cleaned_bytes(audio)
        with self._limits.reserve(self._owner_id, size):
            incoming.announce(size)
        cut = clean_up(current.path, audio, incoming.path, LANES)
        left = round(audio.seconds - cut.start - cut.end, 3)
        words = moved_words(facts.get("words") or [], -cut.start, left)
        kept = {name: value for name, value in facts.items() if name not in _OWN}
        made = {MADE_OF: current.id, CUT_START: cut.start, CUT_END: cut.end}
        return cast(Origin, {**kept, **made, "words": words or None})


def voice_state(facts: Facts, url: str) -> Json:
    """Return a voice, given its facts, as clients see it who clean it up."""
    return {
        "url": url,
        "cleanUp": is_cleaned(facts),
        "voiceDuration": facts.get("voiceDuration"),
        **{name: facts[name] for name in (CUT_START, CUT_END) if is_cleaned(facts)},
    }

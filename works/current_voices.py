"""The voice that a scene has, and what belongs to its recording: words, and places on the timeline.

When a voice is replaced, its file is moved first, and the work is written last. If that fails in
between, the entry of the scene still describes the file before. By this, the next change of the
voice, and whoever reads it, notices that and completes it.
"""

from collections.abc import Mapping
from typing import Any

from media.voice_measures import DURATION
from storage.media.kept_takes import TakeFiles
from storage.paths import WorkRef
from storage.store import Store
from works.generated_scenes import entry_of, has_voice
from works.media_fields import NO_FACTS, Facts, update_fields
from works.origins import takes_of
from works.recordings import are_of_one_recording, follow_recording
from works.service import Work
from works.slots import Slot


def voice_facts(takes: TakeFiles) -> Facts:
    """Return the facts of the voice that a scene has; none without one."""
    current = takes.read().current
    return NO_FACTS if current is None else takes.facts(current)


def follow_voice(work: Work, slot: Slot, takes: TakeFiles, before: Facts, after: Facts) -> Facts:
    """Return the facts of a voice that was stored instead of another one.

    If both are of one recording, its words and its place follow.
    """
    corrected = follow_recording(work, int(slot.scene or 0), before, after)
    return takes.add_facts(corrected) if corrected else after


def settle_voice(store: Store, work: Work, slot: Slot) -> Facts:
    """Return the facts of the voice that a scene has; none without one.

    What did not follow when its file was stored does so now, in `work` as well. This needs the lock
    of the work, and has to come before any change of the voice.
    """
    takes = takes_of(store, WorkRef.of(work), slot)
    facts = voice_facts(takes)
    before = _described(work, slot, takes, facts)
    if before is not None:
        facts = follow_voice(work, slot, takes, before, facts)
        media = store.work_media(WorkRef.of(work))
        update_fields(work, slot, media, stored=True, facts=facts)
    return facts


def settle_stored_voice(store: Store, ref: WorkRef, slot: Slot) -> None:
    """Let what belongs to a scene's voice follow, and write it. Raises NotFoundError."""
    takes = takes_of(store, ref, slot)
    work = store.work(ref).values

    def mutate(work: Work) -> None:
        settle_voice(store, work, slot)

    if _described(work, slot, takes, voice_facts(takes)) is not None:
        store.works(ref.project_id).change(ref.work_id, mutate)


def _described(work: Mapping[str, Any], slot: Slot, takes: TakeFiles, facts: Facts) -> Facts | None:
    """Return the facts of the file that the entry of a scene describes, if it is not its voice.

    It is an earlier one of the same recording; None if there is no such.
    """
    entry = entry_of(work["generatedScenes"], int(slot.scene or 0))
    if not facts or has_voice(entry, facts):
        return None
    known = [take.facts for take in takes.read().earlier if take.facts and DURATION in take.facts]
    others = (each for each in known if are_of_one_recording(each, facts))
    return next((each for each in others if has_voice(entry, each)), None)

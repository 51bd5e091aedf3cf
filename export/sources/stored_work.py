"""The timeline of a work as it is stored, with what its voices say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from errors import InvalidError
from export.plan.from_work import timeline_of_work
from export.plan.timeline import Timeline
from media.voice_measures import DURATION
from schemas.scenes import scene_number
from storage.ids import WorkRef
from storage.store import Store
from timeline.fitted_words import fitted
from timeline.spoken_words import Word
from works.slots import scene_voice
from works.voices import work_narration
from works.work_media import entity_tag


def stored_timeline(store: Store, work: Mapping[str, Any], options: Mapping[str, Any]) -> Timeline:
    """Return what an export of a work contains.

    Raises FieldsError, InvalidError, and NotFoundError if the work is deleted concurrently.
    """
    voices = [made for made in work["generatedScenes"] if "voiceUrl" in made]
    if not voices:
        return timeline_of_work(work, options)
    files = store.work_media(WorkRef.of(work))
    tags = {
        each["sceneIndex"]: entity_tag(files, scene_voice(each["sceneIndex"])) for each in voices
    }
    narration = work_narration(store, WorkRef.of(work))["scenes"]
    # By this, they were measured, and what a crash left of them was corrected.
    current = store.works(work["projectId"]).snapshot(work["id"]).values
    work = {**work, **{name: current[name] for name in ("generatedScenes", "editorState")}}
    spoken = {each["sceneIndex"]: _words(each) for each in narration}
    timeline = timeline_of_work(work, options, spoken)
    _check_measured(work, timeline)
    heard = [replace(voice, file=tags.get(voice.scene) or "") for voice in timeline.voices]
    return replace(timeline, voices=heard)


def _check_measured(work: Mapping[str, Any], timeline: Timeline) -> None:
    """Raise InvalidError for a voice that would be missing, since its length is not known."""
    shown = {clip.scene for clip in timeline.clips}
    for made in work["generatedScenes"]:
        if "voiceUrl" in made and DURATION not in made and made["sceneIndex"] in shown:
            which = f"The voice of scene {scene_number(made['sceneIndex'])} could not be measured"
            raise InvalidError(which, "Try again later; if it is damaged, replace it.")


def _words(scene: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the words of a voice as its text has them."""
    words = [Word(each["text"], each["start"], each["end"]) for each in scene["words"]]
    return [word._asdict() for word in fitted(scene["spokenText"], words)]

"""Voices: where the voice of a scene is heard, what of it, how fast and how loud."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from timeline.edit import Edit, Operation
from timeline.frames import MIN_SECONDS, Number
from timeline.item_kinds import VOICE, Item, Registers
from timeline.operations.fields import changed, given_fields
from timeline.operations.registry import performs
from timeline.refusals import refuse
from timeline.voice_lengths import LEAD, heard_seconds

_SCENE = "sceneIndex"
_FIELDS = {name: name for name in ("trimStart", "trimEnd", "speed", "volume")}


class Spoken(NamedTuple):
    """The voice of a scene; `item` is its entry on the voice track, `own` the place without one."""

    scene: int
    seconds: Number
    item: Item | None
    own: Registers | None


@performs("voice")
def voice(edit: Edit, operation: Operation) -> None:
    """Change what is given of the voice of a scene; null leaves it to the clip, or removes it.

    An entry that says no more than the clip does is removed. A place of its own arranges the clips.
    """
    spoken = _spoken(edit, operation["scene"])
    before = spoken.own if spoken.item is None else edit.registers(VOICE, spoken.item)
    placed = _placed(edit, spoken, before, operation)
    fields = changed(placed.fields, given_fields(operation, _FIELDS))
    _check_trims(fields, spoken.seconds, operation)
    length = edit.rate.frames(heard_seconds(spoken.seconds, fields))
    _put(edit, spoken, placed._replace(length=length, fields=fields))


def silence(edit: Edit, voice_id: str) -> None:
    """Let a voice not be heard. Raises FieldsError for an unknown id."""
    items = edit.items(VOICE)
    shown = {clip.scene for clip in edit.shown_clips}
    heard = {_id_of(scene): scene for scene in edit.context.voices if scene in shown}
    entries = {item.id: item for item in items}
    scenes = heard | {name: _scene_of(item) for name, item in entries.items()}
    if voice_id not in scenes:
        known = ", ".join(sorted(scenes)) or "none"
        refuse("id", f"There is no voice with this id; those that are heard are: {known}.")
    if scenes[voice_id] in edit.context.voices:
        voice(edit, {"scene": scenes[voice_id], "volume": 0})
    else:
        items.remove(entries[voice_id])


def _spoken(edit: Edit, scene: int) -> Spoken:
    seconds = edit.context.voices.get(scene)
    if seconds is None:
        known = sorted(edit.context.voices) or "none"
        refuse("scene", f"The scene {scene} has no voice; those with a voice are: {known}.")
    items = edit.items(VOICE)
    item = next((each for each in items if _scene_of(each) == scene), None)
    clip = next((clip for clip in edit.shown_clips if clip.scene == scene), None)
    if clip is None:
        return Spoken(scene, seconds, item, None)
    own = Registers(clip.id, edit.rate.frame(LEAD), edit.rate.frames(seconds), {_SCENE: scene})
    return Spoken(scene, seconds, item, own)


def _scene_of(item: Item) -> int:
    scene: int = (item.action or {})[_SCENE]
    return scene


def _placed(
    edit: Edit, spoken: Spoken, before: Registers | None, operation: Operation
) -> Registers:
    """Return the registers of a voice with the start of an operation. Raises FieldsError."""
    start = operation.get("start")
    if start is not None:
        now = before or Registers(None, 0, 0, {_SCENE: spoken.scene})
        after = 0 if now.anchor is None else edit.shown_clips.starts()[now.anchor]
        return now._replace(start=edit.rate.frame(start) - after)
    follows = not edit.was_arranged and before is not None and before.anchor is not None
    own = spoken.own if before is None or "start" in operation or follows else before
    if own is None:
        refuse("start", f"No clip shows the scene {spoken.scene}: give the start of its voice.")
    return (before or own)._replace(anchor=own.anchor, start=own.start)


def _check_trims(fields: Mapping[str, Any], seconds: Number, operation: Operation) -> None:
    """Raise FieldsError if nothing would be left of a voice."""
    rest = seconds - fields.get("trimStart", 0) - fields.get("trimEnd", 0)
    name = next((name for name in ("trimStart", "trimEnd") if operation.get(name)), None)
    if name is not None and rest < MIN_SECONDS:
        refuse(name, f"The voice lasts {seconds:g} seconds; {MIN_SECONDS:g} must be left of it.")


def _put(edit: Edit, spoken: Spoken, now: Registers) -> None:
    items, item = edit.items(VOICE), spoken.item
    own = spoken.own
    if own is not None and now == own:
        if item is not None:
            items.remove(item)
        return
    if own is not None and now.start != own.start and now.anchor == own.anchor:
        edit.arrange_scenes()  # so that it stays there
    if item is None:
        item = Item(_new_id(edit, spoken.scene))
        items.add(item)
    item.now = now


def _new_id(edit: Edit, scene: int) -> str:
    """Return the id of a new entry: the same for everybody, since a scene has one voice."""
    taken = {each.id for each in edit.items(VOICE)}
    name, number = _id_of(scene), 2
    while name in taken:
        name, number = f"{_id_of(scene)}~{number}", number + 1
    return name


def _id_of(scene: int) -> str:
    return f"voice-{scene}"

"""Which clips there are, and in which order: insert, move, gap, arrange, clear."""

from schemas.scenes import DEFAULT_SCENE_SECONDS
from timeline.clips import Clip, Clips, Registers, clip_of
from timeline.context import Scene
from timeline.edit import Edit, Operation
from timeline.frames import Number
from timeline.ids import new_id
from timeline.item_kinds import PICTURE, TEXT, VOICE
from timeline.operations.fields import given_fields
from timeline.operations.overlays import asset_of
from timeline.operations.registry import performs
from timeline.orders import filled
from timeline.refusals import refuse
from timeline.scene_clips import scene_seconds, shown_seconds

_FIELDS = {
    "from": "trimStart",
    "transition": "transitionType",
    "transitionSeconds": "transitionDuration",
}


@performs("insert")
def insert(edit: Edit, operation: Operation) -> None:
    """Add a clip of a scene or an asset; those behind it follow."""
    clips = edit.clips
    clip = _new_clip(edit, operation)
    if "new" in operation and any(each.id == clip.id for each in clips):
        refuse("new", "There is a clip with this id.")
    index = len(clips.list)
    if "after" in operation:
        after = operation["after"]
        index = 0 if after is None else clips.index(after, "after") + 1
    clips.insert(index, clip)
    clip.gap = _gap_frames(edit, operation.get("gap", 0))


@performs("move")
def move(edit: Edit, operation: Operation) -> None:
    """Put a clip at another place among the others, with the black before it."""
    clips, after = edit.clips, operation["after"]
    index = clips.index(operation["clip"], "clip")
    if after == operation["clip"]:
        refuse("after", "Must be another clip, or null for the first place.")
    target = 0 if after is None else clips.index(after, "after") + 1
    if target in (index, index + 1):
        return
    clip = clips.list.pop(index)
    clips.insert(target - (target > index), clip)


@performs("gap")
def gap(edit: Edit, operation: Operation) -> None:
    """Let black be seen before a clip, or none; those behind it follow."""
    clip = edit.clips.named_in(operation)
    clip.gap = _gap_frames(edit, operation["seconds"])


@performs("arrange")
def arrange(edit: Edit, operation: Operation) -> None:
    """Put scenes in order. Clips of them keep what is not given; other clips are removed."""
    clips = edit.clips
    arranged = _arranged(edit, clips, operation["clips"])
    known = set(clips.before)
    keys = [clip.order if clip.id in known else None for clip in arranged]
    clips.list = arranged
    for clip, key in zip(arranged, filled(keys, [each.id for each in arranged]), strict=True):
        clip.order = key


@performs("clear")
def clear(edit: Edit, _operation: Operation) -> None:
    """Remove clips, texts, pictures and places of voices: the scenes play in order."""
    edit.unarrange()
    for kind in (TEXT, PICTURE, VOICE):
        edit.items(kind).list = []


def _gap_frames(edit: Edit, seconds: float) -> int:
    """Return how many frames of black there are; one frame is closed, as in exports."""
    frames = edit.rate.frame(seconds)
    return 0 if frames == 1 else frames


def _scene(edit: Edit, index: int, field: str) -> Scene:
    scene = edit.context.by_index.get(index)
    if scene is None:
        known = sorted(edit.context.by_index)
        refuse(field, f"There is no scene {index}; there are {known}.")
    return scene


def check_trim(edit: Edit, shown: Operation, given: Operation, path: str = "") -> None:
    """Raise FieldsError for media of a clip's action that would begin behind their end."""
    seconds = edit.context.seconds_of(shown)
    if "from" in given and seconds is not None and given["from"] >= seconds:
        refuse(f"{path}from", f"Must be below {seconds:g}, where the media end.")


def _new_clip(edit: Edit, given: Operation, path: str = "") -> Clip:
    """Return a clip with what is given; by default, as long as what is left of its media."""
    rate = edit.rate
    shown, rest = _shown(edit, given, path)
    check_trim(edit, shown, given, path)
    fields = {**shown, **given_fields(given, _FIELDS)}
    if "seconds" in given:
        length = rate.frames(given["seconds"])
    else:
        length = max(rate.frame(rest), rate.shortest)
    registers = Registers(0, 0, length, fields)
    return clip_of(given.get("new") or new_id("clip"), registers)


def _shown(edit: Edit, given: Operation, path: str) -> tuple[Operation, Number]:
    """Return the fields that say what a clip shows, and its length by default."""
    trim = given.get("from")
    if "asset" in given:
        asset_of(edit, given["asset"], ("video", "image"), "asset")
        shown = {"assetId": given["asset"]}
        return shown, shown_seconds(
            edit.context.seconds_of(shown), DEFAULT_SCENE_SECONDS, trim or 0
        )
    scene = _scene(edit, given["scene"], f"{path}scene")
    moved = {"motion": scene.motion} if scene.motion else {}
    rest = shown_seconds(scene.seconds, scene.still_seconds, trim or 0)
    return {"sceneIndex": scene.scene, **moved}, scene_seconds(scene, {}) if trim is None else rest


def _arranged(edit: Edit, clips: Clips, given: list[Operation]) -> list[Clip]:
    """Return a clip for each that is given: of those of its scene, the first that is left."""
    left = list(clips.list)
    ids = {clip.id for clip in left}
    result = []
    for number, each in enumerate(given):
        scene = _scene(edit, each["scene"], f"clips.{number}.scene")
        clip = next((clip for clip in left if clip.scene == scene.scene), None)
        if clip is None:
            clip = _new_clip(edit, each, f"clips.{number}.")
            if clip.id in ids:
                refuse(f"clips.{number}.new", "There is a clip with this id.")
            ids.add(clip.id)
        else:
            left.remove(clip)
            check_trim(edit, clip.fields, each, f"clips.{number}.")
            clip.set(**given_fields(each, _FIELDS))
            if "seconds" in each:
                clip.length = edit.rate.frames(each["seconds"])
        result.append(clip)
    return result

"""What an order says of its work: the fields of the brief, the scenes, the sound."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from errors import FieldsError
from schemas.scenes import DEFAULT_SCENE_SECONDS
from schemas.videos import ASPECTS
from schemas.works import BriefSchema

Json = dict[str, Any]
Order = Mapping[str, Any]

_MAX_TITLE = 60  # characters of a work's name that is the beginning of its brief
_DEFAULT_SCENES = 4
_FIELDS = frozenset(BriefSchema().fields) - {"selectedAssetIds", "sound"}

# How the pictures of given scenes are shown: closer or away, so that all is seen at one end.
_PHOTO_SECONDS = 4
_CLOSING_SECONDS = 1.5  # for which the last picture is seen after what is said
_LETTERS_PER_SECOND = 14  # that a slow voice speaks
_PHOTO_FIT = "blur"  # of pictures whose shape is another one: nothing of them is cut off
_WHOLE = {"x": 0, "y": 0, "width": 1, "height": 1}
_CLOSER = {"x": 0.075, "y": 0.03, "width": 0.85, "height": 0.85}  # heads are in the upper third
_CAPTIONS = {"style": "karaoke"}  # of a video that is narrated, without a word on how


class Sound(NamedTuple):
    """Whether a video is narrated, and whether music is made for it: by this prompt if any."""

    is_narrated: bool
    has_music: bool
    music_prompt: str | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Sound":
        """Return what a job has stored with `to_json`."""
        return cls(stored["isNarrated"], stored["hasMusic"], stored["musicPrompt"])

    def to_json(self) -> Json:
        """Return it as the job's `request` has it."""
        return {
            "isNarrated": self.is_narrated,
            "hasMusic": self.has_music,
            "musicPrompt": self.music_prompt,
        }


def sound_of(body: Order) -> Sound:
    """Return what is to be heard; without a word about it, what the scenes say."""
    given = body.get("sound")
    if given is None:
        return Sound(any(map(_narration, body.get("scenes") or [])), has_music=False)
    if isinstance(given, bool):
        return Sound(given, given)
    music = given.get("music")
    prompt = music.get("prompt") if isinstance(music, dict) else None
    is_narrated = given.get("narration") is not False
    return Sound(is_narrated, isinstance(music, dict) or music is True, prompt)


def brief_of(body: Order, pictures: int) -> Json:
    """Return the fields of the work that an order describes.

    `pictures` is the number of photos: each becomes a scene, unless the order gives scenes, their
    number, or another use of its photos.
    """
    brief = {key: value for key, value in body.items() if key in _FIELDS and value is not None}
    texts = [body.get("prompt"), body.get("productDescription")]
    about = "\n\n".join(text.strip() for text in texts if text and text.strip())
    if about:
        brief["productDescription"] = about
    brief.setdefault("name", _title(brief.get("productName") or about))
    if body.get("aspect"):
        brief["resolution"] = ASPECTS[body["aspect"]]
    if body.get("sound") is True:
        brief["sound"] = {"captions": _CAPTIONS}
    elif isinstance(body.get("sound"), dict):
        own = ("narration", "music")
        brief["sound"] = {key: body["sound"][key] for key in body["sound"] if key not in own}
    if pictures:
        brief.setdefault("assetUsageMode", "direct")
    if body.get("scenes"):
        brief["sceneCount"] = len(body["scenes"])
    elif "sceneCount" not in brief:
        is_direct = pictures and brief["assetUsageMode"] == "direct"
        brief["sceneCount"] = pictures if is_direct else scene_count_of(brief)
    return brief


def scenes_of(body: Order, *, has_pictures: bool, is_narrated: bool) -> list[Json]:
    """Return the scenes that an order gives, as works have them. Raises FieldsError.

    What is said, but not spoken, is their text.
    """
    given: Sequence[Order] = body.get("scenes") or []
    if not has_pictures:
        _check_prompts(given)
    return [
        _scene(scene, index, is_last=index == len(given) - 1, is_narrated=is_narrated)
        for index, scene in enumerate(given)
    ]


def export_options_of(
    body: Order, brief: Order, sound: Sound, *, has_pictures: bool
) -> Json | None:
    """Return the options of the export; what the order does not say suits the video.

    None for no export.
    """
    given = body.get("export")
    if given is False:
        return None
    scenes = body.get("scenes") or []
    has_texts = not sound.is_narrated and any(map(_narration, scenes))
    has_captions = bool((brief.get("sound") or {}).get("captions"))
    suitable: Json = {}
    if scenes and has_pictures:
        suitable["fit"] = _PHOTO_FIT
    if has_texts or has_captions:
        suitable["captions"] = "burn"
    if sound.is_narrated or sound.has_music:
        suitable["loudness"] = True
    return {**suitable, **(given if isinstance(given, dict) else {})}


def scene_count_of(brief: Order) -> int:
    """Return how many scenes a scenario has of which nothing else is said."""
    seconds = brief.get("videoDuration")
    default = max(1, math.ceil(seconds / DEFAULT_SCENE_SECONDS)) if seconds else _DEFAULT_SCENES
    return brief.get("sceneCount") or default


def _scene(given: Order, index: int, *, is_last: bool, is_narrated: bool) -> Json:
    said = _narration(given)
    text = said["text"].strip() if said else ""
    letters = len(text) / _LETTERS_PER_SECOND + _CLOSING_SECONDS if is_last else 0
    motion = {"from": _WHOLE, "to": _CLOSER} if index % 2 == 0 else {"from": _CLOSER, "to": _WHOLE}
    scene = {
        "duration_seconds": max(_PHOTO_SECONDS, math.ceil(letters)),
        "motion": motion,
        **{key: value for key, value in given.items() if key != "asset" and value is not None},
        "scene_index": index,
        "narration": said,
    }
    if text and not is_narrated:
        scene["text_overlay"] = scene.get("text_overlay") or text
    return scene


def _narration(scene: Order) -> Json | None:
    """Return what is said in a scene; None if that is nothing."""
    given = scene.get("narration")
    narration = {"text": given} if isinstance(given, str) else given
    return narration if narration and narration["text"].strip() else None


def _check_prompts(scenes: Sequence[Order]) -> None:
    expected = ["Required for a scene without a picture: give `assets`, or say what it shows."]
    errors = {
        index: {"image_prompt": expected}
        for index, scene in enumerate(scenes)
        if not scene.get("image_prompt", "").strip()
    }
    if errors:
        raise FieldsError({"scenes": errors})


def _title(text: str) -> str:
    """Return the beginning of a text as a name."""
    line = " ".join(text.split())
    if not line:
        return "Untitled video"
    return line if len(line) <= _MAX_TITLE else f"{line[: _MAX_TITLE - 1].rstrip()}…"

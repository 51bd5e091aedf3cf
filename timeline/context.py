"""What an operation needs to know beside the timeline: the scenes' media, the frame, assets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schemas.scenes import DEFAULT_SCENE_SECONDS
from schemas.transitions import CUT
from timeline.frames import Number
from timeline.scene_numbers import SceneNumbers, scene_numbers

Json = Mapping[str, Any]

_PICTURES = {"imageUrl", "videoUrl"}  # of a scene
_MEDIA = {*_PICTURES, "voiceUrl"}


class Scene(NamedTuple):
    """A scene: `seconds` is how long its clip lasts, None for an image, or without media.

    An image is shown for `still_seconds`, with `motion`, and `text` is its caption; `voice` is how
    long its voice lasts. A scene that does not play has media, but no place among the others.
    """

    scene: int
    seconds: Number | None = None
    still_seconds: Number = DEFAULT_SCENE_SECONDS
    transition: str = CUT
    text: str = ""
    plays: bool = True
    voice: Number | None = None
    motion: Json | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The work around a timeline; `scenes` are in the order in which they play.

    Without `assets`, any asset is accepted, and its shape is unknown. `seconds` of an asset is how
    long a video or a sound lasts.
    """

    project_id: str
    work_id: str
    resolution: Json
    scenes: tuple[Scene, ...]
    assets: Mapping[str, Json] | None = None
    has_audio: bool = True
    numbers: SceneNumbers = field(default_factory=SceneNumbers)  # what scenes are called
    by_index: Mapping[int, Scene] = field(init=False, repr=False)
    voices: Mapping[int, Number] = field(init=False, repr=False)  # how long each scene's lasts

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_index", {each.scene: each for each in self.scenes})
        voices = {each.scene: each.voice for each in self.scenes if each.voice}
        object.__setattr__(self, "voices", voices)

    def number_of(self, scene: int) -> int:
        """Return what messages for people call a scene."""
        return self.numbers[scene]

    def seconds_of(self, shown: Json) -> Number | None:
        """Return how long the media of a clip's action last; None for an image, or if unknown."""
        if asset_id := shown.get("assetId"):
            seconds: Number | None = (self.assets or {}).get(asset_id, {}).get("seconds")
            return seconds
        scene = self.by_index.get(shown.get("sceneIndex", -1))
        return None if scene is None else scene.seconds


def context_of_work(work: Json, assets: Mapping[str, Json] | None, *, has_audio: bool) -> Context:
    """Return the context of a stored work."""
    scenes = tuple(_scenes(work))
    place, numbers = (work["projectId"], work["id"], work["resolution"]), scene_numbers(work)
    return Context(*place, scenes, assets, has_audio, numbers)


def _scenes(work: Json) -> list[Scene]:
    """Return the scenes of the scenario in their order, and then others that have media."""
    made = {each["sceneIndex"]: each for each in work["generatedScenes"]}
    planned = work["scenes"]
    scenes = [_planned(scene, made.pop(scene["scene_index"], {})) for scene in planned]
    with_media = [each for each in made.values() if _MEDIA & each.keys()]
    return scenes + [
        Scene(
            each["sceneIndex"],
            _clip_seconds(each),
            plays=not planned and bool(_PICTURES & each.keys()) and "removedAt" not in each,
            voice=_voice_seconds(each),
        )
        for each in with_media
    ]


def _planned(scene: Json, made: Json) -> Scene:
    return Scene(
        scene["scene_index"],
        _clip_seconds(made),
        scene.get("duration_seconds") or DEFAULT_SCENE_SECONDS,
        scene.get("transition") or CUT,
        (scene.get("text_overlay") or "").strip(),
        voice=_voice_seconds(made),
        motion=None if "videoUrl" in made else scene.get("motion"),
    )


def _clip_seconds(made: Json) -> Number | None:
    """Return how long the clip of a scene lasts; None without one, or if it was not measured."""
    seconds: Number | None = made.get("videoDuration")
    return seconds if "videoUrl" in made else None


def _voice_seconds(made: Json) -> Number | None:
    """Return how long the voice of a scene lasts; None without one, or if it was not measured."""
    seconds: Number | None = made.get("voiceDuration")
    return seconds if "voiceUrl" in made else None

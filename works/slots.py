"""Media slots of a work: `reference`, `audio`, and an image, a video and a voice of each scene."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from errors import InvalidError
from media.media_types import HEIF_TYPES
from schemas.scenes import MAX_SCENE_INDEX
from storage.layout import FACTS, take_name
from storage.media.media_files import EXTENSIONS
from storage.paths import WorkRef

VIDEO_TYPES = ("video/mp4", "video/webm", "video/quicktime", "video/x-msvideo")
IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp")
AUDIO_TYPES = ("audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/ogg", "audio/webm")

SCENE_INDEX = "(0|[1-9][0-9]{0,2})"
SCENE_INDEX_PARAMETER = {
    "description": "The scene's index, starting at 0",
    "schema": {"type": "string", "pattern": f"^{SCENE_INDEX}$"},
}

_SCENE_SLOT = f"scene-{SCENE_INDEX}-(image|video|voice)"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one media file of a work."""

    name: str  # of the file on the disk, without its extension
    path: str  # of its URL, below the work's /media/
    part: str  # of the multipart body that uploads it
    types: tuple[str, ...]  # media types that are accepted
    scene: int | None = None

    @property
    def accepted(self) -> tuple[str, ...]:
        """The media types that may be received for it: HEIC photos become JPEGs."""
        return (*self.types, *HEIF_TYPES) if self.types == IMAGE_TYPES else self.types

    def url(self, ref: WorkRef) -> str:
        """Return the URL path that serves the file."""
        return f"/api/projects/{ref.project_id}/works/{ref.work_id}/media/{self.path}"


REFERENCE = Slot("reference", "reference", "video", VIDEO_TYPES)
AUDIO = Slot("audio", "audio", "audio", AUDIO_TYPES)


def scene_image(index: int) -> Slot:
    """Return the slot for a scene's image."""
    return Slot(f"scene-{index}-image", f"scene/{index}/image", "file", IMAGE_TYPES, index)


def scene_video(index: int) -> Slot:
    """Return the slot for a scene's video."""
    return Slot(f"scene-{index}-video", f"scene/{index}/video", "file", VIDEO_TYPES, index)


def scene_voice(index: int) -> Slot:
    """Return the slot for a scene's voice."""
    return Slot(f"scene-{index}-voice", f"scene/{index}/voice", "file", AUDIO_TYPES, index)


def is_clip(slot: Slot) -> bool:
    """Return whether a slot is that of a scene's video."""
    return slot.scene is not None and slot.types == VIDEO_TYPES


def is_voice(slot: Slot) -> bool:
    """Return whether a slot is that of a scene's voice."""
    return slot.scene is not None and slot.types == AUDIO_TYPES


def slot_of_path(path: str) -> Slot | None:
    """Return the slot at a path below `/media/`, such as `scene/0/video`; None if there is none."""
    slots = (REFERENCE, AUDIO, _scene_slot(path.replace("/", "-")))
    return next((slot for slot in slots if slot is not None and slot.path == path), None)


def thumbnail_path(ref: WorkRef, index: int) -> str:
    """Return the URL path of a scene's thumbnail."""
    return scene_image(index).url(ref).removesuffix("image") + "thumbnail"


def parse_scene_index(text: str) -> int:
    """Parse a scene's index in a URL. Raises InvalidError unless it is from 0 to 999."""
    if not re.fullmatch(SCENE_INDEX, text):
        raise InvalidError(
            "Invalid scene index", f"Expected an integer from 0 to {MAX_SCENE_INDEX}."
        )
    return int(text)


def media_by_scene(slot_names: Iterable[str]) -> dict[int, set[str]]:
    """Return which of "image", "video" and "voice" each scene has, by the slots that hold files."""
    scenes: dict[int, set[str]] = {}
    for name in slot_names:
        if match := re.fullmatch(_SCENE_SLOT, name):
            scenes.setdefault(int(match[1]), set()).add(match[2])
    return scenes


def pictures_by_scene(slot_names: Iterable[str]) -> dict[int, set[str]]:
    """Return which of "image" and "video" each scene with at least one of them has."""
    found = ((index, media - {"voice"}) for index, media in media_by_scene(slot_names).items())
    return {index: pictures for index, pictures in found if pictures}


def slot_for_file(file_name: str) -> Slot | None:
    """Return the slot of a media file on the disk; None if no slot has such a file."""
    name, _, extension = file_name.rpartition(".")
    slot = next((slot for slot in (REFERENCE, AUDIO) if slot.name == name), _scene_slot(name))
    return slot if slot is not None and extension in _extensions(slot) else None


def slot_for_take(file_name: str) -> Slot | None:
    """Return the slot of a take's file or facts on the disk; None if no slot has such a file."""
    name = take_name(file_name)
    if name is None:
        return None
    slot = _scene_slot(name.slot)
    return slot if slot is not None and name.extension in {FACTS, *_extensions(slot)} else None


def _scene_slot(name: str) -> Slot | None:
    """Return the slot of a scene with this name; None if there is none."""
    match = re.fullmatch(_SCENE_SLOT, name)
    if match is None:
        return None
    slot_of = {"image": scene_image, "video": scene_video, "voice": scene_voice}[match[2]]
    return slot_of(int(match[1]))


def _extensions(slot: Slot) -> set[str]:
    return {EXTENSIONS[media_type] for media_type in slot.types}

"""The places for media in a work: `reference`, `audio`, and an image and a video for each scene."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.scenes import MAX_SCENE_INDEX
from storage.media_files import EXTENSIONS
from web.errors import BadRequestError

VIDEO_TYPES = ("video/mp4", "video/webm", "video/quicktime", "video/x-msvideo")
IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp")
AUDIO_TYPES = ("audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/ogg", "audio/webm")

SCENE_INDEX = "(0|[1-9][0-9]{0,2})"
SCENE_INDEX_PARAMETER = {
    "description": "The scene's number, from 0",
    "schema": {"type": "string", "pattern": f"^{SCENE_INDEX}$"},
}

_SCENE_SLOT = f"scene-{SCENE_INDEX}-(image|video)"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for a file: its name on the disk and in URLs, its part name, what it takes."""

    name: str
    path: str
    part: str
    types: tuple[str, ...]
    scene: int | None = None

    def url(self, project_id: str, work_id: str) -> str:
        """Where the file is served."""
        return f"/api/projects/{project_id}/works/{work_id}/media/{self.path}"


REFERENCE = Slot("reference", "reference", "video", VIDEO_TYPES)
AUDIO = Slot("audio", "audio", "audio", AUDIO_TYPES)


def scene_image(index: int) -> Slot:
    """The image of a scene."""
    return Slot(f"scene-{index}-image", f"scene/{index}/image", "file", IMAGE_TYPES, index)


def scene_video(index: int) -> Slot:
    """The clip of a scene."""
    return Slot(f"scene-{index}-video", f"scene/{index}/video", "file", VIDEO_TYPES, index)


def scene_index_of(text: str) -> int:
    """A scene's index from a URL. Raises BadRequestError unless it is a plain number below 1000."""
    if not re.fullmatch(SCENE_INDEX, text):
        raise BadRequestError(
            "Invalid scene index", f"Expected a whole number from 0 to {MAX_SCENE_INDEX}."
        )
    return int(text)


def scene_slots(names: Iterable[str]) -> dict[int, set[str]]:
    """From the names of the slots that hold files: which of image and video each scene has."""
    scenes: dict[int, set[str]] = {}
    for name in names:
        if match := re.fullmatch(_SCENE_SLOT, name):
            scenes.setdefault(int(match[1]), set()).add(match[2])
    return scenes


def slot_of(file_name: str) -> Slot | None:
    """The slot that a media file of this name is in; None for a file that no slot knows."""
    name, _, extension = file_name.rpartition(".")
    slot = next((slot for slot in (REFERENCE, AUDIO) if slot.name == name), None)
    if match := re.fullmatch(_SCENE_SLOT, name):
        slot = (scene_image if match[2] == "image" else scene_video)(int(match[1]))
    known = slot is not None and extension in {EXTENSIONS[media_type] for media_type in slot.types}
    return slot if known else None

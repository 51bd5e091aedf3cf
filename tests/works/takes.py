"""The takes of scene 0: their paths, and what tests do with them."""

import os
from typing import Any

from settings.config import Settings
from tests.people import Person

IMAGE, VIDEO = "media/scene/0/image", "media/scene/0/video"
TAKES = "media/scene/0/takes"

Json = dict[str, Any]


def variant(content: bytes, number: int) -> bytes:
    """Return the same picture or clip with something behind its end."""
    return content + b"%d" % number


def list_takes(person: Person, work: str) -> list[Json]:
    takes: list[Json] = person.show(f"{work}/{TAKES}")["takes"]
    return takes


def use(person: Person, take: Json) -> list[Json]:
    answer = person.post(f"{take['url']}/use")
    assert answer.status_code == 200, answer.text
    takes: list[Json] = answer.json["takes"]
    return takes


def files_of(settings: Settings, work: str) -> list[str]:
    """Return the names of all files of takes, also of temporary ones."""
    return sorted(os.listdir(settings.data_dir / work.removeprefix("/api/") / "takes"))

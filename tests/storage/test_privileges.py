"""What messages about rights tell the administrator to type."""

import shlex
from pathlib import Path

from storage.privileges import Owner

NAMELESS = Owner(4_000_000, 4_000_001)


def test_commands_for_a_user_without_a_name_can_be_typed_as_they_are() -> None:
    command = NAMELESS.as_user("./vidworks doctor")

    typed = shlex.split(command, comments=True)
    assert typed == ["sudo", "-u", "#4000000", "./vidworks", "doctor"]


def test_path_with_a_space_is_one_argument() -> None:
    typed = shlex.split(NAMELESS.chown(Path("/srv/our videos")))

    assert typed == ["chown", "-R", "4000000:4000001", "/srv/our videos"]

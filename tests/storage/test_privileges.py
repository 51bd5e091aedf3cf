"""What messages about rights tell the administrator to type."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.files.privileges import Owner
from tests.service import ROOT

NOBODY = 65_534
NAMELESS = Owner(4_000_000, 4_000_001)


def test_commands_for_a_user_without_a_name_can_be_typed_as_they_are() -> None:
    command = NAMELESS.as_user("./vidworks doctor")

    typed = shlex.split(command, comments=True)
    assert typed == ["sudo", "-u", "#4000000", "./vidworks", "doctor"]


def test_path_with_a_space_is_one_argument() -> None:
    typed = shlex.split(NAMELESS.chown(Path("/srv/our videos")))

    assert typed == ["chown", "-R", "4000000:4000001", "/srv/our videos"]


@pytest.fixture
def top() -> Iterator[Path]:
    """A directory that all users can look into, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="vidworks-privileges-") as path:
        os.chmod(path, 0o755)
        yield Path(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_owner_who_cannot_read_python_is_told_to_set_up_anew(top: Path) -> None:
    """As with a Python in the home directory of root, which root's `python3` may be."""
    data, standard = top / "data", top / "standard"
    shutil.copytree(ROOT / "storage", top / "storage")
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    standard.mkdir(mode=0o700)
    code = (
        f"import os; os.__file__ = {str(standard / 'os.py')!r}; import pathlib;"
        " from storage.files.privileges import become_owner;"
        f" become_owner(pathlib.Path({str(data)!r}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=top, capture_output=True, text=True
    )

    assert f"who cannot read {standard}; remove .venv" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_shell_of_a_command_of_root_acts_as_the_owner(top: Path) -> None:
    os.chown(top, NOBODY, NOBODY)
    code = (
        "import pathlib, subprocess; from storage.files import privileges as rights;"
        f" rights.become_owner(pathlib.Path({str(top)!r})); user, group = rights.of_programs();"
        " subprocess.run(['/bin/sh', '-c', 'id -u; id -g'], user=user, group=group)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    )

    assert done.stdout.split() == [str(NOBODY)] * 2

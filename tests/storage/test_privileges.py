"""What messages about rights tell the administrator to type."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.files.privileges import Owner
from tests.other_users import NOBODY, PYTHON_OF_ONE, ROOT_ONLY, can_run_python, readable_directory
from tests.service import ROOT

NAMELESS = Owner(4_000_000, 4_000_001)


def test_commands_for_a_user_without_a_name_can_be_typed_as_they_are():
    command = NAMELESS.as_user("./vidworks doctor")

    typed = shlex.split(command, comments=True)
    assert typed == ["sudo", "-u", "#4000000", "./vidworks", "doctor"]


def test_path_with_a_space_is_one_argument():
    typed = shlex.split(NAMELESS.chown(Path("/srv/our videos")))

    assert typed == ["chown", "-R", "4000000:4000001", "/srv/our videos"]


@pytest.fixture
def top():
    """A directory with the code that gives rights up, which all users can read."""
    with readable_directory() as path:
        shutil.copytree(ROOT / "storage", path / "storage")
        shutil.copy(ROOT / "errors.py", path)
        for part in ("storage", "storage/files"):
            (path / part).chmod(0o755)
        yield path


@pytest.mark.skipif(os.geteuid() != 0, reason=ROOT_ONLY)
def test_owner_who_cannot_read_python_is_told_to_set_up_anew(top):
    """As with a Python in the home directory of root, which root's `python3` may be."""
    data, standard = top / "data", top / "standard"
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


@pytest.mark.skipif(os.geteuid() != 0, reason=ROOT_ONLY)
def test_shell_of_a_command_of_root_acts_as_the_owner(top):
    if not can_run_python():
        pytest.skip(PYTHON_OF_ONE)
    os.chown(top, NOBODY, NOBODY)
    code = (
        "import pathlib, subprocess; from storage.files import privileges as rights;"
        f" rights.become_owner(pathlib.Path({str(top)!r})); user, group = rights.of_programs();"
        " subprocess.run(['/bin/sh', '-c', 'id -u; id -g'], user=user, group=group)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=top, capture_output=True, text=True
    )

    assert done.stdout.split() == [str(NOBODY)] * 2

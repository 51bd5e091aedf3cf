"""`./vidworks` sets up .venv; here with an empty lock, and a command that shows its arguments."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.service import ROOT

pytestmark = pytest.mark.slow

SHOW = "import os, sys; print(os.getcwd(), *sys.argv[1:])"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of the service before its first start."""
    clone = tmp_path / "clone"
    clone.mkdir()
    shutil.copy(ROOT / "vidworks", clone)
    (clone / "requirements.lock").touch()
    (clone / "commands.py").write_text(SHOW)
    return clone


def run(script: Path, *, programs: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `vidworks users list` in /, with these programs before others."""
    path = [str(programs or Path(sys.executable).parent), os.environ["PATH"]]
    return subprocess.run(
        [script, "users", "list"],
        check=False,
        cwd="/",
        env={**os.environ, "PATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_command_repeats_an_interrupted_setup_and_the_next_one_sets_nothing_up(
    clone: Path, tmp_path: Path
) -> None:
    """The script may be run through a symbolic link."""
    venv.create(clone / ".venv", with_pip=False)  # pip comes last
    link = tmp_path / "bin" / "vidworks"
    link.parent.mkdir()
    link.symlink_to(clone / "vidworks")

    first, second = run(clone / "vidworks"), run(link)

    assert (first.returncode, first.stdout) == (0, "/ users list\n"), first.stderr
    assert "Setting up .venv" in first.stderr
    assert (second.returncode, second.stdout, second.stderr) == (0, "/ users list\n", "")


@pytest.mark.thorough  # an interrupted setup takes the same steps
def test_first_command_sets_up(clone: Path) -> None:
    done = run(clone / "vidworks")

    assert (done.returncode, done.stdout) == (0, "/ users list\n"), done.stderr


def test_python_without_ensurepip_is_reported_in_one_sentence(clone: Path, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    python = programs / "python3"
    python.write_text(
        f"""#!/bin/sh\nexec {sys.executable} -c 'raise SystemExit("No module named ensurepip")'\n"""
    )
    python.chmod(0o755)

    done = run(clone / "vidworks", programs=programs)

    assert done.returncode == 1
    [message] = done.stderr.splitlines()
    assert "install python3-venv" in message

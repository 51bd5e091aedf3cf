"""`./vidworks` sets up .venv; here with an empty lock, and a command that shows its arguments."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.other_users import NOBODY, readable_directory
from tests.service import ROOT

pytestmark = pytest.mark.slow

# A Python whose pip notes what it is to install.
PYTHON = """#!/bin/sh
case "$*" in
"-m pip install"*) cat requirements.lock >>installed; echo >>installed; ! [ -e failure ] ;;
"-c"*) false ;; # it is not one with musl
esac
"""

SHOW = "import os, sys; print(os.getcwd(), *sys.argv[1:])"


@pytest.fixture
def clone(tmp_path):
    """A clone of the service before its first start."""
    return make_clone(tmp_path / "clone")


@pytest.fixture
def open_clone():
    """A clone that all users can read, which pytest's directories are not."""
    with readable_directory() as top:
        yield make_clone(top / "clone")


def make_clone(clone: Path) -> Path:
    clone.mkdir()
    shutil.copy(ROOT / "vidworks", clone)
    (clone / "requirements.lock").touch()
    (clone / "commands").mkdir()
    (clone / "commands" / "__main__.py").write_text(SHOW)
    return clone


def run(
    script: Path,
    *arguments: str,
    programs: Path | None = None,
    user: int | None = None,
    **environ: str,
) -> subprocess.CompletedProcess[str]:
    """Run `vidworks users list`, or another command, in /, with these programs before others."""
    path = [str(programs or Path(sys.executable).parent), os.environ["PATH"]]
    return subprocess.run(
        [script, *(arguments or ("users", "list"))],
        user=user,
        check=False,
        cwd="/",
        env={**os.environ, "PATH": os.pathsep.join(path), **environ},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_command_repeats_an_interrupted_setup_and_the_next_one_sets_nothing_up(clone, tmp_path):
    """The script may be run through a symbolic link."""
    venv.create(clone / ".venv", with_pip=False)  # pip comes last
    link = tmp_path / "bin" / "vidworks"
    link.parent.mkdir()
    link.symlink_to(clone / "vidworks")

    first, second = run(clone / "vidworks"), run(link)

    assert (first.returncode, first.stdout) == (0, "/ users list\n"), first.stderr
    assert "Setting up .venv" in first.stderr
    assert (second.returncode, second.stdout, second.stderr) == (0, "/ users list\n", "")


def test_setup_that_failed_is_repeated_also_if_the_lock_is_the_old_one_again(clone):
    """As after an update that was interrupted: packages of both releases may be installed."""
    python = clone / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON)
    python.chmod(0o755)
    log, failure, lock = clone / "installed", clone / "failure", clone / "requirements.lock"
    assert run(clone / "vidworks").returncode == 0
    lock.write_text("new")
    failure.touch()
    assert run(clone / "vidworks").returncode == 1
    lock.write_text("")
    failure.unlink()

    assert [run(clone / "vidworks").returncode for _ in range(2)] == [0, 0]

    assert log.read_text() == "\nnew\n\n"


@pytest.mark.thorough  # an interrupted setup takes the same steps
def test_first_command_sets_up(clone):
    done = run(clone / "vidworks")

    assert (done.returncode, done.stdout) == (0, "/ users list\n"), done.stderr


def test_python_without_ensurepip_is_reported_in_one_sentence(clone, tmp_path):
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


@pytest.mark.parametrize("command", ["start", "test"])
def test_help_of_a_command_of_the_script_is_its_usage_alone(clone, command):
    done = run(clone / "vidworks", command, "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: ./vidworks {command}")
    assert not (clone / ".venv").exists()


def another_user() -> int | None:
    """Return a user without rights in a clone; None for the one who runs the tests, unless root."""
    return NOBODY if os.geteuid() == 0 else None


def test_user_who_cannot_run_the_python_of_the_clone_is_told_so(open_clone):
    """As with a Python in the home directory of root, which root's `python3` may be."""
    home = open_clone.parent / "home"
    home.mkdir()
    (open_clone / ".venv/bin").mkdir(parents=True)
    (open_clone / ".venv/pyvenv.cfg").write_text(f"home = {home}\n")
    (open_clone / ".venv/requirements.lock").touch()
    (open_clone / ".venv/bin/python").symlink_to(home / "python3")
    shutil.copy("/bin/true", home / "python3")
    home.chmod(0)
    open_clone.chmod(0o555)

    done = run(open_clone / "vidworks", user=another_user())

    home.chmod(0o700)
    open_clone.chmod(0o755)
    assert done.returncode == 1
    assert f"{open_clone}/.venv/bin/python is a link into {home}, and" in done.stderr
    assert "rm -r .venv && PATH=/usr/bin:/bin ./vidworks --version" in done.stderr
    assert "not installed" not in done.stderr


@pytest.mark.parametrize(
    ("is_unit", "told"), [(True, "once, outside of the unit:"), (False, "once:")]
)
def test_setup_that_is_missing_is_left_to_the_owner(open_clone, is_unit, told):
    open_clone.chmod(0o555)
    script = open_clone / "vidworks"
    unit = open_clone.parent / "unit"  # the process that systemd starts knows its own id
    unit.write_text(f'#!/bin/sh\nexport SYSTEMD_EXEC_PID=$$\nexec {script} "$@"\n')
    unit.chmod(0o755)

    done = run(unit if is_unit else script, user=another_user(), SYSTEMD_EXEC_PID="1")

    open_clone.chmod(0o755)
    assert done.returncode == 1
    assert f"Run this {told} sudo -u " in done.stderr

"""Tests that act as another user, who has to be able to read the code and Python."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.service import ROOT

NOBODY = 65_534
ROOT_ONLY = "needs root, which acts as another user"
PYTHON_OF_ONE = "needs a Python that all users can run, such as Debian's"

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "data")


def can_run_python() -> bool:
    """Return whether all users can run this Python; root's own may be in its home directory."""
    return _succeeds([os.path.realpath(sys.executable), "-c", ""], Path("/"))


def can_run_service(root: Path = ROOT) -> bool:
    """Return whether all users can run the service from this clone."""
    return _succeeds([sys.executable, "-c", "import flask, settings.config"], root)


@contextmanager
def readable_directory() -> Iterator[Path]:
    """A directory that all users can look into, which pytest's are not; removed at the end."""
    with tempfile.TemporaryDirectory(prefix="vidworks-users-") as path:
        os.chmod(path, 0o755)
        yield Path(path)


def copy_clone(to: Path) -> str:
    """Copy this clone with its packages so that all users can read it; return the copy's Python."""
    shutil.copytree(ROOT, to, ignore=_LEFT_OUT)
    packages = Path(sys.prefix)
    is_open = (packages / "pyvenv.cfg").stat().st_mode & 0o004
    links = ["--link"] if is_open and packages.stat().st_dev == to.stat().st_dev else []
    subprocess.run(["cp", "--archive", *links, packages.resolve(), to / ".venv"], check=True)
    if not links:
        subprocess.run(["chmod", "-R", "a+rX", to / ".venv"], check=True)
    subprocess.run(["chmod", "-R", "a+rX", "--", *set(to.iterdir()) - {to / ".venv"}], check=True)
    to.chmod(0o755)
    return _link_python(to / ".venv")


def _link_python(packages: Path) -> str:
    """Let a copy of .venv use Python where it is: its own link may lead through a closed folder."""
    real, link = Path(sys.executable).resolve(), packages / "bin" / "python"
    link.unlink()
    link.symlink_to(real)
    settings = packages / "pyvenv.cfg"
    lines = [line for line in settings.read_text().splitlines() if not line.startswith("home")]
    settings.unlink()  # else the original would change as well
    settings.write_text("\n".join([f"home = {real.parent}", *lines, ""]))
    return str(link)


def _succeeds(command: list[str], directory: Path) -> bool:
    """Return whether nobody can run a command; only root can find that out."""
    if os.geteuid() != 0:
        return False
    try:
        done = subprocess.run(
            command, cwd=directory, user=NOBODY, group=NOBODY, check=False, timeout=60
        )
    except PermissionError:
        return False
    return done.returncode == 0

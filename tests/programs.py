"""Programs that tests run, with Debian's packages that contain them."""

import os
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

PACKAGES = {
    "chromium-headless-shell": "chromium-headless-shell",
    "curl": "curl",
    "fusermount3": "fuse3",
    "git": "git",
    "grep": "grep",
    "jq": "jq",
    "nginx": "nginx-light",
    "npm": "npm",
    "promtool": "promtool",
    "redis-server": "redis-server",
    "systemd-analyze": "systemd",
    "unzip": "unzip",
}
_PLACES = (str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin")
_REASON = "not installed: {} (apt install {})"


def find(name: str) -> str | None:
    """Return the path of a program: beside Python, on the PATH, or where daemons are."""
    return shutil.which(name, path=os.pathsep.join(_PLACES))


def missing(*names: str) -> str | None:
    """Return why a test that needs these programs is skipped; None if all are installed."""
    name = next((name for name in names if find(name) is None), None)
    return None if name is None else _REASON.format(name, PACKAGES[name])


def needs(*names: str) -> pytest.MarkDecorator:
    """Return a mark that skips a test if one of these programs is not installed."""
    reason = missing(*names)
    return pytest.mark.skipif(reason is not None, reason=reason or "")


def packages_for(reasons: Iterable[str]) -> list[str]:
    """Return the packages whose programs skipped tests lacked, from the reasons of all skips."""
    pattern = re.compile(r"\(apt install ([\w-]+)\)")
    return sorted({found[1] for reason in reasons if (found := pattern.search(reason))})

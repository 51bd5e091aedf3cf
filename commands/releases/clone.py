"""The clone of the repository that the service runs from.

Git and the setup of packages run as the owner of the clone's folder. Releases are tags such as
`v0.4.0`.
"""

import os
import pwd
import re
import subprocess
from pathlib import Path
from typing import Any

from commands.programs import run_program
from settings.version import VERSION

_TAG = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
_DESCRIPTION = re.compile(r"v(\d+\.\d+\.\d+)-(\d+)-g[0-9a-f]+")

Version = tuple[int, ...]


class CloneError(Exception):
    """A clone is not as it has to be, or a program failed in it; the message says what to do."""


class Clone:
    """A clone of the repository."""

    def __init__(self, folder: Path) -> None:
        """Raise CloneError unless the folder is a clone."""
        self.folder = folder
        self._rights = _rights_of_owner(folder)
        if not (folder / ".git").exists():
            raise CloneError(
                f"{folder} is not a clone of the repository; get the new release as you got this"
                " one (of a container: build the image again)."
            )

    def git(self, *arguments: str) -> str:
        """Return what Git prints; it may ask for a password. Raises CloneError."""
        command = ("git", *arguments)
        try:
            done = subprocess.run(  # noqa: S603 - the arguments are this package's, and tags that it checked
                command,
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
                **self._rights,
            )
        except FileNotFoundError as exc:
            raise CloneError("git is not installed.") from exc
        return _check_succeeded(done)

    def as_owner(self, command: str) -> str:
        """Return the command line with which the caller runs a command as the folder's owner."""
        user = self._rights.get("user")
        return command if user is None else f"runuser -u {_name_of(user)} -- {command}"

    def changed_files(self, untracked: bool) -> str:
        """Return the names of files with changes that are not committed, separated by commas.

        With `untracked`, also of those that Git neither follows nor ignores. What is in data/ does
        not count, since data directories are moved. Raises CloneError.
        """
        option = f"--untracked-files={'normal' if untracked else 'no'}"
        changed = self.git("status", "--porcelain", option, "--", ".", ":!data").splitlines()
        return ", ".join(line.split(maxsplit=1)[1] for line in changed)

    def releases(self) -> list[str]:
        """Return the tags of the releases that are known here, in order. Raises CloneError."""
        tags = [tag for tag in self.git("tag").splitlines() if version_of(tag)]
        return sorted(tags, key=version_of)

    def count(self, commits: str) -> int:
        """Return how many commits a range such as `v0.4.0..HEAD` has. Raises CloneError."""
        return int(self.git("rev-list", "--count", commits))

    def describe(self, revision: str = "HEAD") -> str:
        """Return the release that a revision is or follows, and its commit. Raises CloneError.

        This is `0.4.0 (2cf646a5)`, or `0.4.0 + 12 commits (1f3aafce)`.
        """
        commit = self.commit(revision)
        try:
            told = self.git("describe", "--tags", "--long", "--match=v[0-9]*", revision)
        except CloneError:  # older than all releases
            told = ""
        found = _DESCRIPTION.fullmatch(told)
        version, ahead = found.groups() if found else (VERSION, "0")
        later = {"0": "", "1": " + 1 commit"}.get(ahead, f" + {ahead} commits")
        return f"{version}{later} ({commit})"

    def commit(self, revision: str = "HEAD") -> str:
        """Return the short id of a revision's commit. Raises CloneError."""
        return self.git("rev-parse", "--short=8", f"{revision}^{{commit}}")

    def set_up(self) -> None:
        """Install the packages of the release that is checked out. Raises CloneError."""
        command = (str(self.folder / "vidworks"), "--version")
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        done = run_program(command, cwd=self.folder, **output, **self._rights)
        _check_succeeded(done)


def version_of(tag: str) -> Version:
    """Return the numbers of a tag such as `v0.4.0`; none of them for another tag."""
    found = _TAG.fullmatch(tag)
    return tuple(map(int, found.groups())) if found else ()


def _check_succeeded(done: "subprocess.CompletedProcess[str]") -> str:
    """Return what a program printed. Raises CloneError if it failed."""
    if done.returncode != 0:
        reason = done.stderr.strip() or done.stdout.strip()
        raise CloneError(f"{' '.join(done.args[:2])} failed: {reason}")
    return done.stdout.strip()


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"


def _rights_of_owner(folder: Path) -> dict[str, Any]:
    """Return the arguments with which root runs a program as the owner of a folder."""
    status = folder.stat()
    if os.getuid() != 0 or status.st_uid == 0:
        return {}
    try:
        home = pwd.getpwuid(status.st_uid).pw_dir
    except KeyError:
        home = str(folder)
    return {
        "user": status.st_uid,
        "group": status.st_gid,
        "extra_groups": [],
        "env": {**os.environ, "HOME": home},
    }

"""`./vidworks update`: bring a clone to the newest release, after a backup.

Releases are tags such as `v0.4.0`. Git and the setup of packages run as the owner of the clone's
folder, the backup as whoever asked for it. A failure before the end leaves the old release, with
its packages.
"""

import os
import pwd
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from commands.programs import run_program

_TAG = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
_SECTION = re.compile(r"^## (\d+)\.(\d+)\.(\d+)\b.*\n((?:(?!## ).*\n)*)", re.MULTILINE)
_NOTES = re.compile(r"^### Before you update\n+((?:(?!###? ).*\n)*)", re.MULTILINE)

Version = tuple[int, ...]


class UpdateError(Exception):
    """A clone cannot be updated; the message says why, and what to do."""


class Clone:
    """The clone of the repository that the service runs from."""

    def __init__(self, folder: Path) -> None:
        """Raise UpdateError unless the folder is a clone."""
        self.folder = folder
        self._rights = _rights_of_owner(folder)
        if not (folder / ".git").exists():
            raise UpdateError(
                f"{folder} is not a clone of the repository; get the new release as you got this"
                " one (of a container: build the image again)."
            )

    def newest_release(self) -> str:
        """Fetch the releases, and return the tag of the newest. Raises UpdateError."""
        self._git("fetch", "--quiet", "--tags")
        tags = [tag for tag in self._git("tag").splitlines() if _TAG.fullmatch(tag)]
        if not tags:
            raise UpdateError("The repository has no release yet: no tag such as v0.4.0.")
        return max(tags, key=version_of)

    def has(self, tag: str) -> bool:
        """Return whether the clone is at a release, or beyond it."""
        return self._git("rev-list", "--count", f"HEAD..{tag}") == "0"

    def check_unchanged(self, tag: str) -> None:
        """Raise UpdateError if the clone has changes that the release does not."""
        if changed := self._git("status", "--porcelain", "--untracked-files=no"):
            names = ", ".join(line.split(maxsplit=1)[1] for line in changed.splitlines())
            raise UpdateError(f"Files were changed here: {names}. Undo that (git restore) first.")
        if (count := self._git("rev-list", "--count", f"{tag}..HEAD")) != "0":
            raise UpdateError(
                f"This clone has {count} commits that {tag} does not have; update it with git."
            )

    def notes(self, tag: str, current: str) -> str:
        """Return what the changelog says to do before an update to a release."""
        return notes_since(self._git("show", f"{tag}:CHANGELOG.md") + "\n", f"v{current}")

    def move_to(self, tag: str) -> None:
        """Switch to a release, and install its packages. Raises UpdateError."""
        before = self._git("rev-parse", "HEAD")
        self._git("merge", "--quiet", "--ff-only", tag)
        try:
            self._set_up()
        except BaseException as exc:  # also on Ctrl-C and SIGTERM
            self._git("reset", "--quiet", "--keep", before)
            with suppress(UpdateError):  # otherwise the next command tries it again
                self._set_up()
            if not isinstance(exc, UpdateError):
                raise
            raise UpdateError(
                f"The packages of {tag} cannot be installed, and the clone stays as it was: {exc}"
            ) from exc

    def _set_up(self) -> None:
        """Install the packages of the release that is checked out. Raises UpdateError."""
        command = (str(self.folder / "vidworks"), "--version")
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        done = run_program(command, cwd=self.folder, **output, **self._rights)
        _check_succeeded(done)

    def _git(self, *arguments: str) -> str:
        """Return what Git prints; it may ask for a password. Raises UpdateError."""
        command = ("git", *arguments)
        try:
            done = subprocess.run(  # noqa: S603 - the arguments are this module's, and tags that it checked
                command,
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
                **self._rights,
            )
        except FileNotFoundError as exc:
            raise UpdateError("git is not installed.") from exc
        return _check_succeeded(done)


def _check_succeeded(done: "subprocess.CompletedProcess[str]") -> str:
    """Return what a program printed. Raises UpdateError if it failed."""
    if done.returncode != 0:
        raise UpdateError(f"{' '.join(done.args[:2])} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def version_of(tag: str) -> Version:
    """Return the numbers of a tag such as `v0.4.0`."""
    found = _TAG.fullmatch(tag)
    return tuple(map(int, found.groups())) if found else ()


def notes_since(changelog: str, tag: str) -> str:
    """Return the sections *Before you update* of the versions after a release, newest first."""
    sections = {tuple(map(int, numbers)): text for *numbers, text in _SECTION.findall(changelog)}
    newer = [text for version, text in sections.items() if version > version_of(tag)]
    return "\n".join(notes.strip() for text in newer for notes in _NOTES.findall(text))


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

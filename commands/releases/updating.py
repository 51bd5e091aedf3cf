"""`./vidworks update`: bring a clone to the newest release, after a backup.

A failure before the end leaves the old release, with its packages.
"""

import re
from contextlib import suppress

from commands.releases.clone import Clone, CloneError, version_of

_SECTION = re.compile(r"^## (\d+)\.(\d+)\.(\d+)\b.*\n((?:(?!## ).*\n)*)", re.MULTILINE)
_NOTES = re.compile(r"^### Before you update\n+((?:(?!###? ).*\n)*)", re.MULTILINE)


def newest_release(clone: Clone) -> str:
    """Fetch the releases, and return the tag of the newest. Raises CloneError."""
    clone.git("fetch", "--quiet", "--tags")
    releases = clone.releases()
    if not releases:
        raise CloneError("The repository has no release yet: no tag such as v0.4.0.")
    return releases[-1]


def check_unchanged(clone: Clone, tag: str) -> None:
    """Raise CloneError if the clone has changes that the release does not."""
    if changed := clone.changed_files(untracked=False):
        raise CloneError(f"Files were changed here: {changed}. Undo that (git restore) first.")
    if count := clone.count(f"{tag}..HEAD"):
        raise CloneError(
            f"This clone has {count} commits that {tag} does not have; update it with git."
        )


def move_to(clone: Clone, tag: str) -> None:
    """Switch to a release, and install its packages. Raises CloneError."""
    before = clone.git("rev-parse", "HEAD")
    clone.git("merge", "--quiet", "--ff-only", tag)
    try:
        clone.set_up()
    except BaseException as exc:  # also on Ctrl-C and SIGTERM
        clone.git("reset", "--quiet", "--keep", before)
        with suppress(CloneError):  # otherwise the next command tries it again
            clone.set_up()
        if not isinstance(exc, CloneError):
            raise
        raise CloneError(
            f"The packages of {tag} cannot be installed, and the clone stays as it was: {exc}"
        ) from exc


def notes(clone: Clone, tag: str, current: str) -> str:
    """Return what the changelog says to do before an update to a release. Raises CloneError."""
    return notes_since(clone.git("show", f"{tag}:CHANGELOG.md"), f"v{current}")


def notes_since(changelog: str, tag: str) -> str:
    """Return the sections *Before you update* of the versions after a release, newest first."""
    found = _SECTION.findall(f"{changelog}\n")
    sections = {tuple(map(int, numbers)): text for *numbers, text in found}
    newer = [text for version, text in sections.items() if version > version_of(tag)]
    return "\n".join(notes.strip() for text in newer for notes in _NOTES.findall(text))

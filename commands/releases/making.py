"""`./vidworks release`: a version, its section of the changelog, and its tag.

The tag is what `./vidworks update` looks for, and the section *Before you update* what it shows.
"""

import re
from dataclasses import dataclass
from datetime import date

from commands.releases.clone import Clone, CloneError, version_of
from commands.releases.updating import notes_since

BRANCH = "main"
CHANGELOG = "CHANGELOG.md"
STATED = {  # where the version is stated: what is around it
    "settings/version.py": 'VERSION = "{}"',
    "clients/python/pyproject.toml": 'version = "{}"',
    "clients/python/vidworks_client/version.py": '__version__ = "{}"',
}
_UNRELEASED = re.compile(r"^## Unreleased\n((?:(?!## ).*\n?)*)", re.MULTILINE)
_VERSION = re.compile(r'^VERSION = "(.+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Release:
    """A release to be made: new contents of files, and what administrators are told before."""

    version: str
    previous: str
    files: dict[str, str]
    notes: str

    @property
    def tag(self) -> str:
        """The tag of the release."""
        return f"v{self.version}"


def plan_release(clone: Clone, version: str, today: date) -> Release:
    """Return the release of a version. Raises CloneError if it cannot be made, and says why."""
    if not version_of(f"v{version}"):
        raise CloneError(f"{version} is no version; one is 0.4.0, for example.")
    _check_branch(clone)
    previous = _stated_version(clone)
    tag = f"v{version}"
    _check_follows(clone, tag, previous)
    changelog = _dated(_read(clone, CHANGELOG), version, today)
    files = {CHANGELOG: changelog}
    for name, pattern in STATED.items():
        files[name] = _replaced(clone, name, pattern.format(previous), pattern.format(version))
    return Release(version, previous, files, notes_since(changelog, f"v{previous}"))


def make_release(clone: Clone, release: Release) -> None:
    """Commit and tag a release. Raises CloneError after undoing what was done of it."""
    before = clone.git("rev-parse", "HEAD")
    try:
        for name, text in release.files.items():
            (clone.folder / name).write_text(text, encoding="utf-8")
        clone.git("commit", "--quiet", "-m", f"Version {release.version}", "--", *release.files)
        clone.git("tag", "--annotate", "-m", f"Vidworks {release.version}", release.tag)
    except BaseException:  # also on Ctrl-C; nothing else was changed
        if release.tag not in clone.releases():
            clone.git("reset", "--quiet", "--hard", before)
        raise


def _check_branch(clone: Clone) -> None:
    """Raise CloneError unless `main` is checked out, without changes, and not behind its remote."""
    if (branch := clone.git("branch", "--show-current")) != BRANCH:
        raise CloneError(f"Releases are made of {BRANCH}; this is {branch or 'no branch'}.")
    if changed := clone.changed_files(untracked=True):
        raise CloneError(f"What is not committed would not be released: {changed}.")
    if not clone.git("remote"):
        return
    clone.git("fetch", "--quiet", "--tags")
    upstream = clone.git("for-each-ref", "--format=%(upstream:short)", f"refs/heads/{BRANCH}")
    if upstream and clone.count(f"HEAD..{upstream}"):
        raise CloneError(f"{BRANCH} is behind {upstream}: git pull first.")


def _check_follows(clone: Clone, tag: str, previous: str) -> None:
    """Raise CloneError unless a tag is newer than the stated version and than all releases."""
    releases = clone.releases()
    if tag in releases:
        raise CloneError(f"{tag} is released already.")
    if tag == f"v{previous}":
        raise CloneError(
            f"settings/version.py states {previous} already. If only its tag is missing:"
            f" git tag --annotate -m 'Vidworks {previous}' {tag} COMMIT"
        )
    newest = max((f"v{previous}", *releases), key=version_of)
    if version_of(tag) < version_of(newest):
        raise CloneError(f"{tag} is older than {newest}.")


def _stated_version(clone: Clone) -> str:
    found = _VERSION.search(_read(clone, "settings/version.py"))
    if not found or not version_of(f"v{found[1]}"):
        raise CloneError("settings/version.py states no version.")
    return found[1]


def _dated(changelog: str, version: str, today: date) -> str:
    """Return the changelog with what is unreleased below the heading of a version."""
    found = _UNRELEASED.search(changelog)
    if not found or not found[1].strip():
        raise CloneError(f"Nothing to release: {CHANGELOG} says nothing below Unreleased.")
    start = found.start(1)
    return f"{changelog[:start]}\n## {version} - {today.isoformat()}\n{changelog[start:]}"


def _replaced(clone: Clone, name: str, old: str, new: str) -> str:
    text = _read(clone, name)
    lines = text.split("\n")
    if lines.count(old) != 1:
        raise CloneError(f"{name} does not say {old}, once.")
    return "\n".join(new if line == old else line for line in lines)


def _read(clone: Clone, name: str) -> str:
    try:
        return (clone.folder / name).read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise CloneError(f"{name} is missing here.") from exc

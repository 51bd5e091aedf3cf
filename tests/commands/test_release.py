"""`./vidworks release`, in a clone of a small repository with the files that it changes."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands.release import release
from commands.releases.making import STATED
from commands.releases.updating import notes_since
from settings.version import VERSION
from tests.commands.repositories import ENVIRONMENT, git
from tests.programs import needs
from tests.service import ROOT

pytestmark = needs("git")

CHANGELOG = f"""# Changelog

## Unreleased

### Before you update

- **Log in again.**

### Added

- Something.

## {VERSION} - 2020-01-01

- The first.
"""


@pytest.fixture(autouse=True)
def _no_settings_of_git(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def origin(tmp_path):
    """A repository to which releases are pushed, with the version as it is really stated."""
    folder = tmp_path / "work"
    for name in STATED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    git(folder, "init", "-qb", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "all")
    git(tmp_path, "clone", "-q", "--bare", "work", "origin")
    return tmp_path / "origin"


@pytest.fixture
def clone(tmp_path, origin, monkeypatch):
    git(tmp_path, "clone", "-q", "origin", "clone")
    monkeypatch.setattr("commands.release.ROOT", tmp_path / "clone")
    return tmp_path / "clone"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(release, arguments)


def state(clone: Path) -> list[str]:
    """Return what a release changes: the commit, tags, and files."""
    return [git(clone, *of) for of in (["rev-parse", "HEAD"], ["tag"], ["status", "--porcelain"])]


def test_release_has_a_version_a_section_of_the_changelog_and_a_tag(origin, clone):
    before = state(clone)
    today = datetime.now(UTC).date().isoformat()

    planned = run("99.0.0", "--dry-run")
    assert (planned.exit_code, state(clone)) == (0, before), planned.output
    done = run("99.0.0")

    assert done.exit_code == 0, done.output
    assert planned.output.removeprefix("This would release") in done.output.removeprefix("Released")
    assert "- **Log in again.**" in done.output
    for name, pattern in STATED.items():
        assert pattern.format("99.0.0") in (clone / name).read_text()
    changelog = (clone / "CHANGELOG.md").read_text()
    heading = f"## Unreleased\n\n## 99.0.0 - {today}"
    assert changelog == CHANGELOG.replace("## Unreleased", heading)
    assert notes_since(changelog, f"v{VERSION}") == "- **Log in again.**"
    assert git(clone, "log", "-1", "--format=%s") == "Version 99.0.0"
    assert git(clone, "cat-file", "-t", "v99.0.0") == "tag"
    assert git(clone, "rev-parse", "v99.0.0^{}") == git(clone, "rev-parse", "HEAD")

    [push] = re.findall("git (push .*)", done.output)
    git(clone, *push.split())
    assert git(origin, "describe", "main") == "v99.0.0"
    assert "Nothing to release" in run("99.1.0").output


def test_undoing_what_was_not_pushed_leaves_nothing(clone):
    before = state(clone)

    [undo] = re.findall("undo it .*: (.*)", run("99.0.0").output)
    for command in undo.split(" && "):
        git(clone, *command.split()[1:])

    assert state(clone) == before


@pytest.mark.parametrize(
    ("version", "change", "reason"),
    [
        ("v99.0.0", None, "v99.0.0 is no version; one is 0.4.0, for example."),
        ("99.0", None, "99.0 is no version"),
        ("0.0.9", None, f"v0.0.9 is older than v{VERSION}."),
        (
            VERSION,
            None,
            f"settings/version.py states {VERSION} already. If only its tag is missing:",
        ),
        ("99.0.0", ["tag", "v99.0.0"], "v99.0.0 is released already."),
        ("99.0.0", ["tag", "v99.1.0"], "v99.0.0 is older than v99.1.0."),
        ("99.0.0", ["switch", "-qc", "other"], "Releases are made of main; this is other."),
        ("99.0.0", ["switch", "-q", "--detach"], "Releases are made of main; this is no branch."),
        ("99.0.0", ["rm", "-q", "settings/version.py"], "not be released: settings/version.py."),
    ],
)
def test_what_cannot_be_released_is_refused(clone, version, change, reason):
    if change:
        git(clone, *change)
    before = state(clone)

    planned, done = run(version, "--dry-run"), run(version)

    assert planned.exit_code == done.exit_code == 1
    assert reason in done.output
    assert planned.output == done.output
    assert state(clone) == before


def test_new_file_that_was_not_committed_is_named(clone):
    (clone / "forgotten.py").touch()

    assert "would not be released: forgotten.py." in run("99.0.0").output


def test_clone_that_lacks_commits_of_others_is_refused(clone, origin):
    git(origin.parent / "work", "commit", "-q", "--allow-empty", "-m", "of others")
    git(origin.parent / "work", "push", "-q", str(origin), "main")

    assert "main is behind origin/main: git pull first." in run("99.0.0").output


@pytest.mark.parametrize("name", [*STATED])
def test_file_that_does_not_state_the_version_is_named(clone, name):
    path = clone / name
    path.write_text(path.read_text().replace(f'"{VERSION}"', '"0.0.1"'))
    git(clone, "commit", "-qam", "other")

    assert run("99.0.0").exit_code == 1
    if name != "settings/version.py":  # which says what the others should state
        assert f"{name} does not say" in run("99.0.0").output


@pytest.mark.parametrize("hook", ["pre-commit", "reference-transaction"])
def test_failure_leaves_nothing_of_the_release(clone, hook):
    """The second hook lets Git commit, but not tag."""
    script = clone / ".git" / "hooks" / hook
    script.parent.mkdir(exist_ok=True)
    script.write_text("#!/bin/sh\n! grep -q refs/tags || exit 1\n")
    if hook == "pre-commit":
        script.write_text("#!/bin/sh\necho not today >&2; exit 1\n")
    script.chmod(0o755)
    before = state(clone)

    done = run("99.0.0")

    assert done.exit_code == 1
    assert f"git {'commit' if hook == 'pre-commit' else 'tag'} failed" in done.output
    assert state(clone) == before

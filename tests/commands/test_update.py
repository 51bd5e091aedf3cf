"""`./vidworks update`, in a clone of a small repository with releases."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from commands.releases.updating import notes_since
from commands.update import update
from settings.version import VERSION
from tests.commands.repositories import git
from tests.jobs.helpers import until
from tests.programs import needs
from tests.service import ROOT

pytestmark = needs("git")

SCRIPT = '#!/bin/sh\ncd "$(dirname "$0")" && echo "$(cat release): $*" >>../calls\n'
CHANGELOG = """# Changelog

## Unreleased

### Before you update

Not yet.

## 99.1.0 - 2027-01-01

### Before you update

- **Log in again.**

### Added

- Something.

## 99.0.0 - 2027-01-01

### Before you update

- **Copy the nginx site.**

## 0.1.0 - 2020-01-01

### Before you update

Long done.
"""


def release(folder: Path, name: str, script: str = SCRIPT, notes: str = "# Changelog\n") -> None:
    """Commit a release; its `./vidworks` notes what it was called with."""
    (folder / "release").write_text(name)
    (folder / "CHANGELOG.md").write_text(notes)
    (folder / "vidworks").write_text(script)
    (folder / "vidworks").chmod(0o755)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", name)
    git(folder, "tag", "--annotate", "-m", name, name)


@pytest.fixture
def origin(tmp_path):
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "-qb", "main")
    release(folder, f"v{VERSION}")
    return folder


@pytest.fixture
def clone(tmp_path, origin, monkeypatch):
    git(tmp_path, "clone", "-q", "origin", "clone")
    monkeypatch.setattr("commands.update.ROOT", tmp_path / "clone")
    return tmp_path / "clone"


def run(*options: str, answer: str = "") -> Result:
    return CliRunner().invoke(update, options, input=answer)


def calls(clone: Path) -> list[str]:
    """Return what `./vidworks` was called with, after the release that it was of."""
    path = clone.parent / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_newest_release_is_installed_after_a_backup(origin, clone):
    release(origin, "v99.9.0")
    release(origin, "v99.10.0")
    git(origin, "commit", "-q", "--allow-empty", "-m", "not released")

    done = run()

    assert done.exit_code == 0, done.output
    archive = clone / "before-v99.10.0.tar"
    assert calls(clone) == [f"v{VERSION}: backup --force {archive}", "v99.10.0: --version"]
    assert git(clone, "describe", "--tags") == "v99.10.0"
    assert git(clone, "branch", "--show-current") == "main"  # so that `git pull` still works
    assert "nothing to update" in run().output


def test_old_and_new_version_are_told_in_the_same_form_with_the_way_back(origin, clone):
    git(clone, "commit", "-q", "--allow-empty", "-m", "one")
    git(clone, "commit", "-q", "--allow-empty", "-m", "two")
    git(clone, "push", "-q", "origin", "HEAD:later")
    git(origin, "merge", "-q", "later")
    release(origin, "v99.0.0", notes=CHANGELOG)
    old, new = (git(origin, "rev-parse", "--short=8", name) for name in ("later", "v99.0.0^{}"))
    before, after = f"{VERSION} + 2 commits ({old})", f"99.0.0 ({new})"

    checked, done = run("--check"), run("--yes")

    assert f"This is Vidworks {before}; the newest release is {after}.\n" in checked.output
    assert f"Updated from {before} to {after}." in done.output
    assert re.findall("^  (.*)$", done.output, re.MULTILINE) == [
        f"git reset --hard {old}",
        "./vidworks restore --replace before-v99.0.0.tar",
    ]
    assert f"This is Vidworks {after}; the newest release is {after}: nothing" in run().output


def test_going_back_works_as_documented(origin, clone):
    release(origin, "v99.0.0")
    printed = re.findall("^  (.*)$", run().output, re.MULTILINE)
    text = (ROOT / "docs" / "deployment.md").read_text()
    [block] = re.findall(r"^To go back(?:.*\n)+?```sh\n((?:.*\n)+?)```$", text, re.MULTILINE)
    old = git(clone, "rev-parse", "--short=8", f"v{VERSION}^{{}}")
    own = block.replace("v0.3.0", old).replace("v0.4.0", "v99.0.0").splitlines()

    assert [line.removeprefix("runuser -u vidworks -- ") for line in own] == printed
    for line in printed:
        subprocess.run(line.split(), cwd=clone, check=True, stdout=subprocess.DEVNULL)

    assert git(clone, "describe", "--tags") == f"v{VERSION}"
    assert calls(clone)[-1] == f"v{VERSION}: restore --replace before-v99.0.0.tar"
    assert run("--no-backup").exit_code == 0  # and forward again


def test_data_directory_that_was_moved_is_no_change(origin, clone):
    """The repository has a file in it."""
    (origin / "data").mkdir()
    (origin / "data" / "README.md").write_text("Data are here.")
    release(origin, "v99.0.0")
    run("--no-backup")
    shutil.rmtree(clone / "data")
    release(origin, "v99.1.0")

    done = run("--no-backup")

    assert done.exit_code == 0, done.output
    assert git(clone, "describe", "--tags") == "v99.1.0"


def test_what_the_changelog_says_is_shown_and_asked_about(origin, clone):
    release(origin, "v99.1.0", notes=CHANGELOG)

    refused, checked = run(answer="n\n"), run("--check")

    assert "- **Log in again.**\n- **Copy the nginx site.**\n" in refused.output
    assert (refused.exit_code, checked.exit_code, calls(clone)) == (1, 0, [])
    assert run("--yes", "--no-backup").exit_code == 0
    assert calls(clone) == ["v99.1.0: --version"]


def test_failures_leave_the_old_release(origin, clone):
    release(origin, "v99.0.0", "#!/bin/sh\necho no network >&2; exit 1\n")

    done = run()

    assert "The packages of v99.0.0 cannot be installed" in done.output
    assert "no network" in done.output
    assert git(clone, "describe", "--tags") == f"v{VERSION}"
    assert calls(clone) != []

    (clone / "vidworks").write_text("changed")
    assert "Files were changed here: vidworks." in run().output
    git(clone, "commit", "-qam", "own")
    assert "This clone has 1 commits that v99.0.0 does not have" in run().output
    git(clone, "reset", "-q", "--hard", f"v{VERSION}")
    (clone / "vidworks").write_text("#!/bin/sh\nexit 1\n")
    git(clone, "update-index", "--assume-unchanged", "vidworks")
    assert "Nothing was updated, since the backup failed." in run().output


def test_update_that_is_terminated_ends_the_setup_and_leaves_the_old_release(origin, clone):
    pip = clone.parent / "pip"
    release(
        origin,
        "v99.0.0",
        f"#!/bin/sh\nsleep 1000 &\necho $! >{pip}.new\nmv {pip}.new {pip}\nwait\n",
    )

    def terminate() -> None:
        until(pip.exists)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=terminate).start()
    done = run("--no-backup")

    assert done.exit_code == 128 + signal.SIGTERM
    assert until(lambda: is_over(int(pip.read_text())))
    assert git(clone, "describe", "--tags") == f"v{VERSION}"
    assert calls(clone) == [f"v{VERSION}: --version"]  # its packages are there again


def is_over(process: int) -> bool:
    """Return whether a process has ended; what it started may be left to nobody who notices."""
    try:
        return not Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:
        return True


def test_folder_that_is_no_clone_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("commands.update.ROOT", tmp_path)

    assert f"{tmp_path} is not a clone of the repository" in run().output


def test_notes_are_those_of_newer_releases():
    assert notes_since(CHANGELOG, "v99.0.0") == "- **Log in again.**"
    assert notes_since(CHANGELOG, "v99.1.0") == ""

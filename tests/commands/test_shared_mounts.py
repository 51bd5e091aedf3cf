"""`doctor --shared`: what two mounts of a data directory promise (tests/nodes has real ones)."""

import os

import pytest

from commands.doctor import shared_mounts
from tests.command_line import run_command

pytestmark = pytest.mark.slow


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "data"
    root.mkdir()
    (root / "README.md").touch()
    return root


def test_two_paths_of_a_local_directory_keep_all_promises(root):
    (root.parent / "other").symlink_to(root)

    promises = list(shared_mounts.check_mounts(root, root.parent / "other"))

    assert len(promises) == 6
    assert [promise for promise in promises if promise.advice] == []
    assert os.listdir(root) == ["README.md"]


def test_the_mount_of_the_data_directory_itself_is_refused(root):
    (root / ".lock").touch()  # as the first start does

    done = run_command(root, "doctor", "--shared", root)

    assert done.returncode == 2
    assert "mount the volume a second time" in done.stderr


def test_another_directory_fails(root):
    (root / ".lock").touch()
    (root.parent / "other").mkdir()

    done = run_command(root, "doctor", "--shared", root.parent / "other")

    assert done.returncode == 1
    assert done.stdout.startswith("Both are the same directory: no. ")
    assert os.listdir(root.parent / "other") == []

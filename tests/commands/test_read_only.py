"""Data that are read-only, such as a snapshot: what only reads works, the rest is refused."""

import shutil

import pytest

from storage.paths import LOCK, NODES
from tests.command_line import run_command
from tests.mounting import CAN_MOUNT, read_only
from tests.reliability.data import leftovers

pytestmark = pytest.mark.skipif(not CAN_MOUNT, reason="mounting is not permitted here")


def test_snapshot_is_backed_up_checked_and_listed(data, tmp_path):
    """Also for a node that the snapshot does not know, and where nothing was ever locked."""
    (data.work / "media" / "stray.jpg").write_bytes(b"stray")
    (data.root / ".tmp-interrupted").touch()
    for lock in data.root.rglob(LOCK):
        lock.unlink()
    shutil.rmtree(data.root / NODES, ignore_errors=True)
    archive = tmp_path / "vidworks.tar"

    with read_only(data.root):
        users = run_command(data.root, "users", "list", NODE="a")
        tokens = run_command(data.root, "tokens", "list")
        doctor = run_command(data.root, "doctor")
        made = run_command(data.root, "backup", archive)

    assert "ana@example.com" in users.stdout
    assert "ana@example.com" in tokens.stdout
    assert doctor.stdout.count("stray.jpg") == 1
    assert "Problems found: 1." in doctor.stdout
    assert (users.returncode, tokens.returncode, doctor.returncode) == (0, 0, 1)
    assert made.returncode == 0, made.stderr
    assert "the time of this backup is not noted in them" in made.stderr
    restored = run_command(tmp_path / "new", "restore", archive)
    assert "Restored 1 user, 1 token, 1 project" in restored.stdout
    assert (data.root / ".tmp-interrupted").exists()


def test_what_writes_to_read_only_data_is_refused(data, tmp_path):
    archive = tmp_path / "vidworks.tar"
    assert run_command(data.root, "backup", archive).returncode == 0

    with read_only(data.root):
        repair = run_command(data.root, "doctor", "--repair")
        restore = run_command(data.root, "restore", archive)
        logout = run_command(data.root, "users", "logout", "ana@example.com")

    assert f"Error: {data.root} is read-only: nothing can be repaired there." in repair.stderr
    for refused in (restore, logout):
        assert "Error: DATA_DIR cannot be used: [Errno 30] Read-only file system" in refused.stderr
    assert leftovers(data.root) == []

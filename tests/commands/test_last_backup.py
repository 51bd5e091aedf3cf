"""The last good backup, as `doctor`, the start of the service and its metrics tell of it."""

import json
import re

import pytest

from storage.clock import DAY_MS, now_ms
from storage.paths import LAST_BACKUP
from tests.command_line import run_command
from tests.service import CommandService

NONE_YET = "no backup of this data has been made yet: `./vidworks backup FILE` makes one."
TOKEN = "a token for prometheus"


def test_doctor_says_when_the_last_good_backup_was_made(data, tmp_path):
    before = run_command(data.root, "doctor")
    failed = run_command(data.root, "backup", tmp_path / "missing" / "vidworks.tar")
    made = run_command(data.root, "backup", tmp_path / "vidworks.tar")
    after = run_command(data.root, "doctor")

    assert f"Note: {NONE_YET}" in before.stderr
    assert (failed.returncode, made.returncode, after.returncode) == (1, 0, 0)
    told = rf"Note: the last backup was made \d+ seconds? ago, {tmp_path}/vidworks\.tar\."
    assert re.search(told, after.stderr)
    assert LAST_BACKUP not in made.stderr  # as a foreign file


def test_note_that_is_damaged_counts_as_none(data):
    for damage in ("", "[]", '{"time": "x", "file": "y"}'):
        (data.root / LAST_BACKUP).write_text(damage)

        assert NONE_YET in run_command(data.root, "doctor").stderr


@pytest.mark.slow  # two starts of the service
def test_start_warns_of_an_old_backup_and_metrics_have_its_age(tmp_path):
    service = CommandService(tmp_path / "data", METRICS_TOKEN=TOKEN)
    service.start()
    service.register()
    nothing = service.request("GET", "/metrics", token=TOKEN).body.decode()
    service.stop()
    noted = {"time": now_ms() - 2 * DAY_MS, "file": "/backups/a.tar\n\x1b[2J"}
    (service.data_dir / LAST_BACKUP).write_text(json.dumps(noted))
    service.start()
    metrics = service.request("GET", "/metrics", token=TOKEN).body.decode()
    service.stop()

    assert "last_backup_age" not in nothing
    [age] = re.findall(r"^vidworks_last_backup_age_seconds (\S+)$", metrics, re.M)
    assert 2 * 86_400 <= float(age) < 2 * 86_400 + 300
    log = service.log.read_text()
    warning = r"Warning: the last backup was made 2 days .*ago, /backups/a\.tar\?\?\[2J\."
    assert re.search(warning, log)
    assert NONE_YET not in log  # at the first start, there was nothing to back up

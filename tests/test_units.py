"""The systemd units of deploy/."""

import re
import subprocess

import pytest

from settings.config import Settings
from tests.programs import needs
from tests.service import ROOT

UNITS = ROOT / "deploy"


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", ["vidworks.service", "vidworks-backup.service"])
def test_unit_is_hardened(unit):
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNITS / unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-500:] + done.stderr  # more than 2.0 of 10


def test_stop_of_the_unit_waits_for_paid_requests():
    [seconds] = re.findall(
        r"^TimeoutStopSec=(\d+)$", (UNITS / "vidworks.service").read_text(), re.M
    )

    assert int(seconds) > Settings.provider_timeout + 10


@needs("systemd-analyze")
def test_units_are_valid_and_a_failed_backup_is_reported(tmp_path):
    for unit in UNITS.glob("vidworks*.*"):
        text = unit.read_text().replace("/opt/vidworks/vidworks", "/bin/true")
        (tmp_path / unit.name).write_text(text.replace("/usr/local/bin/juicefs", "/bin/true"))
    command = ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert [line for line in done.stderr.splitlines() if "vidworks" in line] == []
    [reported] = re.findall(
        r"^OnFailure=(.+)$", (tmp_path / "vidworks-backup.service").read_text(), re.M
    )
    assert (tmp_path / reported).is_file()


def test_data_directory_elsewhere_can_be_written_by_the_service_and_its_backup(tmp_path):
    page = (ROOT / "docs" / "deployment.md").read_text()
    section = page.partition("### A data directory elsewhere")[2]
    [commands] = re.findall(r"```sh\n(.*?)```", section.partition("\n### ")[0], re.S)
    for old, new in {
        "/etc": f"{tmp_path}/etc",
        "/srv": f"{tmp_path}/srv",
        "-o vidworks ": "",
        "systemctl": "true",
    }.items():
        commands = commands.replace(old, new)

    subprocess.run(["sh", "-euc", commands], cwd=ROOT, check=True)

    assert (tmp_path / "srv" / "vidworks" / "data").stat().st_mode & 0o777 == 0o700
    for unit in ("vidworks", "vidworks-backup"):
        [addition] = (tmp_path / "etc/systemd/system" / f"{unit}.service.d").iterdir()
        assert "\nReadWritePaths=/srv/vidworks\n" in addition.read_text()
        assert "ReadWritePaths=/opt/vidworks/data" in (UNITS / f"{unit}.service").read_text()

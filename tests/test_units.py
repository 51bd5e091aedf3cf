"""The systemd units of deploy/."""

import re
import subprocess

import pytest

from config import Settings
from tests.programs import needs
from tests.service import ROOT

UNITS = ROOT / "deploy"


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", ["vidworks.service", "vidworks-backup.service"])
def test_unit_is_hardened(unit: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNITS / unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-500:] + done.stderr  # more than 2.0 of 10


def test_stop_of_the_unit_waits_for_paid_requests() -> None:
    [seconds] = re.findall(
        r"^TimeoutStopSec=(\d+)$", (UNITS / "vidworks.service").read_text(), re.M
    )

    assert int(seconds) > Settings.provider_timeout + 10

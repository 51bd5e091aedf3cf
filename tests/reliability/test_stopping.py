"""The service stops at once when nothing is in progress."""

from pathlib import Path

import pytest

from tests.service import Service

pytestmark = pytest.mark.slow


def test_stop_while_workers_are_being_started_reaches_all_of_them(tmp_path: Path) -> None:
    """`Service.start` returns when the first worker responds, `stop` fails after 30 s."""
    service = Service(tmp_path / "data", WORKERS=8, THREADS=1, FSYNC=0)
    for _ in range(8):
        service.start()
        service.stop()

    assert "was sent" not in service.log.read_text()  # that a signal killed a worker

"""A disk that is full, one that cannot be written, and documents that cannot be read.

The disk is a small tmpfs, mounted for each test. Where mounting is not permitted, the tests run in
a user namespace of their own, in which it is.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.paths import LEFTOVERS
from tests.reliability.conftest import Run
from tests.reliability.media import MULTIPART, as_part, sealed, version_of
from tests.service import Answer, Client, Service

MOUNTING = subprocess.run(
    "d=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d; e=$?; rmdir $d; exit $e",
    shell=True, check=False, capture_output=True,
).returncode == 0  # fmt: skip
needs_mounting = pytest.mark.skipif(
    not MOUNTING, reason="mounting is not permitted here; see test_in_a_namespace"
)

VIDEO = {"Content_Type": "video/mp4"}


@pytest.fixture
def disk(tmp_path: Path, services: list[Service]) -> Iterator[Path]:
    """A disk of 12 MB of its own."""
    path = tmp_path / "disk"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", path], check=True)
    yield path
    for service in services:
        service.stop()
    subprocess.run(["umount", path], check=True)


@pytest.fixture
def service(run: Run, disk: Path) -> Service:
    return run(disk / "data")


@pytest.fixture
def ana(service: Service) -> Client:
    return service.client(service.register())


@pytest.fixture
def project(ana: Client) -> str:
    return ana.new_project()


@pytest.fixture
def work(ana: Client, project: str) -> str:
    """A work with a video."""
    work = ana.new_work(project, name="before")
    assert ana.put(f"{work}/media/reference", sealed(1, 1_000_000), **VIDEO).status == 200
    return work


@pytest.mark.skipif(MOUNTING, reason="mounting is permitted here")
def test_in_a_namespace() -> None:
    unshare = shutil.which("unshare")
    inside = [unshare, "-rm", sys.executable, "-m", "pytest", "-p", "no:cacheprovider", __file__]
    if "NAMESPACE" in os.environ or not unshare or subprocess.run([unshare, "-rm", "true"]).returncode:
        pytest.skip("neither mount nor unshare -rm is permitted here")
    subprocess.run(inside, check=True, env={**os.environ, "NAMESPACE": "1"})

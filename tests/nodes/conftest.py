"""Fixtures: a volume with two mounts."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.nodes import volume
from tests.nodes.volume import Mount, MountError, Volume


class Mounts(NamedTuple):
    """A volume, mounted twice, as on two machines."""

    volume: Volume
    a: Mount
    b: Mount


@pytest.fixture(scope="module")
def mounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mounts]:
    """A new volume with two mounts; nothing of it remains mounted or running."""
    if reason := volume.missing():
        pytest.skip(reason)
    with Volume.running(tmp_path_factory.mktemp("volume")) as created:
        try:
            mounted = Mounts(created, created.mount("a"), created.mount("b"))
        except MountError as exc:
            pytest.skip(f"mounting is not allowed here: {exc}")
        yield mounted

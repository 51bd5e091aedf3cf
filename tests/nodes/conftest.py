"""Fixtures: a volume with two mounts, and a service on each."""

from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from tests.export.recorded_ffmpeg import RecordedFFmpeg
from tests.nodes import volume
from tests.nodes.node import Node
from tests.nodes.volume import Mount, MountError, Volume
from tests.service import Client
from tests.simultaneous import at_once


class Mounts(NamedTuple):
    """A volume, mounted twice, as on two machines."""

    volume: Volume
    a: Mount
    b: Mount


@pytest.fixture(scope="module")
def mounts(tmp_path_factory):
    """A new volume with two mounts; nothing of it remains mounted or running."""
    if reason := volume.missing():
        pytest.skip(reason)
    with Volume.running(tmp_path_factory.mktemp("volume")) as created:
        try:
            mounted = Mounts(created, created.mount("a"), created.mount("b"))
        except MountError as exc:
            pytest.skip(f"mounting is not allowed here: {exc}")
        yield mounted


class Nodes(NamedTuple):
    """Two nodes on the mounts of one volume, and a client of each, of the same user."""

    volume: Volume
    a: Node
    b: Node
    ana: Client
    ana_at_b: Client


@pytest.fixture(scope="module")
def shared_ffmpeg(tmp_path_factory):
    """The FFmpeg of both nodes."""
    return RecordedFFmpeg(tmp_path_factory.mktemp("ffmpeg"))


@pytest.fixture
def ffmpeg(shared_ffmpeg):
    """The FFmpeg of both nodes, at full speed again after the test."""
    yield shared_ffmpeg
    shared_ffmpeg.speed_up()


@pytest.fixture(scope="module")
def running_nodes(mounts, shared_vendors, shared_ffmpeg):
    """Two running nodes, which are stopped at the end, and the token of a user."""
    settings: dict[str, Any] = {"WORKERS": 2, "PROVIDER_POLL": 0.1, **shared_vendors.environ()}
    settings["INTRANET_HOSTS"] = "127.0.0.1"  # servers of tests
    settings["FFMPEG"] = shared_ffmpeg.program
    node_a, node_b = Node(mounts.a, "a", **settings), Node(mounts.b, "b", **settings)
    with ExitStack() as started:
        for node in (node_a, node_b):
            started.callback(node.stop)
        at_once([node_a.start, node_b.start])
        yield node_a, node_b, node_a.register()


@pytest.fixture
def nodes(mounts, running_nodes):
    """Two running nodes, with new connections."""
    node_a, node_b, token = running_nodes
    return Nodes(mounts.volume, node_a, node_b, node_a.client(token), node_b.client(token))


@pytest.fixture
def vendors(shared_vendors):
    """The fake vendors of the nodes, without rules and records."""
    shared_vendors.reset()
    return shared_vendors

"""Exports of one node that another one helps with, and which of them rendered what."""

from collections import Counter
from pathlib import Path

from storage.files.trees import list_names, remove_tree
from tests.export.recorded_ffmpeg import RecordedFFmpeg
from tests.export.sources import Sources
from tests.jobs.helpers import until
from tests.nodes.conftest import Nodes
from tests.reliability.test_crash_of_exports import new_work, start


def parts(ffmpeg: RecordedFFmpeg, job: str) -> Counter[str]:
    """Return how many parts of an export each node began to render; its own node is `""`."""
    directory = f"/working/{job.rpartition('/')[2]}/"
    paths = [call.rpartition(directory)[2] for call in ffmpeg.calls(directory)]
    return Counter(path.partition("run-")[0] for path in paths if "run-" in path)


def start_with_help(
    nodes: Nodes, ffmpeg: RecordedFFmpeg, directory: Path, clips: int, rate: float = 0.3
) -> str:
    """Start an export at node a; return its path as soon as node b renders parts of it."""
    work = new_work(nodes.ana, Sources(directory), clips)
    remove_tree(nodes.a.data_dir / "cache" / "segments")  # of the same clips in other tests
    ffmpeg.slow_down("run-", rate)
    job = start(nodes.ana, work)
    until(lambda: parts(ffmpeg, job)["node-b/"])
    return job


def working(nodes: Nodes) -> list[str]:
    """Return the working directories of exports, which should not outlive them."""
    return list_names(nodes.a.data_dir / "cache" / "working")

"""Several machines render one export: nodes that are idle help the one that runs the job.

They render batches of segments, each of them on one node, and put the segments into the cache:

    cache/working/<job id>/     of the node that runs the job
        batch-<key>             a lock for each batch, held while it is rendered
        node-<name>/            of a node that helps, with the segments that it has provided so far

A batch that two nodes render all the same, as a lock has lapsed, is no harm: the first one is kept.
When a node helps is decided in jobs/assistance.py.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from errors import ServiceError
from export.render.copying import copied_parts
from export.render.filters import look_of
from export.render.preparation import (
    DiskSpace,
    directory_of,
    prepare,
    request_of,
    segment_cache,
    working_directory,
)
from export.render.segments import Helpers, SegmentRenderer
from jobs.concurrency import check_others
from jobs.run import JobRun
from media.ffmpeg import FFmpegError
from media.limits import StoppedError
from media.processes import Check
from storage.files.trees import list_names
from storage.limits import StorageLimits
from storage.locking.locks import FileLock

_log = logging.getLogger("vidworks.export")

_NODE = "node-"
_SEGMENT = re.compile(r"segment-(\d+)\.mp4")
# Between looks at a batch that another node renders, and until it is rendered here all the same.
_LOOK_SECONDS, _PATIENCE_SECONDS = 0.25, 10.0
_END_SECONDS = 0.5  # between looks whether the export has ended


def helpers_of(run: JobRun) -> Helpers:
    """Return those who help with the export that a job makes: nobody if there is one node."""
    return OtherNodes(directory_of(run)) if run.store.nodes.own else Helpers()


def assist(run: JobRun, check: Check) -> None:
    """Render segments of an export that another node runs, until `check` raises.

    What cannot be rendered, the other node will find out as well.
    """
    shared = directory_of(run)
    with working_directory(shared / f"{_NODE}{run.store.nodes.own}") as directory:
        try:
            _render_for(shared, run, directory, check)
        except (ServiceError, FFmpegError, StoppedError) as exc:
            _log.warning("job %s: this node cannot help: %s", run.ref.id, exc)
        finally:
            if count := sum(1 for _ in directory.glob("run-*")):
                _log.info("job %s: %d parts were rendered for another node", run.ref.id, count)
        while True:  # until the export has ended: the same node would start to help again
            check()
            time.sleep(_END_SECONDS)


def _render_for(shared: Path, run: JobRun, directory: Path, check: Check) -> None:
    """Render what the node with the working directory `shared` has not rendered yet."""
    where, timeline = request_of(run)
    if timeline.is_sound:
        return  # which one program mixes
    cache = segment_cache(run.store, run.settings)
    space = DiskSpace(StorageLimits(run.store, run.settings), cache)

    def check_all() -> None:
        check()
        space.check()
        check_others()

    plan, media, overlays = prepare(where, timeline, directory, check_all, check_all)
    look = look_of(timeline, plan)
    if copied_parts(timeline, plan, media, look) is None:
        renderer = SegmentRenderer(plan, media, overlays, look, directory, cache, check_all)
        OtherNodes(shared).provide_last_first(renderer)


class OtherNodes(Helpers):
    """The other nodes that help to render an export from this working directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def provide_all(self, renderer: SegmentRenderer, beside: Callable[[], None]) -> None:
        """Provide all segments, those last that others render; another function runs beside."""
        taken: list[Sequence[int]] = []

        def provide(batch: Sequence[int]) -> None:
            if not self._provide(renderer, batch):
                taken.append(batch)

        renderer.run([beside, *(partial(provide, batch) for batch in renderer.batches())])
        renderer.run([partial(self._wait_for, renderer, batch) for batch in taken])

    def provide_last_first(self, renderer: SegmentRenderer) -> None:
        """Put segments into the cache for the export's own node, which renders the first ones.

        Those that others render meanwhile are left out.
        """
        tasks = [partial(self._provide, renderer, batch) for batch in renderer.batches()]
        renderer.run(tasks[::-1])

    def provided(self) -> set[int]:
        """Return the numbers of the segments that nodes that help have provided."""
        nodes = [name for name in list_names(self._directory) if name.startswith(_NODE)]
        names = (name for node in nodes for name in list_names(self._directory / node))
        return {int(match[1]) for match in map(_SEGMENT.fullmatch, names) if match is not None}

    def _provide(self, renderer: SegmentRenderer, batch: Sequence[int]) -> bool:
        """Put a batch of segments into the renderer's directory, unless another node renders it."""
        renderer.check()
        with self._hold(renderer.key(batch)) as held:
            if held:
                renderer.provide(batch)
        return held

    def _wait_for(self, renderer: SegmentRenderer, batch: Sequence[int]) -> None:
        """Put a batch that another node renders into the renderer's directory.

        If that node has died, its lock is free. One that is slow or hangs is not waited for.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._provide(renderer, batch):
            if time.monotonic() > deadline:
                renderer.provide(batch)
                return
            renderer.on_frames(batch[0], 0.0)
            time.sleep(_LOOK_SECONDS)

    @contextmanager
    def _hold(self, key: str) -> Iterator[bool]:
        """Hold the batch with this key; yield whether it is held, and by no other node.

        Raises NotFoundError if the directory is missing, as the export has ended.
        """
        lock = FileLock.try_acquire(self._directory, f"batch-{key}")
        try:
            yield lock is not None
        finally:
            if lock is not None:
                lock.release()

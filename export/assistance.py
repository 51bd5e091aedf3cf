"""Rendering segments of an export that another node runs (see jobs/assistance.py)."""

import logging
import time

from errors import ServiceError
from export.copying import copied_parts
from export.preparation import directory_of, prepare, request_of, segment_cache, working_directory
from export.room import Room
from export.segment_rendering import SegmentRenderer, look_of
from export.shared_batches import SharedBatches, helpers_directory
from jobs.run import JobRun
from media.ffmpeg import FFmpegError
from media.limits import StoppedError
from media.processes import Check
from storage.limits import StorageLimits

_log = logging.getLogger("vidworks.export")

_END_SECONDS = 0.5  # between looks whether the export has ended


def assist(run: JobRun, check: Check) -> None:
    """Render segments of an export that another node runs, until `check` raises.

    They get there by the cache. What cannot be rendered, the other node will find out as well.
    """
    where, timeline = request_of(run)
    cache = segment_cache(run.store, run.settings)
    room = Room(StorageLimits(run.store, run.settings), cache)

    def check_all() -> None:
        check()
        room.check()

    shared = directory_of(run)
    with working_directory(helpers_directory(shared, run.store.nodes.own)) as directory:
        try:
            plan, media, overlays = prepare(where, timeline, directory, check_all, check_all)
            look = look_of(timeline, plan)
            if copied_parts(timeline, plan, media, look) is None:
                SegmentRenderer(
                    plan,
                    media,
                    overlays,
                    look,
                    directory,
                    cache,
                    check_all,
                    shared=SharedBatches(shared),
                ).provide_for_another()
        except (ServiceError, FFmpegError, StoppedError) as exc:
            _log.warning("job %s: this node cannot help: %s", run.ref.id, exc)
        finally:
            if count := sum(1 for _ in directory.glob("run-*")):
                _log.info("job %s: %d parts were rendered for another node", run.ref.id, count)
        while True:  # until the export has ended: the same node would start to help again
            check()
            time.sleep(_END_SECONDS)

"""`GET /metrics`: what Prometheus asks for (see web/metrics.py)."""

import hmac
import os
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request

from errors import UnauthenticatedError
from settings.version import VERSION
from storage import last_backup
from storage.errors import NotFoundError, UnreadableError
from storage.store import Store
from web.context import settings, store
from web.guard import credential_of, public

if TYPE_CHECKING:
    from prometheus_client import Metric

blp = Blueprint("metrics", __name__)


@blp.route("/metrics", methods=["GET"])
@public
def get_metrics() -> Response:
    """Report the counts of all processes, unfinished jobs and the disk, to METRICS_TOKEN only."""
    expected = settings().metrics_token
    if not expected:
        abort(404)
    if not hmac.compare_digest(credential_of(request).token.encode(), expected.encode()):
        raise UnauthenticatedError("Invalid token")
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_DataDirectory(store()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _DataDirectory:
    """What is measured when it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> "Iterator[Metric]":
        """Yield the version, unfinished jobs, the age of the last backup, the space of the disk."""
        from prometheus_client.core import GaugeMetricFamily

        build = GaugeMetricFamily("vidworks_build_info", "The version", labels=("version",))
        build.add_metric((VERSION,), 1)
        yield build
        jobs = GaugeMetricFamily(
            "vidworks_unfinished_jobs", "Unfinished jobs", labels=("kind", "state")
        )
        for labels, count in self._count_jobs().items():
            jobs.add_metric(labels, count)
        yield jobs
        if backup := last_backup.last(self._store.root):
            yield GaugeMetricFamily(
                "vidworks_last_backup_age_seconds",
                "Age of the last good backup",
                backup.age_ms / 1000,
            )
        disk = os.statvfs(self._store.root)
        for name, text, blocks in (
            ("free", "Free space on the disk of the data directory", disk.f_bavail),
            ("used", "Used space on the disk of the data directory", disk.f_blocks - disk.f_bfree),
        ):
            yield GaugeMetricFamily(f"vidworks_disk_{name}_bytes", text, blocks * disk.f_frsize)

    def _count_jobs(self) -> Counter[tuple[str, str]]:
        counts: Counter[tuple[str, str]] = Counter()
        for collection, job_id in self._store.queue.jobs():
            try:
                job = self._store.collection(collection).snapshot(job_id).values
                counts[job["kind"], job["state"]] += 1
            except (NotFoundError, UnreadableError, KeyError, TypeError):
                continue  # ended and deleted meanwhile, or damaged
        return counts

"""AI models that are in use although their vendors have retired them, or will within 30 days."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from providers.models import notice, providers_for, settings_notices
from settings.config import Settings
from storage.documents.snapshots import read_snapshot
from storage.errors import StorageError
from storage.store import Store

_UNSENT = ("planned", "waiting")


def notices(store: Store, settings: Settings) -> Iterator[str]:
    """Yield a sentence for each such model that settings or unfinished jobs name."""
    yield from settings_notices(settings)
    for told, count in Counter(_notices_of_jobs(store)).items():
        jobs = "1 unfinished job" if count == 1 else f"{count} unfinished jobs"
        yield f"{jobs}: {told}"


def _notices_of_jobs(store: Store) -> Iterator[str]:
    """Yield a sentence for each unfinished job and such model that it has yet to call."""
    for collection, job_id in store.queue.jobs():
        try:
            job = read_snapshot(store.collection(collection).documents.path_of(job_id)).values
        except StorageError:
            continue  # deleted meanwhile; a damaged one is reported by its own check
        calls = [call for call in job["calls"] if call["state"] in _UNSENT]
        yield from filter(None, {_notice_of_call(call) for call in calls})


def _notice_of_call(call: Mapping[str, Any]) -> str | None:
    provider = providers_for(call["role"]).get(call["provider"])
    return notice(provider, call["model"]) if provider else None

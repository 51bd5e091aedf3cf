"""The PROVIDER_CONCURRENCY places for calls of each provider, which all processes share.

A place is a locked file that names its call. If its process dies, the call's task still runs at the
provider: the place stays taken until another process has continued the call, or its job has ended.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from config import Settings
from jobs.model import FINISHED, JobRef, find_call
from storage.errors import NotFoundError, UnreadableError
from storage.fair_places import Places
from storage.store import Store


class ProviderPlaces(Places):
    """The places, for the threads of one process."""

    poll_seconds = 0.05

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store.root, settings.provider_concurrency, self._is_running)
        self._store = store

    @contextmanager
    def hold(
        self, name: str, user_id: str, ref: JobRef, call_id: str, wait: Callable[[], float]
    ) -> Iterator[None]:
        """Hold a place of `name` for a call of a job.

        `wait` is called while there is none; it returns for how many seconds to wait, or raises.
        """
        with self.queue(name, user_id, f"{ref.collection}/{ref.id} {call_id}") as wait_for_place:
            place = wait_for_place(0)
            while place is None:
                place = wait_for_place(wait())
        with place:  # its release wakes nobody: other processes have the same chance as this one
            yield

    def _is_running(self, holder: str) -> bool:
        """Return whether the call that a place names has a task that runs at the provider."""
        path, _, call_id = holder.partition(" ")
        collection, _, job_id = path.rpartition("/")
        try:
            job = self._store.collection(collection).snapshot(job_id).values
            return job["state"] not in FINISHED and find_call(job, call_id)["state"] == "submitted"
        except (NotFoundError, UnreadableError, KeyError, StopIteration):
            return False

"""Jobs: what the service does in the background."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vidworks_client._sync.io import Stream
from vidworks_client._sync.pages import pages_of
from vidworks_client._sync.transport import Transport
from vidworks_client._sync.waiting import path_of, wait_for
from vidworks_client.errors import ConflictError
from vidworks_client.models import AnyJob, Job, Work
from vidworks_client.reading import body, read
from vidworks_client.vendors import Vendors

_ALL = "/api/jobs"


class Jobs:
    """Your jobs. A job is given as an object, or by its address; without a work, by its ID."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def start(
        self,
        work: Work,
        kind: str,
        *,
        vendors: Vendors | None = None,
        idempotency_key: str | None = None,
        webhook_url: str | None = None,
        webhook_events: list[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Job:
        """Start a job of a work, such as `scenario`, `scenes`, `narration` or `export`.

        `options` are the fields of its kind, in camelCase.
        """
        fields = body(webhook_url=webhook_url, webhook_events=webhook_events, metadata=metadata)
        answer = self._transport.json(
            "POST",
            f"{work.path}/jobs",
            json={"kind": kind, **options, **fields},
            headers=(vendors or Vendors()).headers(),
            idempotency_key=idempotency_key,
        )
        return read(Job, answer)

    def get(self, job: AnyJob | str) -> Job:
        """Return a job as it is now."""
        return read(Job, self._transport.json("GET", path_of(job, _ALL)))

    def list(
        self,
        *,
        limit: int | None = 50,
        states: Sequence[str] | None = None,
    ) -> list[Job]:
        """Return the newest jobs, of works and others; all of them if `limit` is None."""
        query = {"all": 1, **({"state": ",".join(states)} if states else {})}
        return [
            read(Job, each)
            for page in pages_of(self._transport, _ALL, query, limit)
            for each in page
        ]

    def iterate(self, *, states: Sequence[str] | None = None) -> Stream[Job]:
        """Yield all jobs, newest first, and ask the service for more of them when needed."""
        query = {"all": 1, **({"state": ",".join(states)} if states else {})}
        for page in pages_of(self._transport, _ALL, query, None):
            for each in page:
                yield read(Job, each)

    def wait(
        self,
        job: AnyJob | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Job], None] | None = None,
    ) -> Job:
        """Return a job once it has succeeded; `on_progress` gets it as it changes.

        Raises JobError if it fails, is interrupted or cancelled, and WaitTimeoutError.
        """
        return wait_for(self._transport, self.get(job), timeout, on_progress)

    def cancel(self, job: AnyJob | str) -> Job:
        """Cancel a job; what it has finished is kept."""
        path = path_of(job, _ALL)
        return read(Job, self._transport.json("POST", f"{path}/cancel"))

    def resume(self, job: AnyJob | str, *, vendors: Vendors | None = None) -> Job:
        """Continue a job that failed, was interrupted or cancelled; one that runs goes on."""
        path, headers = path_of(job, _ALL), (vendors or Vendors()).headers()
        try:
            return read(Job, self._transport.json("POST", f"{path}/resume", headers=headers))
        except ConflictError:
            current = self.get(path)
            if current.is_finished:
                raise
            return current

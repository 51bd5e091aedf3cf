"""Files on their way to the service: uploaded, or fetched by it."""

from collections.abc import Mapping
from typing import Any, cast

from vidworks_client._sync.transport import Transport
from vidworks_client._sync.waiting import wait_for
from vidworks_client.files import FilePath, OnBytes, Source, is_local, opened
from vidworks_client.models import Job
from vidworks_client.reading import read

Json = dict[str, Any]


def send_file(
    transport: Transport,
    path: str,
    part: str,
    source: Source,
    form: Mapping[str, Any],
    on_bytes: OnBytes | None,
    idempotency_key: str | None = None,
) -> Json:
    """Send a local file, or let the service fetch one from an address; return what it stored.

    A job fetches it, which may take longer than a request. Raises JobError, and as `send`.
    """
    if is_local(source):
        with opened(cast(FilePath, source), part, form, on_bytes) as upload:
            return cast(
                Json,
                transport.json("POST", path, upload=upload, idempotency_key=idempotency_key),
            )
    fields = source if isinstance(source, Mapping) else {"url": source}
    answer = transport.send(
        "POST",
        path,
        json={**fields, **form},
        headers={"Prefer": "respond-async"},
        idempotency_key=idempotency_key,
    )
    if answer.status_code != 202:
        return cast(Json, answer.json())
    job = wait_for(transport, read(Job, answer.json()), None, None)
    return job.result or {}

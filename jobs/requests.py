"""Requests that start a job, each once, and wait for its result."""

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from errors import ConflictError, InvalidError
from jobs.model import JobRef, JobSpec, request_hash
from jobs.service import JobService, ReceivedFiles
from jobs.webhooks import check_url
from storage.ids import new_id

BuildSpec = Callable[[], JobSpec]

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,253}[\x21-\x7e]|[\x21-\x7e]")


def job_ref(user_id: str, collection: str, scope: str, key: str | None) -> JobRef:
    """Return the reference of the user's job with this Idempotency-Key, or of a new job.

    Keys are separate for each user, collection and `scope`, which says what the job is created for.
    Raises InvalidError for an invalid key.
    """
    if key is None:
        return JobRef(collection, new_id("job"))
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        expected = "Expected 1 to 255 printable ASCII characters."
        raise InvalidError("Invalid Idempotency-Key", expected)
    digest = hashlib.sha256(f"{user_id}\n{collection}/{scope}\n{key}".encode()).hexdigest()
    return JobRef(collection, f"job_{digest[:32]}")


def start_once(
    jobs: JobService,
    ref: JobRef,
    client_request: Mapping[str, Any],
    build_spec: BuildSpec,
    files: ReceivedFiles | None = None,
) -> None:
    """Start a job unless the same request has started it before. Raises as `JobService.start`.

    `client_request` is what the client sent, which must be the same. `build_spec` is called only if
    a job is started. An existing job whose result was deleted is resumed.
    """
    if not jobs.is_repetition(ref, request_hash(client_request)):
        spec = build_spec()
        if spec.webhook_url is not None:
            check_url(spec.webhook_url, jobs.settings)
        jobs.start(ref, spec, files)
    elif jobs.has_lost_result(ref):
        with suppress(ConflictError):  # another request resumed it
            jobs.resume(ref, {})

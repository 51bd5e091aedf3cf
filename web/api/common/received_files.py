"""The file of a request: uploaded, or at an address that the JSON body names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Response, request
from marshmallow import Schema

from errors import BusyError, IncompleteError
from jobs.model import JobSpec
from media.fetched_files import FileFetcher
from outbound.addresses import check_allowed
from schemas.file_addresses import is_data_url
from schemas.jobs import JobSchema
from storage.media.media_files import MediaFiles, Upload
from web.api.common.job_requests import job_response, start_job
from web.conditional import applied, preference
from web.context import services, settings, storage_user_id, store, user_id
from web.openapi_operations import View, describe, response_object
from web.payloads import json_body
from web.permission import permission
from web.server.client_socket import disconnect_check
from web.unknown_fields import load_body
from web.uploads import receive_upload

Json = dict[str, Any]

_JSON = "application/json"
_RESPOND_ASYNC = "respond-async"
_STOPPING = "Nothing was stored: send the request again in some seconds."
_RETRY_SECONDS = 5
_PREFER = {
    "in": "header",
    "name": "Prefer",
    "schema": {"type": "string"},
    "description": "With `respond-async`, a job fetches the file at an address",
}


def file_address(schema: Schema) -> Json | None:
    """Return the JSON body that names the address of the file; None for an upload, or no body.

    Raises FieldsError, and as `json_body`.
    """
    if request.mimetype != _JSON:
        return None
    body = json_body()
    if not (body or request.content_length):
        return None
    loaded: Json = load_body(schema, body)
    return loaded


def is_for_job(body: Mapping[str, Any] | None) -> bool:
    """Return whether a job is to fetch the file, so that the request does not wait."""
    if body is None or is_data_url(body["url"]):
        return False
    return preference(_RESPOND_ASYNC) is not None


def start_download(
    collection: str, body: Mapping[str, Any], plan: Callable[[str], JobSpec]
) -> Response:
    """Start a job that fetches a file, and return it; `plan` gets the user's id.

    Raises OutboundError for an address that is refused at once.
    """
    user = user_id()
    check_allowed(body["url"], settings().intranet_hosts)
    ref = start_job(collection, request.path, body, lambda _: plan(user))
    return applied(job_response(ref, 202), _RESPOND_ASYNC)


def documents_job(view: View) -> View:
    """Document that a job may fetch the file."""
    content = {_JSON: {"schema": JobSchema}}
    accepted = response_object("The job that fetches the file", content, ("Location",))
    return describe(view, responses={202: accepted}, parameters=[_PREFER, "Idempotency-Key"])


@contextmanager
def receive_file(
    part: str,
    types: Sequence[str],
    media: MediaFiles,
    max_mb: int,
    body: Mapping[str, Any] | None,
) -> Iterator[Upload]:
    """Receive the request's file into a temporary file of `media`, deleted unless placed.

    `body` is what `file_address` has returned. Raises as `receive_upload` or
    `FileFetcher.receive`, BusyError if too many requests wait, and as `transfer_check`.
    """
    if body is None:
        with receive_upload(request, media, part, max_mb) as upload:
            yield upload
        return
    with ExitStack() as stack:
        with fetching() as fetcher:
            fetched = fetcher.receive(body["url"], media, types, max_mb)
            upload = stack.enter_context(fetched)
        yield upload


@contextmanager
def fetching(seconds: float | None = None) -> Iterator[FileFetcher]:
    """Hold a permit to wait for other servers, and yield what fetches files for the request's user.

    Each within `seconds`, by default those of the service. Raises BusyError if too many
    requests wait.
    """
    with services().waiters.fetching_permit(user_id()):
        yield file_fetcher(seconds or settings().tuning.fetching)


def file_fetcher(seconds: float = 0.0) -> FileFetcher:
    """Return what receives files for the request's user, as long as the request goes on.

    Without `seconds`, it is for data URLs alone: other servers are waited for with a permit, see
    `fetching`.
    """
    return FileFetcher(
        *(store(), settings(), storage_user_id(), seconds),
        check=transfer_check(),
        permit=permission().check,
    )


def transfer_check() -> Callable[[], None]:
    """Return what a transfer for the current request calls: it raises when that must end.

    That is IncompleteError when the client has left, BusyError when the service stops, and what a
    new request would get when this one is not permitted any more.
    """
    has_left, stopping = disconnect_check(request.environ), services().waiters.stopping
    permitted = permission()

    def check() -> None:
        if has_left():
            raise IncompleteError("Incomplete request", "The client disconnected.")
        if stopping.is_set():
            raise BusyError("The service is restarting", _STOPPING, _RETRY_SECONDS)
        permitted.check_if_old()

    return check

"""What the order of a job says of its webhook, or what its user has said for all jobs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from errors import ConflictError, FieldsError
from jobs.model import JobSpec, Webhook
from jobs.webhooks.messages import Letter, post
from outbound.addresses import OutboundError, check_allowed
from schemas.webhooks import ENDED, TEST, WEBHOOK_EVENTS
from settings.config import Settings
from storage.clock import now_ms
from storage.paths import new_id
from storage.store import Store

Json = dict[str, Any]

_FIELD = "webhook"


def default_of(store: Store, user_id: str) -> Json | None:
    """Return a user's address and events for jobs whose orders name no address."""
    default: Json | None = store.users.snapshot(user_id).values.get(_FIELD)
    return default


def address_of(store: Store, user_id: str) -> str:
    """Return a user's address for all jobs and reviews. Raises ConflictError if there is none."""
    default = default_of(store, user_id)
    if default is None:
        raise ConflictError("No address for webhooks is set", "Set one with PUT /api/webhook.")
    return str(default["url"])


def send_test(store: Store, settings: Settings, user_id: str) -> Json:
    """Send a message that tells nothing to a user's address; return how that went.

    Raises ConflictError if the user has none.
    """
    url, message_id = address_of(store, user_id), new_id("test")
    body = {"data": {"message": "A test: your receiver gets messages like this one."}}
    return post(store, settings, Letter(user_id, url, message_id, TEST, now_ms(), body))


def set_default(store: Store, settings: Settings, user_id: str, body: Mapping[str, Any]) -> Json:
    """Set a user's address and events. Raises FieldsError for an address that is not allowed."""
    check_url(body["url"], settings, "url")
    default = {"url": body["url"], "events": _events(body.get("events"))}
    store.users.change(user_id, lambda user: user.update({_FIELD: default}))
    return default


def remove_default(store: Store, user_id: str) -> None:
    """Remove a user's address: only jobs whose orders name one have a webhook then."""
    store.users.change(user_id, lambda user: user.pop(_FIELD, None))


def with_webhook(
    spec: JobSpec,
    store: Store,
    settings: Settings,
    order: Mapping[str, Any],
    origin: str,
    *,
    uses_default: bool,
) -> JobSpec:
    """Return the spec of a job with the webhook and the metadata that its order names.

    `origin` is the base of absolute addresses. Without `uses_default`, the user's default does not
    apply, as for jobs that a request waits for. Raises FieldsError.
    """
    webhook = _webhook(spec.user_id, store, settings, order, uses_default=uses_default)
    if webhook is not None:
        webhook = webhook._replace(origin=origin)
    return replace(spec, webhook=webhook, metadata=order.get("metadata"))


def check_url(url: str, settings: Settings, field: str) -> None:
    """Raise FieldsError for an address that webhooks may not be sent to."""
    try:
        check_allowed(url, settings.intranet_hosts, any_port=True)
    except OutboundError as exc:
        raise FieldsError({field: [str(exc)]}) from None


def _webhook(
    user_id: str, store: Store, settings: Settings, order: Mapping[str, Any], *, uses_default: bool
) -> Webhook | None:
    events = order.get("webhookEvents")
    if url := order.get("webhookUrl"):
        check_url(url, settings, "webhookUrl")
        return Webhook(url, _events(events))
    is_declined = "webhookUrl" in order  # null
    default = default_of(store, user_id) if (uses_default or events) and not is_declined else None
    if default is None:
        if events:
            needed = "Needs `webhookUrl`, or an address for all jobs (PUT /api/webhook)."
            raise FieldsError({"webhookEvents": [needed]})
        return None
    events = events or [event for event in default["events"] if event in WEBHOOK_EVENTS]
    return Webhook(default["url"], _events(events)) if events else None


def _events(events: list[str] | None) -> list[str]:
    return list(dict.fromkeys(events or [ENDED]))

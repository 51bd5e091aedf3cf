"""Verification of webhooks: who sent them, and when (https://www.standardwebhooks.com)."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from vidworks_client.errors import WebhookError

_TOLERANCE_SECONDS = 300.0
_PREFIX = "whsec_"


def verify_webhook(
    body: bytes | str,
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance: float = _TOLERANCE_SECONDS,
) -> dict[str, Any]:
    """Return the message of a webhook, if its signature and its time stamp are right.

    `body` is the request's, as it came; `secret` is that of `GET /api/webhook-secret` (`whsec_…`).
    A message is refused if it was sent more than `tolerance` seconds ago, or in the future. The
    same one may come again, with the same header `webhook-id`. Raises WebhookError, and ValueError
    for what is no secret.
    """
    key = _key(secret)
    data = body.encode() if isinstance(body, str) else body
    fields = {name.lower(): value for name, value in headers.items()}
    message_id, sent_at = fields.get("webhook-id", ""), fields.get("webhook-timestamp", "")
    if not (sent_at.isascii() and sent_at.isdecimal()):
        raise WebhookError("The webhook has no header webhook-timestamp with seconds")
    content = f"{message_id}.{sent_at}.".encode() + data
    expected = "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    signatures = fields.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in signatures):
        raise WebhookError("The signature of the webhook is not one of this secret")
    if abs(time.time() - int(sent_at)) > tolerance:
        raise WebhookError(f"The webhook was sent more than {tolerance:g} s ago, or will be")
    return _object(data)


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ValueError(f"The secret of webhooks begins with {_PREFIX}; see /api/webhook-secret")
    return key


def _object(data: bytes) -> dict[str, Any]:
    try:
        message = json.loads(data)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise WebhookError("The webhook is no JSON object")
    return message

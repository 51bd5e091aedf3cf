"""Verification of webhooks by the Python client, with what the service has signed."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from jobs.webhooks.signatures import rotate, secrets_of, signature_headers
from tests.people import Person
from vidworks_client import WebhookError, verify_webhook

BODY = json.dumps({"type": "job.succeeded", "data": {"name": "Lämpchen"}}).encode()


class Signed:
    """A message that the service has signed for a user."""

    def __init__(self, app: Flask, person: Person, age: float = 0) -> None:
        self.store = app.extensions["services"].store
        self.user_id = person.user["id"]
        self.secret = secrets_of(self.store, self.user_id).to_public()["secret"]
        sent_at = int(time.time() - age)
        self.headers = signature_headers(self.store, self.user_id, "job_1_7", sent_at, BODY)

    def verify(self, body: bytes = BODY, **headers: str) -> Mapping[str, Any]:
        return verify_webhook(body, {**self.headers, **headers}, self.secret)


@pytest.fixture
def signed(app, ana):
    return Signed(app, ana)


def test_message_of_the_service_is_returned(signed):
    titled = {name.title(): value for name, value in signed.headers.items()}  # as Flask has them

    assert signed.verify()["data"] == {"name": "Lämpchen"}
    assert verify_webhook(BODY.decode(), titled, signed.secret) == signed.verify()


def test_messages_are_verified_with_either_secret_after_a_rotation(app, ana, signed):
    rotate(signed.store, signed.user_id, None)
    newer = Signed(app, ana)

    assert newer.verify()["type"] == "job.succeeded"
    assert verify_webhook(BODY, newer.headers, signed.secret) == newer.verify()
    with pytest.raises(WebhookError, match="not one of this secret"):
        verify_webhook(BODY, signed.headers, newer.secret)


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-id": "job_2_7"},
        {"webhook-timestamp": "1767268800"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "²"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA v1,ü"},
    ],
)
def test_changed_headers_are_refused(signed, headers):
    with pytest.raises(WebhookError):
        signed.verify(**headers)


def test_changed_body_is_refused(signed):
    with pytest.raises(WebhookError):
        signed.verify(BODY + b" ")


@pytest.mark.parametrize("age", [301, -330])
def test_message_of_another_time_is_refused(app, ana, age):
    signed = Signed(app, ana, age)

    with pytest.raises(WebhookError, match="more than 300 s"):
        signed.verify()
    verified = verify_webhook(BODY, signed.headers, signed.secret, tolerance=600)
    assert verified["type"] == "job.succeeded"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%", "vg_token"])
def test_what_is_no_secret_is_an_error(signed, secret):
    with pytest.raises(ValueError, match="begins with whsec_"):
        verify_webhook(BODY, signed.headers, secret)

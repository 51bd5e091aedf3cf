"""A client's server that receives webhooks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from standardwebhooks import Webhook

from tests.jobs.helpers import Job, until, wait_until
from tests.people import Person


class Message(NamedTuple):
    """A request that was received; `verify` checks its signature."""

    path: str
    headers: dict[str, str]
    body: bytes

    def verify(self, secret: str) -> Any:
        """Check the signature and return the payload. Raises WebhookVerificationError."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver(ThreadingHTTPServer):
    """A server on loopback that answers each message with the next of `statuses`, else 204.

    It closes the connection in place of an answer 0, and answers only while `answers` is set.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hooks?of=ana"
        self.statuses: list[int] = []
        self.messages: list[Message] = []
        self.answers = threading.Event()
        self.answers.set()

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Receiver"]:
        """Run a receiver in threads of this process."""
        receiver = cls()
        thread = threading.Thread(target=receiver.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.answers.set()
            receiver.shutdown()
            receiver.server_close()
            thread.join()

    def wait_for_messages(self, count: int) -> list[Message]:
        """Wait for at least `count` messages; return all of them."""
        until(lambda: len(self.messages) >= count)
        return self.messages

    def wait_for_payload(self, secret: str) -> Any:
        """Wait for the first message; return its payload. Raises WebhookVerificationError."""
        return self.wait_for_messages(1)[0].verify(secret)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.server.messages.append(Message(self.path, headers, body))
        self.server.answers.wait()
        if not status:
            return
        self.send_response(status)
        self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.answers.wait()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


def webhook_secret(person: Person) -> str:
    """Return the secret that a user's webhooks are signed with."""
    return str(person.show("/api/webhook-secret")["secret"])


def wait_for_delivery(person: Person, job: str) -> Job:
    """Return the webhook of a job once it was delivered or has failed."""
    finished = wait_until(person, job, lambda job: job["webhook"]["state"] != "pending")
    webhook: Job = finished["webhook"]
    return webhook

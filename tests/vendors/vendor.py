"""What all vendors have in common: keys are checked, rules are followed, requests are noted."""

import base64
import hashlib
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, jsonify, make_response, request

from tests.vendors.rules import Rule
from tests.vendors.state import State

View = Callable[..., Any]
WRONG_KEY = "wrong-key"


class VendorError(Exception):
    """A vendor says no: its status, its error body, its headers."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


class Vendor(Blueprint):
    """One vendor: `authenticate` gives the request's key or raises VendorError, `failure` makes an
    error body of a status and a message."""

    def __init__(
        self, name: str, authenticate: Callable[[], str], failure: Callable[[int, str], Any]
    ) -> None:
        super().__init__(name, __name__, url_prefix=f"/{name}")
        self.authenticate = authenticate
        self.failure = failure

    def call(
        self, method: str, path: str, kind: str, *, key: bool = True
    ) -> Callable[[View], View]:
        """Make the function answer such requests; they are of this kind in rules."""

        def decorate(view: View) -> View:
            def answer(**given: Any) -> Response:
                return self.perform(kind, lambda: view(**given), key=key)

            self.add_url_rule(path, view.__name__, answer, methods=[method])
            return view

        return decorate

    def perform(self, kind: str, work: Callable[[], Any], *, key: bool = True) -> Response:
        """Do what a request wants, or what a rule wants instead."""
        rule = g.rule = self._rule(kind)
        note = self._note(kind)
        if rule.cut == "before":
            return cut()
        try:
            g.key = self.authenticate() if key else _sent_key()
            note["key"] = g.key[-4:]
            if rule.status:
                raise self._outage(rule)
            response = make_response(work())
        except VendorError as error:
            response = make_response(jsonify(error.body), error.status, error.headers)
        response = _spoiled(response, rule)
        note.update(status=response.status_code if response.headers else None, ended=time.time())
        return response

    def _rule(self, kind: str) -> Rule:
        rules = state().rules
        body = request.get_data(as_text=True) if rules.need_bodies() else ""
        with state().lock:
            return rules.take(self.name, kind, body)

    def _note(self, kind: str) -> dict[str, Any]:
        note: dict[str, Any] = {"vendor": self.name, "kind": kind, "key": "", "status": None}
        note |= {"method": request.method, "path": request.path}
        note |= {"started": time.time(), "ended": None}
        with state().lock:
            state().requests.append(note)
        return note

    def _outage(self, rule: Rule) -> VendorError:
        after = {} if rule.retry_after is None else {"Retry-After": f"{rule.retry_after:g}"}
        message = {429: "Rate limit reached", 503: "Overloaded"}.get(rule.status, "Server error")
        return VendorError(rule.status, self.failure(rule.status, message), after)


def state() -> State:
    """What this server remembers."""
    return cast(State, current_app.config["STATE"])


def asked() -> dict[str, Any]:
    """The JSON object that was sent; empty if it is none."""
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else {}


def paid(
    role: str,
    model: str,
    prompt: str,
    *,
    pictures: Sequence[str] = (),
    asked: Mapping[str, Any] | None = None,
    task: str | None = None,
) -> None:
    """Count what the vendor charges for; `pictures` are digests, `asked` what else was wanted."""
    said = {"vendor": request.blueprint, "role": role, "model": model, "prompt": prompt}
    more = {"pictures": pictures, "asked": asked or {}, "task": task}
    state().paid(**said, **more, key=g.key[-4:])


def digest(data: str) -> str:
    """The SHA-256 of what this base64 or data URL holds; any other address is itself.
    Raises ValueError."""
    if re.match(r"(https|runway|gs)://", data):
        return data
    content = re.sub(r"^data:[^,]*;base64,", "", data)
    return hashlib.sha256(base64.b64decode(content, validate=True)).hexdigest()


def address(path: str) -> str:
    """The address of something on this server, as the client reached it."""
    return f"{request.host_url.rstrip('/')}{path}"


def stream(length: int, chunks: Iterator[bytes], content_type: str) -> Response:
    """Answer a body of this length, in pieces."""
    return Response(chunks, content_type=content_type, headers={"Content-Length": str(length)})


def cut() -> Response:
    """Cut the connection; the answer has nowhere to go."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    response = Response()
    response.headers.clear()
    return response


def _spoiled(response: Response, rule: Rule) -> Response:
    state().stopping.wait(None if rule.hang else rule.slow)
    if rule.cut == "after":
        return cut()
    if rule.garbage:
        return Response("<html>\x00upstream", content_type="application/json")
    if rule.gateway:
        return Response("<html>Service Unavailable</html>", rule.gateway, content_type="text/html")
    if rule.half:
        response.data = response.get_data()[: len(response.get_data()) // 2]
    if rule.cut == "body":
        whole = response.calculate_content_length() or response.content_length or 0
        return stream(whole, _beginning(response, whole // 2), response.content_type)
    return response


def _beginning(response: Response, length: int) -> Iterator[bytes]:
    """The first bytes of an answer; after these the server closes the connection."""
    for chunk in response.iter_encoded():
        yield chunk[:length]
        length -= len(chunk)
        if length <= 0:
            return


def _sent_key() -> str:
    """The key of a request that needs none: it should have none either."""
    return request.headers.get("Authorization") or request.headers.get("x-goog-api-key") or ""

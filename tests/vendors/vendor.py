"""Common base of all vendors: checks keys, applies rules, records requests."""

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
    """An error response of a vendor: status, body and headers."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


class Vendor(Blueprint):
    """One vendor: `authenticate` returns the request's key or raises VendorError, `error_body`
    makes the body of an error from its status and message."""

    def __init__(
        self, name: str, authenticate: Callable[[], str], error_body: Callable[[int, str], Any]
    ) -> None:
        super().__init__(name, __name__, url_prefix=f"/{name}")
        self.authenticate = authenticate
        self.error_body = error_body

    def call(
        self, method: str, path: str, kind: str, *, key: bool = True
    ) -> Callable[[View], View]:
        """Register the decorated view for requests of this kind (of rules)."""

        def decorate(view: View) -> View:
            def respond(**arguments: Any) -> Response:
                return self.perform(kind, lambda: view(**arguments), key=key)

            self.add_url_rule(path, view.__name__, respond, methods=[method])
            return view

        return decorate

    def perform(self, kind: str, view: Callable[[], Any], *, key: bool = True) -> Response:
        """Return the view's response, changed by the rule for this request."""
        rule = g.rule = self._rule(kind)
        record = self._record(kind)
        if rule.cut == "before":
            return close_connection()
        try:
            g.key = self.authenticate() if key else _sent_key()
            record["key"] = g.key[-4:]
            if rule.status:
                raise self._error_of(rule)
            response = make_response(view())
        except VendorError as error:
            response = make_response(jsonify(error.body), error.status, error.headers)
        response = _apply_rule(response, rule)
        record.update(status=response.status_code if response.headers else None, ended=time.time())
        return response

    def _rule(self, kind: str) -> Rule:
        rules = state().rules
        body = request.get_data(as_text=True) if rules.need_bodies() else ""
        with state().lock:
            return rules.take(self.name, kind, body)

    def _record(self, kind: str) -> dict[str, Any]:
        record: dict[str, Any] = {"vendor": self.name, "kind": kind, "key": "", "status": None}
        record |= {"method": request.method, "path": request.path}
        record |= {"started": time.time(), "ended": None}
        with state().lock:
            state().requests.append(record)
        return record

    def _error_of(self, rule: Rule) -> VendorError:
        value = rule.retry_after
        text = value if isinstance(value, str) or value is None else f"{value:g}"
        headers = {} if text is None else {"Retry-After": text}
        usual = {429: "Rate limit reached", 503: "Overloaded"}.get(rule.status, "Server error")
        message = rule.error or usual
        return VendorError(rule.status, self.error_body(rule.status, message), headers)


def state() -> State:
    """Return the state of this server."""
    return cast(State, current_app.config["STATE"])


def json_body() -> dict[str, Any]:
    """Return the JSON object in the request's body, by default an empty one."""
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else {}


def record_paid_call(
    role: str,
    model: str,
    prompt: str,
    *,
    pictures: Sequence[str] = (),
    asked: Mapping[str, Any] | None = None,
    task: str | None = None,
) -> None:
    """Record a paid call; `pictures` are digests, `asked` the other options of the request."""
    basic = {"vendor": request.blueprint, "role": role, "model": model, "prompt": prompt}
    more = {"pictures": pictures, "asked": asked or {}, "task": task}
    state().add_paid_call(**basic, **more, key=g.key[-4:])


def digest(data: str) -> str:
    """Return the SHA-256 digest of base64 data or of a data URL's content; other URLs are
    returned unchanged. Raises ValueError."""
    if re.match(r"(https|runway|gs)://", data):
        return data
    content = re.sub(r"^data:[^,]*;base64,", "", data)
    return hashlib.sha256(base64.b64decode(content, validate=True)).hexdigest()


def absolute_url(path: str) -> str:
    """Return the URL of a path of this server, with the host that the client used."""
    return f"{request.host_url.rstrip('/')}{path}"


def stream(length: int, chunks: Iterator[bytes], content_type: str) -> Response:
    """Return a response with a body of this length, sent in chunks."""
    return Response(chunks, content_type=content_type, headers={"Content-Length": str(length)})


def close_connection() -> Response:
    """Close the connection; the returned response cannot be sent."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    response = Response()
    response.headers.clear()
    return response


def _apply_rule(response: Response, rule: Rule) -> Response:
    if rule.slow is None:
        state().released.wait()
    state().stopping.wait(None if rule.hang else rule.slow or 0)
    if rule.cut == "after":
        return close_connection()
    if rule.garbage:
        return Response("<html>\x00upstream", content_type="application/json")
    if rule.html:
        return Response("<html>Sign in</html>", content_type="text/html")
    if rule.gateway:
        return Response("<html>Service Unavailable</html>", rule.gateway, content_type="text/html")
    if rule.half:
        response.data = response.get_data()[: len(response.get_data()) // 2]
    if rule.cut == "body":
        length = response.calculate_content_length() or response.content_length or 0
        return stream(length, _first_bytes(response, length // 2), response.content_type)
    return response


def _first_bytes(response: Response, length: int) -> Iterator[bytes]:
    """Yield the first bytes of a response; after these the server closes the connection."""
    for chunk in response.iter_encoded():
        yield chunk[:length]
        length -= len(chunk)
        if length <= 0:
            return


def _sent_key() -> str:
    """Return the key of a request that needs none and should not have one."""
    return request.headers.get("Authorization") or request.headers.get("x-goog-api-key") or ""

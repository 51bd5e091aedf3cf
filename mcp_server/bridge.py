"""`./vidworks mcp`: for clients that only speak to a program, by lines on stdin and stdout.

It sends each JSON-RPC message to the endpoint of a running service, and writes the answer. Nothing
else goes to stdout.
"""

import http.client
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

import click
import orjson

from mcp_server.protocol import (
    METHOD_HEADER,
    NAME_HEADER,
    PARSE_ERROR,
    VERSION_HEADER,
    Json,
    RpcError,
    encode_header,
    error_reply,
    name_of,
    version_of,
)
from settings.config import SettingError, read_settings

_PATH = "/mcp"
_SERVER_ERROR = -32000  # JSON-RPC: left to implementations
_TIMEOUT_SECONDS = 120.0  # more than tools wait for jobs
_THREADS = 16  # messages that may wait for answers at once
_SHOWN = 200  # characters of an answer that is no JSON-RPC


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    body: bytes


class Bridge:
    """Sends messages to the endpoint at `url` with an API token, and writes the answers."""

    def __init__(self, url: str, token: str, output: IO[bytes]) -> None:
        self._url = url
        self._token = token
        self._output = output
        self._writing = threading.Lock()
        self._version = ""  # that `initialize` has agreed on

    def run(self, lines: IO[bytes]) -> None:
        """Pass on messages until there are no more; return when all are answered."""
        with ThreadPoolExecutor(_THREADS) as pool:
            for line in lines:
                if line.strip():
                    pool.submit(self._pass_on, line)

    def _pass_on(self, line: bytes) -> None:
        answer = self.answer(line)
        if answer is not None:
            with self._writing, suppress(BrokenPipeError):  # the client has left
                self._output.write(orjson.dumps(answer) + b"\n")
                self._output.flush()

    def answer(self, line: bytes) -> Json | None:
        """Return the answer to a message; None for one that has none, as notifications."""
        try:
            message = orjson.loads(line)
        except orjson.JSONDecodeError as exc:
            return _error(None, PARSE_ERROR, f"The line is no JSON: {exc}")
        has_answer = not isinstance(message, dict) or "id" in message
        try:
            found = self._ask(message)
        except RpcError as exc:
            found = _error(_id_of(message), exc.code, exc.message)
        if not has_answer:
            return None
        self._note_version(message, found)
        return found

    def _ask(self, message: Any) -> Json | None:
        """Return what the service answers. Raises RpcError if it does not, or by no message."""
        try:
            answer = self._send(message)
        except (OSError, http.client.HTTPException, ValueError) as exc:
            advice = "Is it running (./vidworks start), at this address (--url)?"
            text = f"Vidworks does not answer at {self._url}: {exc or type(exc).__name__}. {advice}"
            raise RpcError(_SERVER_ERROR, text) from exc
        if answer.status == 202:
            return None
        with suppress(orjson.JSONDecodeError):
            found = orjson.loads(answer.body)
            if isinstance(found, dict) and "jsonrpc" in found:
                return found
        raise RpcError(_SERVER_ERROR, _refusal(answer))

    def _send(self, message: Any) -> Answer:
        parts = urlsplit(self._url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=_TIMEOUT_SECONDS)
        headers = {**headers_for(message, self._version), "Authorization": f"Bearer {self._token}"}
        try:
            connection.request("POST", parts.path or "/", orjson.dumps(message), headers)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        finally:
            connection.close()

    def _note_version(self, message: Any, answer: Json | None) -> None:
        if isinstance(message, dict) and message.get("method") == "initialize":
            result = (answer or {}).get("result")
            self._version = str(result["protocolVersion"]) if result else ""


def headers_for(message: Any, agreed: str) -> dict[str, str]:
    """Return the headers of a message; `agreed` is the version that `initialize` agreed on."""
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    stated = version_of(message)
    if version := stated or agreed:
        headers[VERSION_HEADER] = encode_header(version)
    if stated:
        headers[METHOD_HEADER] = encode_header(str(message.get("method")))
        if (name := name_of(message)) is not None:
            headers[NAME_HEADER] = encode_header(name)
    return headers


def _id_of(message: Any) -> Any:
    return message.get("id") if isinstance(message, dict) else None


def _error(message_id: Any, code: int, text: str) -> Json | None:
    return error_reply(RpcError(code, text), 0, message_id).body


def _refusal(answer: Answer) -> str:
    """Return why the service refused a message, if that is no JSON-RPC."""
    if answer.status == 401:
        advice = "Set VIDWORKS_TOKEN to one that ./vidworks tokens make prints."
        return f"Vidworks does not accept the API token. {advice}"
    text = answer.body[:_SHOWN].decode(errors="replace")
    return f"Vidworks answered with HTTP status {answer.status}: {text}"


@click.command("mcp")
@click.option(
    "--url",
    envvar="VIDWORKS_MCP_URL",
    help="Address of the service; default: http://localhost:<PORT>.",
)
@click.option(
    "--token",
    envvar="VIDWORKS_TOKEN",
    default="",
    help="An API token. Better in VIDWORKS_TOKEN: other users of the machine can see options.",
)
def bridge(url: str | None, token: str) -> None:
    """Serve MCP on stdin and stdout, for clients that start a program.

    The service must be running; what it answers at `--url` is passed on.
    """
    try:
        url = url or f"http://localhost:{read_settings().port}"
    except SettingError as exc:
        raise click.ClickException(str(exc)) from exc
    if urlsplit(url).scheme not in ("http", "https"):
        raise click.BadParameter("Must begin with http:// or https://.", param_hint="--url")
    Bridge(endpoint_of(url), token, sys.stdout.buffer).run(sys.stdin.buffer)


def endpoint_of(url: str) -> str:
    """Return the address of the endpoint, given that of the service or of the endpoint."""
    return url.rstrip("/").removesuffix(_PATH) + _PATH

"""What values of settings may be, and how those that are not plain are read, for config.py."""

import ipaddress
import re
import shutil
import subprocess
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvError, EnvValidationError
from marshmallow import ValidationError

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_OWN_PATHS = ("api", "mcp", "docs")  # of the service: requests for these have no other path
_PUBLIC_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")


def is_api_key(value: str) -> bool:
    """Return whether a string can be a vendor's key: printable ASCII without spaces."""
    return re.fullmatch(r"[!-~]+", value) is not None


def is_address(host: str) -> bool:
    """Return whether a string is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str | None) -> bool:
    """Return whether a host's name or address means the machine itself, as seen from there."""
    name = (host or "").lower().removesuffix(".").removeprefix("[").removesuffix("]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return is_address(name) and ipaddress.ip_address(name).is_loopback


def check_public_url(value: Any) -> None:
    """Raise ValidationError unless this is empty, or an origin with an optional path."""
    if not value:
        return
    try:
        parts = urlsplit(value)
        is_origin = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_origin = False
    plain = is_origin and "@" not in parts.netloc and value.isascii() and value.isprintable()
    if not plain or set(value) & set("?# ") or not _PUBLIC_PATH.fullmatch(parts.path):
        raise ValidationError(
            "must be an http(s) address with an optional path, such as https://example.com/vidworks"
        )
    if parts.port == _DEFAULT_PORTS[parts.scheme]:  # browsers leave it out of Origin
        raise ValidationError(f"must not name the port {parts.port}, which is the default")
    if parts.path.strip("/").partition("/")[0] in _OWN_PATHS:
        raise ValidationError(
            f"must have another path than {parts.path}: the service's own begin so, too"
        )


def check_node(value: Any) -> None:
    """Raise ValidationError unless this is empty, or a name of a node."""
    if value and not re.fullmatch("[a-z0-9][a-z0-9-]{0,30}", value):
        raise ValidationError("must be lower-case letters, digits and hyphens, at most 31")


def check_secret(value: Any) -> None:
    """Raise ValidationError unless this is empty, or a long enough secret."""
    if value and len(value) < 16:
        raise ValidationError("must have at least 16 characters, or be unset")


def check_ffmpeg(value: Any) -> None:
    """Raise ValidationError unless this is empty, or an FFmpeg program."""
    if not value:
        return
    program = shutil.which(value)
    if program is None:
        raise ValidationError(f'"{value}" is no program that can be run; expected its path or name')
    if not _is_ffmpeg(program):
        raise ValidationError(f'"{value}" is not FFmpeg: `{value} -version` does not say so')


def _is_ffmpeg(program: str) -> bool:
    command = [program, "-version"]
    try:
        done = subprocess.run(  # noqa: S603 - the administrator names it
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.startswith(b"ffmpeg version")


def check_log_level(value: Any) -> None:
    """Raise ValidationError unless this is a level of the log."""
    if str(value).upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValidationError("must be one of: DEBUG, INFO, WARNING, ERROR")


def read_switch(env: Env, name: str, default: str) -> str:
    """Return `auto`, `0` or `1`. Raises EnvError."""
    value = env.str(name, default)
    if value.strip().lower() == "auto":
        return "auto"
    try:
        return str(int(env.bool(name)))
    except EnvValidationError as exc:
        raise EnvError(f'{name} is "{value}"; expected auto, 0 or 1') from exc


def read_seconds(env: Env, name: str, default: int) -> int:
    """Return the seconds of a duration such as `7d`, `12h`, `30m`, `45s`, or `3600`.

    Raises EnvError.
    """
    value = env.str(name, str(default))
    match = re.fullmatch(r"([1-9][0-9]{0,8})([smhdw]?)", value.strip())
    if match is None:
        raise EnvError(f'{name} is "{value}"; expected a duration such as 7d, 12h, 30m or 3600')
    return int(match[1]) * _SECONDS[match[2] or "s"]


def read_origins(env: Env, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """Return origins, or `*`. Raises EnvError."""
    origins = tuple(origin.strip().rstrip("/") for origin in env.list(name, list(default)))
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
            raise EnvError(
                f'{name} contains "{origin}"; expected * or origins such as https://edit.example'
            )
    return origins


def read_hosts(env: Env, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """Return names or addresses of hosts. Raises EnvError."""
    hosts = read_words(env, name, default)
    for host in hosts:
        if not (is_address(host) or re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", host)):
            raise EnvError(
                f'{name} contains "{host}"; expected host names or IP addresses,'
                " without http:// and ports"
            )
    return hosts


def read_words(env: Env, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of a list separated by commas, in lower case."""
    words: list[str] = env.list(name, list(default))
    return tuple(word.strip().lower() for word in words if word.strip())

"""What values of settings may be; config.py reads them."""

import ipaddress
import re
import shutil
import subprocess
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError

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

"""All settings, read at start from the environment and `.env`; each has a usable default.

docs/settings.md documents them in tables, which a test compares with this module.
"""

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from environs import Env, EnvError, EnvValidationError
from marshmallow.validate import Length, OneOf, Range

from settings import processors
from settings.setting_values import (
    check_ffmpeg,
    check_log_level,
    check_node,
    check_public_url,
    check_secret,
    is_api_key,
    is_loopback,
    read_hosts,
    read_origins,
    read_seconds,
    read_switch,
    read_words,
)
from settings.tuning import Tuning

ROOT = Path(__file__).parent.parent
EVERYBODY = "*"  # in SERVER_KEY_USERS
_OF_COMPOSE = ("COMPOSE_", "VIDWORKS_PORT")  # names in `.env` that Docker Compose reads
T = TypeVar("T")


class SettingError(Exception):
    """A setting has an invalid value; the message names the setting."""


def setting(
    default: T,
    validate: Callable[[T], object] | None = None,
    *,
    read: Callable[[Env, str, T], T] | None = None,
    is_secret: bool = False,
) -> T:
    """Return the field of a setting: `read` reads it, or Env by the type of its default.

    `validate` raises ValidationError for a value that it may not have.
    """

    def read_by_type(env: Env, name: str, default: T) -> T:
        value: T = getattr(env, type(default).__name__)(name, default, validate=validate)
        return value

    metadata = {"read": read or read_by_type}
    return field(default=default, repr=not is_secret, metadata=metadata)


def _read_data_dir(env: Env, name: str, _default: Path) -> Path:
    return ROOT / env.str(name, "data", validate=Length(min=1))


def _read_workers(env: Env, name: str, _default: int) -> int:
    return env.int(name, min(64, processors.available()), validate=Range(1, 64))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of the service, in the order of docs/settings.md."""

    data_dir: Path = field(default=ROOT / "data", metadata={"read": _read_data_dir})
    host: str = setting("127.0.0.1", Length(min=1))
    port: int = setting(3001, Range(1, 65535))
    public_url: str = setting(
        "", read=lambda env, name, _: env.str(name, "", validate=check_public_url).rstrip("/")
    )
    workers: int = setting(2, read=_read_workers)
    threads: int = setting(8, Range(1, 256))
    node: str = setting("", check_node)
    jwt_secret: str = setting("", check_secret, is_secret=True)
    jwt_expires_in: int = setting(7 * 86400, read=read_seconds)
    jwt_refresh_expires_in: int = setting(30 * 86400, read=read_seconds)
    registration: str = setting("auto", OneOf(["auto", "open", "closed"]))
    max_upload_mb: int = setting(500, Range(min=1))
    max_asset_mb: int = setting(50, Range(min=1))
    max_json_mb: int = setting(10, Range(min=1))
    takes: int = setting(20, Range(0, 1000))
    user_quota_mb: int = setting(0, Range(min=0))
    reserve_mb: int = setting(500, Range(min=0))
    client_timeout: int = setting(60, Range(min=1))
    waiters: int = setting(32, Range(1, 256))
    cors_origins: tuple[str, ...] = setting(("*",), read=read_origins)
    trusted_proxies: int = setting(0, Range(0, 10))
    fsync: bool = setting(True)
    cache_mb: int = setting(64, Range(min=0))
    log_level: str = setting(
        "INFO", read=lambda env, name, _: env.str(name, "INFO", validate=check_log_level).upper()
    )
    log_format: str = setting("text", OneOf(["text", "json"]))
    metrics_token: str = setting("", check_secret, is_secret=True)
    ffmpeg: str = setting("", check_ffmpeg)
    demo_provider: str = setting("auto", read=read_switch)
    # The settings of vendors are strings, which `_read_vendors` reads.
    gemini_api_key: str = field(default="", repr=False)
    gemini_base_url: str = "https://generativelanguage.googleapis.com"
    gemini_text_model: str = ""
    gemini_image_model: str = ""
    gemini_video_model: str = ""
    gemini_speech_model: str = ""
    gemini_music_model: str = ""
    gemini_transcription_model: str = ""
    openai_api_key: str = field(default="", repr=False)
    openai_base_url: str = "https://api.openai.com/v1"
    openai_text_model: str = ""
    openai_image_model: str = ""
    claude_api_key: str = field(default="", repr=False)
    claude_base_url: str = "https://api.anthropic.com"
    claude_text_model: str = ""
    runway_api_key: str = field(default="", repr=False)
    runway_base_url: str = "https://api.dev.runwayml.com"
    runway_video_model: str = ""
    runway_speech_model: str = ""
    runway_sound_model: str = ""
    elevenlabs_api_key: str = field(default="", repr=False)
    elevenlabs_base_url: str = "https://api.elevenlabs.io"
    elevenlabs_speech_model: str = ""
    elevenlabs_music_model: str = ""
    elevenlabs_sound_model: str = ""
    elevenlabs_transcription_model: str = ""
    provider_timeout: int = setting(300, read=read_seconds)
    provider_poll: float = setting(5.0, Range(0.05, 60))
    provider_concurrency: int = setting(4, Range(1, 64))
    generation_timeout: int = setting(1800, read=read_seconds)
    server_key_users: tuple[str, ...] = setting((), read=read_words)
    daily_calls: int = setting(0, Range(min=0))
    daily_calls_total: int = setting(0, Range(min=0))
    intranet_hosts: tuple[str, ...] = setting((), read=read_hosts)
    job_days: int = setting(7, Range(min=1))
    export_cache_mb: int = setting(2048, Range(min=0))
    export_turn: float = setting(10.0, Range(0.1, 3600))
    tuning: Tuning = field(default_factory=Tuning)  # not read from the environment


def read_settings() -> Settings:
    """Return the settings from the environment and `.env`. Raises SettingError."""
    _names_in_dotenv()  # raises SettingError for what Env would only log
    env = Env()
    env.read_env(str(ROOT / ".env"), recurse=False)
    try:
        values = {
            each.name: each.metadata["read"](env, each.name.upper(), each.default)
            for each in fields(Settings)
            if each.metadata
        }
        return Settings(**values, **_read_vendors(env))
    except EnvValidationError as exc:
        name = str(exc).split('"')[1]  # Environment variable "PORT" invalid: …
        messages = " ".join(map(str, exc.error_messages)).rstrip(".")
        raise SettingError(f"{name} is invalid: {messages}") from exc
    except EnvError as exc:
        raise SettingError(str(exc)) from exc


def exposure(settings: Settings) -> str:
    """Return the setting by which others than this machine reach the service; "" if none says so.

    Such as `HOST=0.0.0.0`. Nodes of several machines are behind a proxy.
    """
    if not is_loopback(settings.host):
        return f"HOST={settings.host}"
    if settings.trusted_proxies:
        return f"TRUSTED_PROXIES={settings.trusted_proxies}"
    if settings.public_url and not is_loopback(urlsplit(settings.public_url).hostname):
        return f"PUBLIC_URL={settings.public_url}"
    return f"NODE={settings.node}" if settings.node else ""


def strangers_warning(settings: Settings) -> str | None:
    """Return a warning if strangers can create accounts, and what of this server they then use."""
    if settings.registration != "open" or not (reason := exposure(settings)):
        return None
    names = [name for name in vars(settings) if name.endswith("_api_key")]
    keys = ", ".join(name.upper() for name in names if getattr(settings, name))
    spends = keys and EVERYBODY in settings.server_key_users
    what = f"spend {keys} (SERVER_KEY_USERS={EVERYBODY})" if spends else "use its disk and time"
    return (
        f"Warning: strangers who reach this service ({reason}) can create accounts"
        f" (REGISTRATION=open) and {what}. With REGISTRATION=auto, the first account needs a code,"
        " and ./vidworks users add creates the others."
    )


def unknown_names_warning() -> str | None:
    """Return a warning if `.env` has names that no setting has. Raises SettingError."""
    known = secret_by_name()
    names = [name for name in _names_in_dotenv() if not name.startswith(_OF_COMPOSE)]
    unknown = [name for name in names if name not in known]
    if not unknown:
        return None
    return (
        f"Warning: {ROOT / '.env'} has names that no setting has: {', '.join(unknown)}."
        " docs/settings.md lists all settings."
    )


def secret_by_name() -> dict[str, bool]:
    """Return the names of all settings, and whether each is secret."""
    return {each.name.upper(): not each.repr for each in fields(Settings) if each.name != "tuning"}


def given_settings() -> dict[str, str]:
    """Return the settings that the environment or `.env` gives values to. Raises OSError."""
    given = {**dotenv_values(ROOT / ".env"), **os.environ}
    return {name: value for name in secret_by_name() if (value := given.get(name)) is not None}


def unit_warning() -> str | None:
    """Return a warning if only systemd gives this process its data directory."""
    if "INVOCATION_ID" not in os.environ or "DATA_DIR" not in os.environ:
        return None
    if "DATA_DIR" in _names_in_dotenv():
        return None
    return (
        f"Warning: DATA_DIR is set in the service's unit only. Set it in {ROOT / '.env'} instead:"
        " commands such as `./vidworks users` and `backup` read it when the service is stopped."
    )


def dotenv_notice() -> str | None:
    """Return a notice if other users of the machine can read `.env`, or put another in its place.

    One that belongs to another user, such as root, may be read by the service's group.
    """
    path = ROOT / ".env"
    try:
        status, directory = path.stat(), ROOT.stat()
    except OSError:  # there is none
        return None
    own = status.st_uid == os.geteuid()
    if status.st_mode & (0o077 if own else 0o037):
        mode, private = status.st_mode & 0o777, 600 if own else 640
        return (
            f"{path} may hold keys, and has the mode {mode:o}, with which other users of this"
            f" machine can read or change it: run `chmod {private} {path}`"
        )
    if directory.st_mode & stat.S_IWOTH:
        return f"other users of this machine can replace {path}: run `chmod o-w {ROOT}`"
    return None


def _names_in_dotenv() -> list[str]:
    """Return the names that `.env` gives values to. Raises SettingError for an invalid line."""
    path, names = ROOT / ".env", []
    try:
        with path.open(encoding="utf-8") as file:
            bindings = list(parse_stream(file))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise SettingError(f"{path} cannot be read: {reason}") from exc
    for binding in bindings:
        if binding.error or (binding.key and binding.value is None):
            text = binding.original.string
            blank_lines = text[: len(text) - len(text.lstrip())].count("\n")
            line = binding.original.line + blank_lines
            raise SettingError(f"{path}, line {line}, is invalid; expected NAME=value")
        if binding.key:
            names.append(binding.key)
    return list(dict.fromkeys(names))


def _read_vendors(env: Env) -> dict[str, Any]:
    """Return the settings of the AI vendors that are set; all are strings."""
    known = [each.name for each in fields(Settings)]
    prefixes = tuple(name.removesuffix("api_key") for name in known if name.endswith("_api_key"))
    names = [name for name in known if name.startswith(prefixes)]
    values = {name: env.str(name.upper(), "").strip() for name in names}
    for name, value in values.items():
        if name.endswith("_base_url") and not re.fullmatch(r"(https?://\S+)?", value):
            raise SettingError(f'{name.upper()} is "{value}"; expected an http(s) URL')
        if name.endswith("_api_key") and value and not is_api_key(value):
            raise SettingError(f"{name.upper()} is not a valid key: expected ASCII without spaces")
    return {name: value.rstrip("/") for name, value in values.items() if value}

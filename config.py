"""All settings, read at start from the environment and `.env`; each has a usable default.

docs/settings.md documents them in tables, which a test compares with this module.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from environs import Env, EnvError, EnvValidationError
from marshmallow.validate import Length, OneOf, Range

import processors
from setting_values import (
    check_ffmpeg,
    check_log_level,
    check_node,
    check_public_url,
    check_secret,
    is_address,
    is_api_key,
)
from tuning import Tuning

ROOT = Path(__file__).parent
_OF_COMPOSE = ("COMPOSE_", "VIDWORKS_PORT")  # names in `.env` that Docker Compose reads
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class SettingError(Exception):
    """A setting has an invalid value; the message names the setting."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of the service, in the order of docs/settings.md."""

    data_dir: Path = ROOT / "data"
    host: str = "127.0.0.1"
    port: int = 3001
    public_url: str = ""
    workers: int = 2
    threads: int = 8
    node: str = ""
    jwt_secret: str = ""
    jwt_expires_in: int = 7 * 86400
    jwt_refresh_expires_in: int = 30 * 86400
    registration: str = "open"
    max_upload_mb: int = 500
    max_asset_mb: int = 50
    max_json_mb: int = 10
    takes: int = 20
    user_quota_mb: int = 0
    reserve_mb: int = 500
    client_timeout: int = 60
    waiters: int = 32
    cors_origins: tuple[str, ...] = ("*",)
    trusted_proxies: int = 0
    fsync: bool = True
    cache_mb: int = 64
    log_level: str = "INFO"
    log_format: str = "text"
    metrics_token: str = field(default="", repr=False)
    ffmpeg: str = ""
    demo_provider: str = "auto"
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
    provider_timeout: int = 300
    provider_poll: float = 5.0
    provider_concurrency: int = 4
    generation_timeout: int = 1800
    server_key_users: tuple[str, ...] = ()
    daily_calls: int = 0
    daily_calls_total: int = 0
    intranet_hosts: tuple[str, ...] = ()
    job_days: int = 7
    export_cache_mb: int = 2048
    export_turn: float = 10.0
    tuning: Tuning = field(default_factory=Tuning)  # not read from the environment


def read_settings() -> Settings:
    """Return the settings from the environment and `.env`. Raises SettingError."""
    _names_in_dotenv()  # raises SettingError for what Env would only log
    env = Env()
    env.read_env(str(ROOT / ".env"), recurse=False)
    try:
        return Settings(
            data_dir=ROOT / env.str("DATA_DIR", "data", validate=Length(min=1)),
            host=env.str("HOST", Settings.host, validate=Length(min=1)),
            port=env.int("PORT", Settings.port, validate=Range(1, 65535)),
            public_url=env.str("PUBLIC_URL", "", validate=check_public_url).rstrip("/"),
            workers=env.int("WORKERS", min(64, processors.available()), validate=Range(1, 64)),
            threads=env.int("THREADS", Settings.threads, validate=Range(1, 256)),
            node=env.str("NODE", "", validate=check_node),
            jwt_secret=env.str("JWT_SECRET", "", validate=check_secret),
            jwt_expires_in=_read_seconds(env, "JWT_EXPIRES_IN", "7d"),
            jwt_refresh_expires_in=_read_seconds(env, "JWT_REFRESH_EXPIRES_IN", "30d"),
            registration=env.str("REGISTRATION", "open", validate=OneOf(["open", "closed"])),
            max_upload_mb=env.int("MAX_UPLOAD_MB", 500, validate=Range(min=1)),
            max_json_mb=env.int("MAX_JSON_MB", 10, validate=Range(min=1)),
            max_asset_mb=env.int("MAX_ASSET_MB", 50, validate=Range(min=1)),
            takes=env.int("TAKES", Settings.takes, validate=Range(0, 1000)),
            user_quota_mb=env.int("USER_QUOTA_MB", 0, validate=Range(min=0)),
            reserve_mb=env.int("RESERVE_MB", Settings.reserve_mb, validate=Range(min=0)),
            client_timeout=env.int("CLIENT_TIMEOUT", 60, validate=Range(min=1)),
            waiters=env.int("WAITERS", Settings.waiters, validate=Range(1, 256)),
            cors_origins=_read_origins(env),
            trusted_proxies=env.int("TRUSTED_PROXIES", 0, validate=Range(0, 10)),
            fsync=env.bool("FSYNC", True),
            cache_mb=env.int("CACHE_MB", Settings.cache_mb, validate=Range(min=0)),
            log_level=env.str("LOG_LEVEL", "INFO", validate=check_log_level).upper(),
            log_format=env.str("LOG_FORMAT", "text", validate=OneOf(["text", "json"])),
            metrics_token=env.str("METRICS_TOKEN", "", validate=check_secret),
            ffmpeg=env.str("FFMPEG", "", validate=check_ffmpeg),
            demo_provider=_read_switch(env, "DEMO_PROVIDER"),
            provider_timeout=_read_seconds(env, "PROVIDER_TIMEOUT", "300"),
            provider_poll=env.float("PROVIDER_POLL", 5.0, validate=Range(0.05, 60)),
            provider_concurrency=env.int("PROVIDER_CONCURRENCY", 4, validate=Range(1, 64)),
            generation_timeout=_read_seconds(env, "GENERATION_TIMEOUT", "30m"),
            server_key_users=_read_words(env, "SERVER_KEY_USERS"),
            daily_calls=env.int("DAILY_CALLS", 0, validate=Range(min=0)),
            daily_calls_total=env.int("DAILY_CALLS_TOTAL", 0, validate=Range(min=0)),
            intranet_hosts=_read_hosts(env),
            job_days=env.int("JOB_DAYS", 7, validate=Range(min=1)),
            export_cache_mb=env.int("EXPORT_CACHE_MB", 2048, validate=Range(min=0)),
            export_turn=env.float("EXPORT_TURN", 10.0, validate=Range(0.1, 3600)),
            **_read_vendors(env),
        )
    except EnvValidationError as exc:
        name = str(exc).split('"')[1]  # Environment variable "PORT" invalid: …
        messages = " ".join(map(str, exc.error_messages)).rstrip(".")
        raise SettingError(f"{name} is invalid: {messages}") from exc
    except EnvError as exc:
        raise SettingError(str(exc)) from exc


def exposed_keys_warning(settings: Settings) -> str | None:
    """Return a warning if any web page can create accounts and spend the server's own keys."""
    names = [name for name in vars(settings) if name.endswith("_api_key")]
    keys = [name.upper() for name in names if getattr(settings, name)]
    if not keys or settings.registration != "open" or "*" not in settings.cors_origins:
        return None
    return (
        f"Warning: any web page can create an account here and spend {', '.join(keys)}; set"
        " REGISTRATION=closed, or CORS_ORIGINS to the origins of your own pages."
    )


def unknown_names_warning() -> str | None:
    """Return a warning if `.env` has names that no setting has. Raises SettingError."""
    known = {name.upper() for name in Settings.__dataclass_fields__ if name != "tuning"}
    names = [name for name in _names_in_dotenv() if not name.startswith(_OF_COMPOSE)]
    unknown = [name for name in names if name not in known]
    if not unknown:
        return None
    return (
        f"Warning: {ROOT / '.env'} has names that no setting has: {', '.join(unknown)}."
        " docs/settings.md lists all settings."
    )


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
    fields = Settings.__dataclass_fields__
    prefixes = tuple(name.removesuffix("api_key") for name in fields if name.endswith("_api_key"))
    names = [name for name in fields if name.startswith(prefixes)]
    values = {name: env.str(name.upper(), "").strip() for name in names}
    for name, value in values.items():
        if name.endswith("_base_url") and not re.fullmatch(r"(https?://\S+)?", value):
            raise SettingError(f'{name.upper()} is "{value}"; expected an http(s) URL')
        if name.endswith("_api_key") and value and not is_api_key(value):
            raise SettingError(f"{name.upper()} is not a valid key: expected ASCII without spaces")
    return {name: value.rstrip("/") for name, value in values.items() if value}


def _read_switch(env: Env, name: str) -> str:
    """Return `auto`, `0` or `1`."""
    value = env.str(name, "auto")
    if value.strip().lower() == "auto":
        return "auto"
    try:
        return str(int(env.bool(name)))
    except EnvValidationError as exc:
        raise SettingError(f'{name} is "{value}"; expected auto, 0 or 1') from exc


def _read_seconds(env: Env, name: str, default: str) -> int:
    """Return the seconds of a duration such as `7d`, `12h`, `30m`, `45s`, or `3600`."""
    value = env.str(name, default)
    match = re.fullmatch(r"([1-9][0-9]{0,8})([smhdw]?)", value.strip())
    if match is None:
        raise SettingError(f'{name} is "{value}"; expected a duration such as 7d, 12h, 30m or 3600')
    return int(match[1]) * _SECONDS[match[2] or "s"]


def _read_origins(env: Env) -> tuple[str, ...]:
    origins = tuple(origin.strip().rstrip("/") for origin in env.list("CORS_ORIGINS", ["*"]))
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
            raise SettingError(
                f'CORS_ORIGINS contains "{origin}"; expected * or origins such as https://edit.example'
            )
    return origins


def _read_hosts(env: Env) -> tuple[str, ...]:
    hosts = _read_words(env, "INTRANET_HOSTS")
    for host in hosts:
        if not (is_address(host) or re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", host)):
            raise SettingError(
                f'INTRANET_HOSTS contains "{host}"; expected host names or IP addresses,'
                " without http:// and ports"
            )
    return hosts


def _read_words(env: Env, name: str) -> tuple[str, ...]:
    """Return the values of a list separated by commas, in lower case."""
    words: list[str] = env.list(name, [])
    return tuple(word.strip().lower() for word in words if word.strip())

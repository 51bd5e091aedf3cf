"""Settings: read from the environment and `.env`, validated at startup, and documented."""

import gc
import os
import re
import runpy
import shutil
import socket
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import imageio_ffmpeg
import pytest
from environs import Env

from settings import config, processors
from settings.config import (
    SettingError,
    Settings,
    dotenv_notice,
    exposure,
    read_settings,
    strangers_warning,
    unit_warning,
    unknown_names_warning,
)
from tests.service import ROOT
from web.server.listening import check_address, host_in_url

NAMES = [field.name.upper() for field in fields(Settings) if field.name != "tuning"]


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Remove all settings from the environment, and ignore the real `.env`."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(config, "ROOT", tmp_path)
    return monkeypatch


def documented() -> dict[str, str]:
    """Return the settings in the tables of docs/settings.md, with their defaults."""
    page = (ROOT / "docs" / "settings.md").read_text()
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", page, re.MULTILINE))


def test_settings_have_defaults(environment, tmp_path):
    settings = read_settings()

    assert settings == Settings(data_dir=tmp_path / "data", workers=processors.available())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DATA_DIR", "/srv/vidworks", Path("/srv/vidworks")),
        ("HOST", "::1", "::1"),
        ("PORT", "8080", 8080),
        ("PUBLIC_URL", "https://example.com/", "https://example.com"),
        ("PUBLIC_URL", "http://[::1]:8080/ai/video-works", "http://[::1]:8080/ai/video-works"),
        ("WORKERS", "3", 3),
        ("THREADS", "16", 16),
        ("JWT_SECRET", "0123456789abcdef", "0123456789abcdef"),
        ("JWT_SECRET", "", ""),
        ("JWT_EXPIRES_IN", "45s", 45),
        ("JWT_EXPIRES_IN", "30m", 1800),
        ("JWT_EXPIRES_IN", "12h", 43_200),
        ("JWT_EXPIRES_IN", "2w", 1_209_600),
        ("JWT_EXPIRES_IN", "3600", 3600),
        ("JWT_REFRESH_EXPIRES_IN", "90d", 7_776_000),
        ("REGISTRATION", "closed", "closed"),
        ("REGISTRATION", "open", "open"),
        ("MAX_UPLOAD_MB", "1", 1),
        ("MAX_JSON_MB", "20", 20),
        ("USER_QUOTA_MB", "1000", 1000),
        ("RESERVE_MB", "0", 0),
        ("CLIENT_TIMEOUT", "5", 5),
        ("CORS_ORIGINS", "*", ("*",)),
        ("CORS_ORIGINS", "https://a.example, http://b:80/", ("https://a.example", "http://b:80")),
        ("TRUSTED_PROXIES", "1", 1),
        ("FSYNC", "0", False),
        ("FSYNC", "1", True),
        ("CACHE_MB", "0", 0),
        ("LOG_LEVEL", "warning", "WARNING"),
        ("LOG_FORMAT", "json", "json"),
        ("MAX_ASSET_MB", "5", 5),
        ("WAITERS", "4", 4),
        ("FFMPEG", imageio_ffmpeg.get_ffmpeg_exe(), imageio_ffmpeg.get_ffmpeg_exe()),
        ("DEMO_PROVIDER", "1", "1"),
        ("DEMO_PROVIDER", "no", "0"),
        ("DEMO_PROVIDER", "Auto", "auto"),
        ("GEMINI_API_KEY", "a-key", "a-key"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1/", "http://127.0.0.1:9/v1"),
        ("RUNWAY_VIDEO_MODEL", "gen4_turbo", "gen4_turbo"),
        ("PROVIDER_TIMEOUT", "2m", 120),
        ("PROVIDER_POLL", "0.5", 0.5),
        ("PROVIDER_CONCURRENCY", "1", 1),
        ("GENERATION_TIMEOUT", "1h", 3600),
        ("DAILY_CALLS", "20", 20),
        ("INTRANET_HOSTS", "n8n.lan, Hooks.lan", ("n8n.lan", "hooks.lan")),
        ("INTRANET_HOSTS", "localhost,10.0.0.7,fd00::7", ("localhost", "10.0.0.7", "fd00::7")),
        (
            "SERVER_KEY_USERS",
            "Ana@example.com, ben@example.com",
            ("ana@example.com", "ben@example.com"),
        ),
        ("JOB_DAYS", "1", 1),
    ],
)
def test_setting_is_parsed(environment, name, text, value):
    environment.setenv(name, text)

    assert getattr(read_settings(), name.lower()) == value


def test_every_setting_is_read(environment):
    made: list[Env] = []

    class RecordingEnv(Env):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    environment.setattr(config, "Env", RecordingEnv)
    read_settings()

    assert made[0].dump().keys() == set(NAMES)


def test_relative_data_directory_is_relative_to_the_program(environment, tmp_path):
    environment.setenv("DATA_DIR", "kept/here")

    assert read_settings().data_dir == tmp_path / "kept/here"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATA_DIR", ""),
        ("HOST", ""),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PUBLIC_URL", "example.com/vidworks"),
        ("PUBLIC_URL", "ftp://example.com"),
        ("PUBLIC_URL", "https:///vidworks"),
        ("PUBLIC_URL", "https://ana@example.com"),
        ("PUBLIC_URL", "https://example.com:port"),
        ("PUBLIC_URL", "https://example.com/a/../b"),
        ("PUBLIC_URL", "https://example.com/a//b"),
        ("PUBLIC_URL", "https://example.com/a?b=c"),
        ("PUBLIC_URL", "https://example.com:443/vidworks"),
        ("PUBLIC_URL", "https://example.com/api"),
        ("WORKERS", "0"),
        ("WORKERS", "many"),
        ("THREADS", "0"),
        ("JWT_SECRET", "too short"),
        ("JWT_EXPIRES_IN", "7y"),
        ("JWT_EXPIRES_IN", "0d"),
        ("JWT_EXPIRES_IN", ""),
        ("JWT_REFRESH_EXPIRES_IN", "-1"),
        ("REGISTRATION", "perhaps"),
        ("MAX_UPLOAD_MB", "0"),
        ("FFMPEG", "/missing/ffmpeg"),
        ("FFMPEG", "missing-ffmpeg"),
        ("FFMPEG", "/dev/null"),
        ("FFMPEG", "/bin/true"),
        ("FFMPEG", "echo"),
        ("MAX_UPLOAD_MB", "1.5"),
        ("MAX_JSON_MB", "no"),
        ("MAX_ASSET_MB", "0"),
        ("WAITERS", "0"),
        ("DEMO_PROVIDER", "perhaps"),
        ("CLAUDE_API_KEY", "a key"),
        ("CLAUDE_API_KEY", "schlüssel"),
        ("GEMINI_BASE_URL", "gemini.example"),
        ("PROVIDER_TIMEOUT", "soon"),
        ("PROVIDER_POLL", "0"),
        ("PROVIDER_CONCURRENCY", "0"),
        ("GENERATION_TIMEOUT", "0"),
        ("DAILY_CALLS", "-1"),
        ("INTRANET_HOSTS", "http://a/"),
        ("INTRANET_HOSTS", "n8n.lan:5678"),
        ("INTRANET_HOSTS", "n8n.lan, 10.0.0.0/8"),
        ("JOB_DAYS", "0"),
        ("USER_QUOTA_MB", "-1"),
        ("RESERVE_MB", "some"),
        ("CLIENT_TIMEOUT", "0"),
        ("CORS_ORIGINS", "edit.example"),
        ("CORS_ORIGINS", "https://edit.example/page"),
        ("CORS_ORIGINS", "https://a.example,"),
        ("TRUSTED_PROXIES", "-1"),
        ("FSYNC", "perhaps"),
        ("CACHE_MB", "-1"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_invalid_value_raises_an_error_that_names_the_setting(environment, name, text):
    environment.setenv(name, text)

    with pytest.raises(SettingError) as failure:
        read_settings()

    assert name in str(failure.value)
    assert not re.search(r"[\n\[\]]", str(failure.value))


def test_error_about_a_short_secret_does_not_contain_the_secret(environment):
    environment.setenv("JWT_SECRET", "short one")

    with pytest.raises(SettingError) as failure:
        read_settings()

    assert "short one" not in str(failure.value)


def failed_start(**settings: str) -> subprocess.CompletedProcess[str]:
    """Run the service with settings with which it should not start."""
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
    environ = {**os.environ, **settings}
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False
    )


def assert_one_line_error(ended: subprocess.CompletedProcess[str], name: str) -> None:
    """Assert that the only output is one line on stderr with the setting's name."""
    assert ended.returncode != 0
    assert re.fullmatch(f"Vidworks cannot start: .*{name}.*\n", ended.stderr)
    assert ended.stdout == ""


def test_service_with_an_invalid_setting_exits_with_a_one_line_error():
    assert_one_line_error(failed_start(PORT="http"), "PORT")


def test_service_on_a_port_in_use_exits_with_a_line_that_says_what_to_do(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = failed_start(PORT=port, DATA_DIR=str(tmp_path / "data"))

    assert_one_line_error(ended, f"PORT {port} is in use on 127.0.0.1, .* set another PORT")


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid", "fe80::1"])
def test_names_and_addresses_of_other_machines_are_no_addresses(host):
    expected = f'HOST is "{host}", which is not an address of this machine .*; expected one of its'
    with pytest.raises(SettingError, match=expected):
        check_address(Settings(host=host))


@pytest.mark.parametrize(
    "directory", ["/dev/null/data", pytest.param("{file}", marks=pytest.mark.thorough)]
)
def test_service_with_an_unusable_data_directory_exits_with_a_one_line_error(tmp_path, directory):
    file = tmp_path / "file"
    file.touch()

    failure = failed_start(DATA_DIR=directory.replace("{file}", str(file)), PORT="1")

    assert_one_line_error(failure, "DATA_DIR")


def read_port(root: Path, **environ: str) -> str:
    """Return the port that a copy of settings/ in `root` reads."""
    shutil.copytree(ROOT / "settings", root / "settings")
    code = "from settings import config; print(config.read_settings().port)"
    command = [sys.executable, "-c", code]
    environ = {**{k: v for k, v in os.environ.items() if k not in NAMES}, **environ}
    ended = subprocess.run(
        command, cwd=root, env=environ, capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def test_dotenv_is_read(tmp_path):
    (tmp_path / ".env").write_text("# comment\nPORT=4001\n")

    assert read_port(tmp_path) == "4001"


def test_environment_overrides_dotenv(tmp_path):
    (tmp_path / ".env").write_text("PORT=4001\n")

    assert read_port(tmp_path, PORT="5001") == "5001"


def test_dotenv_in_a_parent_directory_is_ignored(tmp_path):
    (tmp_path / ".env").write_text("PORT=4001\n")
    (tmp_path / "project").mkdir()

    assert read_port(tmp_path / "project") == "3001"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("PORT 4001\n", 1),
        ("# comment\n\n\nPORT\nHOST=::1\n", 4),
        ("\nDATA_DIR=a\nJWT_SECRET='0123456789abcdef\n", 3),
    ],
)
def test_line_of_dotenv_that_cannot_be_parsed_is_named(environment, tmp_path, text, line):
    (tmp_path / ".env").write_text(text)

    with pytest.raises(SettingError) as failure:
        read_settings()

    file = tmp_path / ".env"
    assert str(failure.value) == f"{file}, line {line}, is invalid; expected NAME=value"


def test_dotenv_that_is_not_utf8_is_named(environment, tmp_path):
    (tmp_path / ".env").write_bytes("DATA_DIR=schön\n".encode("latin-1"))

    with pytest.raises(SettingError, match="env cannot be read: it is not UTF-8"):
        read_settings()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("PORT=4001\nDATA_DIR=\n", None),
        ("# USER_QUOTA=1\n", None),
        ("COMPOSE_FILE=compose.yaml\nVIDWORKS_PORT=8080\n", None),
        ("USER_QUOTA=1\nPORT=4001\nport=1\nUSER_QUOTA=2\n", "USER_QUOTA, port"),
    ],
)
def test_warning_about_names_in_dotenv_that_no_setting_has(environment, tmp_path, text, unknown):
    assert unknown_names_warning() is None
    (tmp_path / ".env").write_text(text)

    warning = unknown_names_warning()

    assert (warning is None) == (unknown is None)
    if warning and unknown:
        assert f"names that no setting has: {unknown}." in warning


def test_warning_about_a_data_directory_that_only_the_unit_sets(environment, tmp_path):
    environment.setenv("DATA_DIR", "/srv/data")
    environment.delenv("INVOCATION_ID", raising=False)
    assert unit_warning() is None  # as in a container, where commands have the same environment

    environment.setenv("INVOCATION_ID", "0123")  # as systemd does
    assert "DATA_DIR is set in the service's unit only" in str(unit_warning())
    (tmp_path / ".env").write_text("DATA_DIR=/srv/data\n")
    assert unit_warning() is None


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        (0o600, None),
        (0o400, None),
        (0o640, "chmod 600"),
        (0o644, "has the mode 644"),
        (0o602, "chmod 600"),
    ],
)
def test_notice_about_a_dotenv_that_others_can_read(environment, tmp_path, mode, told):
    assert dotenv_notice() is None
    (tmp_path / ".env").write_text("GEMINI_API_KEY=k\n")
    (tmp_path / ".env").chmod(mode)

    notice = dotenv_notice()

    assert (notice is None) == (told is None)
    assert (told or "") in (notice or "")


def test_notice_about_a_dotenv_that_others_can_replace(environment, tmp_path):
    (tmp_path / ".env").touch(0o600)
    tmp_path.chmod(0o703)

    assert f"chmod o-w {tmp_path}" in str(dotenv_notice())


def test_start_warns_of_a_dotenv_that_others_can_read(environment, tmp_path):
    (tmp_path / ".env").write_text("GEMINI_API_KEY=the-key\n")
    (tmp_path / ".env").chmod(0o644)
    try:
        start = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    finally:
        gc.enable()  # which a start turns off

    [warning] = start["_warnings"]()

    assert warning.startswith(f"Warning: {tmp_path / '.env'} may hold keys, and has the mode 644")
    assert "the-key" not in warning


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file away")
def test_dotenv_of_another_user_may_be_read_by_the_services_group(environment, tmp_path):
    (tmp_path / ".env").touch(0o640)
    os.chown(tmp_path / ".env", 10001, -1)
    (tmp_path / ".env").chmod(0o640)
    assert dotenv_notice() is None

    (tmp_path / ".env").chmod(0o644)
    assert "chmod 640" in str(dotenv_notice())


@pytest.mark.parametrize(("host", "written"), [("::", "[::]"), ("0.0.0.0", "0.0.0.0")])
def test_addresses_are_written_as_in_urls(host, written):
    assert host_in_url(host) == written


def test_page_lists_every_setting_in_order():
    assert list(documented()) == NAMES


def test_page_lists_the_defaults(environment):
    """Setting every setting to its documented default changes nothing."""
    defaults = read_settings()
    quoted = {name: default for name, default in documented().items() if default[0] == "`"}
    assert len(quoted) > 12

    for name, default in quoted.items():
        environment.setenv(name, default.strip("`"))

    assert read_settings() == defaults


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ""),
        ({"host": "::1"}, ""),
        ({"host": "localhost", "public_url": "http://localhost:3001/vidworks"}, ""),
        ({"host": "0.0.0.0"}, "HOST=0.0.0.0"),
        ({"host": "::"}, "HOST=::"),
        ({"host": "vid.lan"}, "HOST=vid.lan"),
        ({"trusted_proxies": 1}, "TRUSTED_PROXIES=1"),
        ({"public_url": "https://vid.example.lan"}, "PUBLIC_URL=https://vid.example.lan"),
        ({"node": "a"}, "NODE=a"),
    ],
)
def test_setting_by_which_others_reach_the_service(fields, expected):
    assert exposure(Settings(**fields)) == expected


OPEN = {"host": "0.0.0.0", "registration": "open"}
KEYS = {"openai_api_key": "k", "runway_api_key": "k"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"registration": "open", **KEYS}, None),  # reached from this machine alone
        ({"host": "0.0.0.0", **KEYS}, None),
        ({**OPEN, "registration": "closed", **KEYS}, None),
        (OPEN, "and use its disk and time."),
        ({**OPEN, **KEYS}, "and use its disk and time."),
        ({**OPEN, **KEYS, "server_key_users": ("*",)}, "spend OPENAI_API_KEY, RUNWAY_API_KEY"),
        ({**OPEN, "cors_origins": ("https://edit.example",)}, "and use its disk and time."),
    ],
)
def test_warning_about_strangers(fields, expected):
    warning = strangers_warning(Settings(**fields))

    assert (warning is None) == (expected is None)
    if warning and expected:
        assert warning.startswith("Warning: strangers who reach this service (HOST=0.0.0.0)")
        assert expected in warning

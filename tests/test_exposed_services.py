"""Strangers get in nowhere: the settings that documents and files for containers show, as written.

Each is a service that others reach. What they write is read from there.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from settings import config
from settings.config import Settings, read_settings
from tests import nginx
from tests.applications import create_app
from tests.people import PASSWORD
from tests.programs import needs
from tests.service import ROOT, Client, CommandService, free_port

ANA = {"email": "ana@example.com", "password": PASSWORD, "name": "Ana"}
BEN = {**ANA, "email": "ben@example.com", "name": "Ben"}

pytestmark = pytest.mark.tuning(node_join=0.0)

REGISTER, REGISTRATION = "/api/auth/register", "/api/auth/registration"
_SETTING = re.compile(r"\b([A-Z][A-Z_]+)=([^\s`,;]+)")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def of_compose(*names: str) -> dict[str, str]:
    """Return the environment of the service in compose files, the later ones over the earlier."""
    services = [yaml.safe_load(page(name))["services"]["vidworks"] for name in names]
    return {key: value for each in services for key, value in each["environment"].items()}


def of_deployment() -> dict[str, str]:
    """Return what docs/deployment.md writes into .env."""
    [text] = re.findall(r"Write `/opt/vidworks/\.env`.*?```sh\n(.*?)```", page(DEPLOYMENT), re.S)
    return dict(_SETTING.findall(text))


def named_in(name: str, start: str, end: str) -> dict[str, str]:
    """Return the settings that are named between two texts of a page."""
    [text] = re.findall(f"{re.escape(start)}.*?{re.escape(end)}", page(name), re.S)
    return dict(_SETTING.findall(text))


DEPLOYMENT = "docs/deployment.md"
DOCUMENTED: dict[str, Mapping[str, str]] = {
    "docs/how-to/containers.md": of_compose("compose.yaml"),
    "docs/how-to/containers.md, with TLS": of_compose("compose.yaml", "compose.tls.yaml"),
    "Dockerfile": dict(_SETTING.findall("".join(re.findall("^ENV .*", page("Dockerfile"), re.M)))),
    "docs/deployment.md": of_deployment(),
    "docs/deployment.md, without nginx": named_in(DEPLOYMENT, "Without nginx, use", "instead"),
    "docs/deployment.md, below a path": named_in(DEPLOYMENT, "1. In `.env`, set", "Everything"),
    "docs/several-machines.md": named_in("docs/several-machines.md", "Set in `.env`", "All other"),
    "docs/settings.md": {"HOST": "0.0.0.0"},  # `makes the service available in the network`
}


@pytest.fixture
def documented(monkeypatch, tmp_path, request, tuning):
    """The settings of a service that follows a document, with a key of the server's own."""
    for name in vars(Settings()):
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(config, "ROOT", tmp_path)
    (tmp_path / ".env").write_text("GEMINI_API_KEY=the-servers\n")
    for name, value in DOCUMENTED[request.param].items():
        monkeypatch.setenv(name, value)
    own: dict[str, Any] = {"data_dir": tmp_path / "data", "fsync": False, "log_level": "ERROR"}
    return replace(read_settings(), tuning=tuning, **own)


def from_the_internet(client: FlaskClient, settings: Settings) -> None:
    """Let the client be one of the service's name, through the proxy if there is one."""
    host = settings.public_url.partition("//")[2].partition("/")[0] or "vid.example.lan"
    forwarded = {"HTTP_X_FORWARDED_FOR": "203.0.113.7", "HTTP_X_FORWARDED_HOST": host}
    client.environ_base.update(HTTP_HOST=host, **(forwarded if settings.trusted_proxies else {}))


@pytest.mark.parametrize("documented", DOCUMENTED, indirect=True)
def test_stranger_can_neither_register_nor_order(documented):
    app = create_app(documented)
    stranger, owner = app.test_client(), app.test_client()
    from_the_internet(stranger, documented)
    from_the_internet(owner, documented)

    first = stranger.post(REGISTER, json=ANA)
    run = app.test_cli_runner().invoke(args=["users", "setup-code"])
    registered = owner.post(REGISTER, json={**ANA, "setupCode": run.stdout.strip()})
    second = stranger.post(REGISTER, json={**BEN, "setupCode": run.stdout.strip()})
    order = stranger.post("/api/videos", json={"prompt": "A lamp"})

    assert (first.status_code, first.json["code"]) == (403, "setup_code_required")
    assert registered.status_code == 201
    assert (second.status_code, second.json["error"]) == (403, "Registration is closed")
    assert order.status_code == 401
    shown = stranger.get(REGISTRATION).json
    assert shown == {"open": False, "first": False, "needsSetupCode": False}


def test_documents_name_the_settings_that_are_tried():
    assert DOCUMENTED["docs/how-to/containers.md, with TLS"]["TRUSTED_PROXIES"] == "1"
    assert DOCUMENTED["docs/deployment.md"].keys() == {"TRUSTED_PROXIES", "PUBLIC_URL"}
    assert DOCUMENTED["docs/deployment.md, without nginx"] == {"HOST": "0.0.0.0"}
    assert DOCUMENTED["docs/several-machines.md"].keys() >= {"NODE", "TRUSTED_PROXIES"}
    assert all(DOCUMENTED.values())


@needs("nginx")
@pytest.mark.slow  # starts the service and nginx
@pytest.mark.parametrize("proxied", [{"TRUSTED_PROXIES": 1}, {}], ids=["named", "not named"])
def test_stranger_behind_nginx_cannot_register(tmp_path, proxied):
    """The documented site, in front of a service that knows of it, and of one that does not."""
    port = free_port()
    (tmp_path / "nginx").mkdir()
    service = CommandService(tmp_path / "data", **proxied)
    service.start()
    site = nginx.documented_site(port, service.port)
    stranger = Client(port)
    try:
        with nginx.running(tmp_path / "nginx", site, port):
            refused = stranger.post(REGISTER, ANA)
            code = re.findall("^Setup code: (.+)$", service.log.read_text(), re.M)
            if proxied:
                registered = stranger.post(REGISTER, {**ANA, "setupCode": code[0]})
            else:
                registered = service.request("POST", REGISTER, ANA)  # on the machine itself
            late = stranger.post(REGISTER, BEN)
    finally:
        stranger.close()
        service.stop()

    assert (refused.status, refused.json["code"]) == (403, "setup_code_required")
    assert len(code) == bool(proxied)
    assert registered.status == 201
    assert (late.status, late.json["error"]) == (403, "Registration is closed")

"""The files for containers agree with the service and its documentation."""

import re
import textwrap

import yaml

from settings.config import Settings
from tests.service import ROOT
from tests.test_layers import LAYERS


def test_site_of_the_container_is_the_documented_one():
    page = (ROOT / "docs" / "deployment.md").read_text()
    [documented] = re.findall(r"^ *```nginx\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    expected = (
        textwrap.dedent(documented)
        .replace("127.0.0.1:3001", "vidworks:3001")
        .replace("/etc/ssl/vidworks", "/etc/nginx/tls/vidworks")
        .replace("vidworks.example.lan", "_")
    )

    _comment, _, site = (ROOT / "deploy" / "nginx-container.conf").read_text().partition("\n")
    assert site == expected


def test_image_has_the_packages_of_the_service_and_no_secrets():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    needed = {name for names in LAYERS for name in names} | {"docs", "vidworks"}

    assert needed & set(ignored) == set()
    assert {".*", "data", "*.tar"} <= set(ignored)  # .env, .git and .venv are hidden


def test_compose_file_with_n8n_names_both_services_as_containers_see_them():
    page = (ROOT / "docs" / "how-to" / "n8n.md").read_text()
    [documented] = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    services = yaml.safe_load(documented)["services"]
    own = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]

    assert services.keys() - own.keys() == {"n8n"}
    assert services["vidworks"]["environment"]["INTRANET_HOSTS"] == "n8n"
    assert services["n8n"]["environment"]["WEBHOOK_URL"] == "http://n8n:5678/"
    assert f"`http://vidworks:{own['vidworks']['environment']['PORT']}/api/videos`" in page


def test_stop_of_the_container_waits_for_paid_requests():
    [seconds] = re.findall(r"stop_grace_period: (\d+)s", (ROOT / "compose.yaml").read_text())

    assert int(seconds) > Settings.provider_timeout + 10

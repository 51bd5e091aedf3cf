"""The service below a path, behind nginx: the page, the API, MCP, and links, which no log has."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect

from tests import nginx, programs
from tests.browser import needs_browser
from tests.console.conftest import SIZE
from tests.console.forms import enter
from tests.console.modules import open_modules
from tests.console.visit import PASSWORD, Visit
from tests.service import ROOT, Client, Service, free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(programs.find("nginx") is None, reason=programs.missing("nginx") or ""),
]

PATH = "/vidworks"


class Site(NamedTuple):
    """The service, the port of the nginx in front of it, and the directory with its logs."""

    service: Service
    port: int
    directory: Path

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def base(self) -> str:
        return self.origin + PATH

    @contextmanager
    def client(self, token: str) -> Iterator[Client]:
        """Yield a client of nginx."""
        client = Client(self.port, token)
        with closing(client):
            yield client

    def logs(self) -> str:
        logs = [self.service.log, self.directory / "access.log", self.directory / "error.log"]
        return "".join(log.read_text() for log in logs)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    directory, port = tmp_path_factory.mktemp("site"), free_port()
    proxied = {"PUBLIC_URL": f"http://localhost:{port}{PATH}", "TRUSTED_PROXIES": 1}
    settings = {**proxied, "REGISTRATION": "open"}
    with Service.running(directory / "data", **settings, LOG_LEVEL="DEBUG", FSYNC=0) as service:
        documented = nginx.documented_site(port, service.port, PATH)
        with nginx.running(directory, documented, port):
            yield Site(service, port, directory)


@needs_browser
def test_page_works_below_the_path(browser, site, samples):
    with browser.new_context(viewport=SIZE, reduced_motion="reduce") as context:
        visit = Visit(context, site.service, site.port)
        page = visit.page
        visit.open("")
        page.get_by_label("Name").fill("Ana")
        enter(page, visit.email, "Create account")
        expect(page.get_by_role("heading", name="Make your first video")).to_be_visible()

        project = add_project(site, visit.email, samples / "image.png")
        page.get_by_role("link", name="Lamps").click()  # which an event has told of
        expect(page).to_have_url(f"{visit.base}/projects/{project}")
        page.get_by_role("link", name="Assets").click()
        expect(page).to_have_url(f"{visit.base}/projects/{project}/assets")
        page.reload()  # the session continues with a cookie, and another one reads the picture
        picture = page.get_by_role("main").locator("img").first
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        visit.open("/settings/mcp")
        expect(page.get_by_text(f"vidworks {visit.base}/mcp")).to_be_visible()
        assert visit.problems == []
        page.evaluate("fetch('/vidworks.txt')")  # beside the path
        assert f"foreign request: {site.origin}/vidworks.txt" in visit.problems


def add_project(site: Site, email: str, image: Path) -> str:
    """Create a project with a picture by the API; return its id."""
    account = {"email": email, "password": PASSWORD}
    answer = site.service.request("POST", f"{PATH}/api/auth/login", account)
    with site.client(answer.json["accessToken"]) as client:
        project: str = client.post(f"{PATH}/api/projects", {"name": "Lamps"}).json["id"]
        assets = f"{PATH}/api/projects/{project}/assets"
        assert client.post(assets, image.read_bytes(), Content_Type="image/png").status == 201
    return project


def test_links_and_tools_work_below_the_path_and_no_log_has_links(site, samples):
    image = (samples / "image.png").read_bytes()
    with site.client(site.service.register("ben@example.com")) as client:
        project = client.post(f"{PATH}/api/projects", {"name": "Lamps"}).json["id"]
        body = {"kind": "upload", "projectId": project}
        made = client.post(f"{PATH}/api/links", body).json["url"]
        uploads = [told_address(client, project), made]
        for url in uploads:
            assert url.startswith(f"{site.base}/api/uploads/")
            asset = client.put(url.removeprefix(site.origin), image).json["id"]
        body = {"kind": "media", "projectId": project, "assetId": asset}
        media = client.post(f"{PATH}/api/links", body).json["url"]
        answer = client.get(f"{media.removeprefix(site.origin)}?a=b")
    assert (answer.status, answer.body) == (200, image)

    logs = site.logs()
    assert f"{PATH}/api/projects" in logs
    assert not [url for url in (*uploads, media) if url.rpartition("/")[2] in logs]


@needs_browser
def test_base_is_the_path_before_the_files_of_the_page(browser):
    hosts = ("http://localhost:3001", "https://tools.example.com")
    paths = ("", "/vidworks", "/ai/video.works")
    cases = [(f"{host}{path}/console/static/base.0a.js", path) for host in hosts for path in paths]

    with open_modules(browser) as modules:
        found = modules.call_all("base.js", "basePath", [[url] for url, _ in cases])

    assert found == [path for _, path in cases]


@programs.needs("curl")
def test_documented_site_speaks_http_2(site):
    command = ["curl", "--silent", "--http2-prior-knowledge", "--write-out", "%{http_version}"]
    done = subprocess.run(
        [*command, f"{site.base}/api/health"], check=True, capture_output=True, text=True
    )

    assert done.stdout.endswith("}2")


def test_no_log_of_nginx_has_links_while_the_service_is_down(tmp_path):
    port, token = free_port(), "x" * 22
    kinds = ("downloads", "files", "uploads", "review", "invitations")
    paths = [f"{PATH}/review/{token}", *(f"{PATH}/api/{kind}/{token}" for kind in kinds)]
    site = nginx.documented_site(port, free_port(), PATH)
    with nginx.running(tmp_path, site, port), closing(Client(port)) as client:
        assert {client.get(path).status for path in (*paths, f"{PATH}/api/health")} == {502}

    logs = "".join((tmp_path / name).read_text() for name in ("access.log", "error.log"))
    assert logs.count(f"{PATH}/api/health") >= 2
    assert token not in logs


def test_port_80_redirects_and_browsers_are_told_to_use_tls(tmp_path):
    port, plain, token = free_port(), free_port(), "x" * 22
    site = nginx.documented_site(port, free_port(), redirecting=plain)
    with nginx.running(tmp_path, site, port), closing(Client(plain)) as client:
        redirected = client.get(f"/review/{token}?a=b")
        with closing(Client(port)) as secure:
            told = secure.get("/api/health").headers["Strict-Transport-Security"]

    assert redirected.status == 308
    assert redirected.headers["Location"] == f"https://127.0.0.1/review/{token}?a=b"
    assert int(told.removeprefix("max-age=")) >= 180 * 86_400
    assert token not in (tmp_path / "access.log").read_text()


def told_address(client: Client, project: str) -> str:
    """Return the address for an upload that the MCP endpoint tells."""
    tool = {"name": "upload_url", "arguments": {"project": project}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
    result = client.post(f"{PATH}/mcp", call).json["result"]
    return str(json.loads(result["content"][0]["text"])["url"])


@pytest.mark.thorough
@needs_browser
def test_all_tests_of_the_page_pass_below_the_path():
    environ: dict[str, Any] = {**os.environ, "PUBLIC_URL": f"http://localhost{PATH}"}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/console"]

    run = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout[-20_000:]

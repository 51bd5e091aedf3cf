"""PUBLIC_URL: the base of absolute addresses, and the path below which everything is served."""

import re

import pytest

from schemas.lists import join
from web.addresses import absolute, own_path

ORIGIN = "https://tools.example.com"
BASE = f"{ORIGIN}/vidworks"
ACCOUNT = {"email": "ben@example.com", "password": "correct horse", "name": "Ben", "cookie": True}

pytestmark = pytest.mark.settings(public_url=BASE, registration="open")


@pytest.mark.parametrize("path", ["/api/jobs/job_1", "https://cdn.example.com/a.png", "data:,"])
def test_paths_are_joined_and_addresses_stay(path):
    assert join(BASE, path) == (BASE + path if path.startswith("/") else path)


def test_absolute_addresses_start_with_the_public_url(app):
    with app.test_request_context("/vidworks/api/health", headers={"Host": "10.0.0.7:3001"}):
        assert absolute("/api/health") == f"{BASE}/api/health"


@pytest.mark.parametrize("prefix", ["/vidworks", ""])
def test_requests_have_the_path_or_a_proxy_removed_it(ana, prefix):
    created = ana.create(f"{prefix}/api/projects", {"name": "Teasers"})

    assert ana.show(f"{prefix}/api/projects/{created['id']}")["name"] == "Teasers"
    assert ana.get(f"{prefix}/api/nothing").status_code == 404


@pytest.mark.parametrize(
    "path", ["/vidworksapi/health", "/other/api/health", "/vidworks/vidworks/api/health"]
)
def test_other_paths_are_not_found(ana, path):
    assert ana.get(path).status_code == 404


def test_next_page_of_a_list_is_at_the_public_url(ana):
    ana.new_project()
    ana.new_project()

    following = ana.show("/api/projects?page=1&limit=1")["next"]

    assert following.startswith(f"{BASE}/api/projects?page=1&limit=1&cursor=")
    assert ana.get(following.removeprefix(BASE)).json["next"] is None


def test_cookies_are_for_the_path_and_for_https(client):
    answer = client.post("/vidworks/api/auth/register", json=ACCOUNT, headers={"Origin": ORIGIN})

    assert answer.status_code == 201
    cookies = [cookie.split("; ") for cookie in answer.headers.getlist("Set-Cookie")]
    assert all("Secure" in attributes for attributes in cookies)
    assert {name.partition("=")[0]: path_in(attributes) for name, *attributes in cookies} == {
        "vidworks_refresh": "/vidworks/api/auth/session",
        "vidworks_media": "/vidworks/api",
    }


def path_in(attributes: list[str]) -> str:
    [path] = [each.removeprefix("Path=") for each in attributes if each.startswith("Path=")]
    return path


@pytest.mark.parametrize("origin", ["https://other.example.com", "http://tools.example.com", ""])
def test_cookies_are_for_the_pages_of_the_public_url(client, origin):
    answer = client.post("/api/auth/register", json=ACCOUNT, headers={"Origin": origin})

    assert answer.status_code == 403


def test_pages_name_their_files_below_the_path(client):
    for path in ("/vidworks/projects/proj_1", "/vidworks/api/docs", "/api-docs"):
        html = client.get(path).text
        files = re.findall(r'(?:src|href)="([^"]+)"', html)
        assert len(files) > 3
        for file in files:
            assert file.startswith("/vidworks/"), file
            assert client.get(file, buffered=True).status_code == 200, file


def test_api_is_described_below_the_path(client):
    assert client.get("/vidworks/api/openapi.json").json["servers"] == [{"url": "/vidworks"}]


def test_job_is_found_at_its_location(ana):
    work = ana.new_work(ana.new_project())
    headers = {"x-llm-provider": "demo"}

    ordered = ana.post(f"{work}/jobs", json={"kind": "scenario"}, headers=headers)

    location = ordered.headers["Location"]
    assert location.startswith(f"/vidworks{work}/jobs/")
    assert ana.show(location)["id"] == ordered.json["id"]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (f"{BASE}/api/jobs/job_1/media", "/api/jobs/job_1/media"),
        ("http://10.0.0.7:3001/vidworks/api/jobs", "/api/jobs"),
        ("http://10.0.0.7:3001/api/jobs", "/api/jobs"),
        ("/vidworks/api/jobs", "/api/jobs"),
        ("/api/jobs", "/api/jobs"),
        ("https://tools.example.com/vidworks2/api", "https://tools.example.com/vidworks2/api"),
        ("https://other.example.com/vidworks/a.png", "https://other.example.com/vidworks/a.png"),
        ("data:image/png;base64,", "data:image/png;base64,"),
    ],
)
def test_path_of_an_own_address(app, address, path):
    own = {"SCRIPT_NAME": "/vidworks"}
    with app.test_request_context("/api", headers={"Host": "10.0.0.7:3001"}, environ_overrides=own):
        assert own_path(address) == path


def test_addresses_of_links_and_tools_are_below_the_public_url(ana):
    project = ana.new_project()
    body = {"kind": "upload", "projectId": project.rpartition("/")[2]}

    made = ana.create("/api/links", body)

    assert made["url"].startswith(f"{BASE}/api/uploads/")

"""Conditional requests through nginx that compresses, which makes entity tags weak."""

import pytest

from tests import nginx, programs
from tests.service import Answer, Client, free_port

pytestmark = programs.needs("nginx")

_SITE = """server {{
    listen 127.0.0.1:{port};
    gzip on; gzip_proxied any; gzip_min_length 1; gzip_types *;
    location / {{ proxy_pass http://127.0.0.1:{service_port}; }}
}}"""


class Compressed(Client):
    """A client that accepts compressed answers."""

    def request(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        return super().request(method, path, body, **{"Accept-Encoding": "gzip", **headers})


@pytest.fixture(scope="module")
def proxied(service, tmp_path_factory):
    """A client of a user, whose requests go through nginx."""
    port, token = free_port(), service.register()
    site = _SITE.format(port=port, service_port=service.port)
    with nginx.running(tmp_path_factory.mktemp("nginx"), site, port):
        client = Compressed(port, token)
        yield client
        client.close()


@pytest.fixture
def work(proxied, service):
    """The address of a work."""
    direct = service.client(proxied.token)
    return direct.new_work(direct.new_project(), name="Lamps", productDescription="x" * 2_000)


def test_304_is_answered_through_a_proxy_that_compresses(proxied, work):
    for url in (work, work.partition("/works")[0], f"{work}/comments"):
        first = proxied.get(url)
        assert first.headers["Content-Encoding"] == "gzip"
        assert first.headers["ETag"].startswith("W/")

        again = proxied.get(url, If_None_Match=first.headers["ETag"])

        assert (again.status, again.body) == (304, b""), url


def test_conflicts_are_found_through_a_proxy_that_compresses(proxied, work):
    read = proxied.get(work).headers["ETag"]

    saved = proxied.request("PATCH", work, {"name": "Mine"}, If_Match=read)
    late = proxied.request("PATCH", work, {"name": "Theirs"}, If_Match=read)

    assert (saved.status, late.status) == (200, 412)
    assert saved.headers["ETag"].startswith("W/")
    again = proxied.request("PATCH", work, {"name": "Theirs"}, If_Match=saved.headers["ETag"])
    assert again.status == 200


def test_files_are_read_and_deleted_on_conditions_through_a_proxy_that_compresses(
    proxied, work, samples
):
    url, stale = f"{work}/media/audio", 'W/"0123456789abcdef01234567"'
    data = (samples / "audio.wav").read_bytes()
    assert proxied.put(url, data, Content_Type="audio/wav").status == 200
    etag = proxied.get(url).headers["ETag"]
    assert etag.startswith("W/")

    assert proxied.get(url, If_None_Match=etag).status == 304
    assert proxied.get(url, If_Match=etag).status == 200
    assert proxied.get(url, If_Match=stale).status == 412
    assert proxied.request("DELETE", url, If_Match=stale).status == 412
    assert proxied.request("DELETE", url, If_Match=etag).status == 204

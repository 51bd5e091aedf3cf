"""What one node refuses before it has changed anything, nginx passes on to another one."""

import errno
from contextlib import ExitStack

import pytest

from storage.files.durable_files import Disk
from tests.nodes import proxy
from tests.people import Person
from tests.programs import needs
from tests.service import Client, Service


@pytest.fixture
def broken(tmp_path):
    """Another path of the data directory, which the test can take away."""
    (tmp_path / "data").mkdir()
    (tmp_path / "broken").symlink_to("data")
    return tmp_path / "broken"


@pytest.fixture
def services(tmp_path, broken):
    nodes = {"a": broken, "b": tmp_path / "data"}
    services = [
        Service(path, NODE=name, WORKERS=1, REGISTRATION="open") for name, path in nodes.items()
    ]
    for service in services:
        service.start()
    yield services
    for service in services:
        service.stop()


@needs("nginx")
@pytest.mark.slow  # starts two services and nginx
def test_orders_succeed_while_the_data_directory_of_a_node_is_gone(services, broken, tmp_path):
    (tmp_path / "nginx").mkdir()
    account = {"email": "ana@example.com", "password": "correct horse"}
    with ExitStack() as stack:
        ports = [each.port for each in services]
        port = stack.enter_context(proxy.running(tmp_path / "nginx", ports))
        ana = Client(port, services[1].register())
        stack.callback(ana.close)
        project = ana.new_project(name="Spring")
        broken.unlink()

        # The nodes take turns: half of these go to the broken one.
        for number in range(6):
            assert ana.post("/api/auth/login", account).status == 200
            ana.new_work(project, name=f"Work {number}", videoDuration=15)
            assert ana.request("PATCH", project, {"name": f"Spring {number}"}).status == 200

        assert len(ana.get(f"{project}/works").json) == 6
        (tmp_path / "data").rename(tmp_path / "gone")
        refused = ana.post("/api/auth/login", account)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        (tmp_path / "gone").rename(tmp_path / "data")
        direct = services[0].request("POST", "/api/auth/login", account)
        assert (direct.status, direct.headers.get("X-Accel-Redirect")) == (503, None)


pytestmark = pytest.mark.settings(node="a")


@pytest.mark.parametrize(
    ("fails_in", "attempts", "passed_on"),
    [
        ("write", "+", "@another_node"),
        ("write", "++++", None),  # it was the last attempt
        ("sync_directory", "+", None),  # the project is there by then
    ],
)
def test_only_what_has_changed_nothing_is_passed_on(
    app, monkeypatch, fails_in, attempts, passed_on
):
    ana = Person.register(app.test_client(), "ana@example.com")
    ana.new_project()  # makes the collection's directory

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, "no answer")

    monkeypatch.setattr(Disk, fails_in, fail)
    answer = ana.post("/api/projects", json={"name": "Spring"}, headers={"X-Attempts": attempts})

    assert answer.status_code == 503
    assert answer.headers.get("X-Accel-Redirect") == passed_on

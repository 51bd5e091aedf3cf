"""`deploy/try-two-nodes`: sets up what deploy/ configures, on one machine, and takes it down."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests import programs
from tests.nodes import volume
from tests.service import ROOT, Client

pytestmark = pytest.mark.thorough

PORT = 18_930  # and the five after it
NGINX, NODE_A, NODE_B = PORT, PORT + 1, PORT + 2


@pytest.fixture
def directory(tmp_path):
    """Where the script keeps its data, while it runs."""
    path = f"{os.environ['PATH']}:/usr/sbin:{Path(sys.executable).parent}"
    if reason := volume.missing() or programs.missing("nginx"):
        pytest.skip(reason)
    environ = {**os.environ, "PATH": path, "PYTHON": sys.executable, "TMPDIR": str(tmp_path)}
    command = [str(ROOT / "deploy/try-two-nodes"), str(PORT)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as script:
        assert script.stdout is not None
        try:
            assert script.stdout.readline().startswith("Two nodes are running")
            yield next(tmp_path.iterdir())
        finally:
            script.send_signal(signal.SIGINT)
            assert script.wait(60) == 0
    assert list(tmp_path.iterdir()) == []
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()


def request(port: int, path: str, body: Any = None, token: str | None = None) -> Any:
    """Send a POST with a body, or a GET; return the JSON of the response."""
    with closing(Client(port, token)) as client:
        return client.request("GET" if body is None else "POST", path, body).json


def test_a_work_that_was_made_by_one_node_is_read_at_the_other(directory):
    code = (directory / "a/data/setup-code").read_text()
    account = {"email": "ana@example.com", "password": "correct horse", "name": "Ana"}
    assert request(NGINX, "/api/auth/register", account)["code"] == "setup_code_required"
    account["setupCode"] = code
    token = request(NGINX, "/api/auth/register", account)["accessToken"]
    project = request(NODE_A, "/api/projects", {}, token)["id"]
    works = f"/api/projects/{project}/works"

    work = request(NODE_A, works, {"name": "Made by a"}, token)

    assert request(NODE_B, f"{works}/{work['id']}", token=token) == work
    assert [listed["id"] for listed in request(NODE_B, works, token=token)] == [work["id"]]
    assert request(NGINX, f"{works}/{work['id']}", token=token) == work
    assert (directory / "b/data/projects" / project / "works" / work["id"]).is_dir()

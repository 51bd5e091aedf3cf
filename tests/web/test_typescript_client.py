"""The API's description as TypeScript: a generated client type-checks, and runs a journey."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.programs import find, needs
from tests.service import Service

SOURCES = Path(__file__).with_name("typescript")


@pytest.mark.thorough  # it takes some 20 s, and a package registry
@needs("npm")
def test_generated_client_runs_a_journey(tmp_path, samples):
    directory = tmp_path / "client"
    shutil.copytree(SOURCES, directory)

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    programs = directory / "node_modules" / ".bin"
    run(find("npm") or "", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    with Service.running(tmp_path / "data", DEMO_PROVIDER=1, PROVIDER_POLL=0.05) as service:
        document = service.request("GET", "/api/openapi.json").body
        (directory / "openapi.json").write_bytes(document)
        run(str(programs / "openapi-typescript"), "openapi.json", "-o", "api.d.ts")
        run(str(programs / "tsc"), "-p", ".")
        url = f"http://127.0.0.1:{service.port}"
        run(find("node") or "", "journey.js", url, str(samples / "image.png"))

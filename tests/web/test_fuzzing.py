"""schemathesis against the real service, by the service's own description.

FUZZ_EXAMPLES says how many requests are made up for each operation (15). They are the same in each
run, unless FUZZ_SEED asks for others.
"""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.examples import EXAMPLES
from tests.service import ROOT, Service
from tests.vendors import Vendors
from tests.walk import DEMO

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).with_name("schemathesis.toml")
MEDIA = {
    "reference": ("video.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "scene/0/image": ("image.png", "image/png"),
    "scene/0/video": ("video.mp4", "video/mp4"),
}


@pytest.fixture
def service(tmp_path: Path, vendors: Vendors) -> Iterator[Service]:
    """The real service, whose AI vendors are on this machine, too."""
    quick = {"DEMO_PROVIDER": "1", "PROVIDER_POLL": "0.05"}
    service = Service(tmp_path / "data", **quick, **vendors.environ())
    service.start()
    yield service
    service.stop()


def test_it_finds_nothing(service: Service, samples: Path, tmp_path: Path) -> None:
    token = service.request("POST", "/api/auth/register", EXAMPLES["Register"]).json["accessToken"]
    project, work = work_with_media(service, token, samples)
    template, spare = (new_template(service, token, project) for _ in range(2))
    names = {"PROJECT": project, "WORK": work, "TEMPLATE": template, "SPARE": spare}
    names["ASSET"], names["SPARE_ASSET"] = (
        new_asset(service, token, project, samples) for _ in range(2)
    )
    names["JOB"], names["USER_JOB"] = finished_jobs(service, token, f"{project}/works/{work}")
    picture = base64.b64encode((samples / "image.png").read_bytes()).decode()
    names["PICTURE"] = f"data:image/png;base64,{picture}"
    config = CONFIG.read_text()
    for name, value in names.items():
        config = config.replace(f'"{name}"', f'"{value}"')
    (tmp_path / "schemathesis.toml").write_text(config)
    environ = {"TOKEN": token, "SAMPLES": str(samples), **names}

    run = subprocess.run(
        [*command(), f"http://127.0.0.1:{service.port}/api/openapi.json"],
        cwd=tmp_path,
        env={**os.environ, **environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "ERROR" not in service.log.read_text()


def work_with_media(service: Service, token: str, samples: Path) -> tuple[str, str]:
    project = service.request("POST", "/api/projects", {}, token).json["id"]
    works = f"/api/projects/{project}/works"
    work = service.request("POST", works, {}, token).json["id"]
    for path, (name, kind) in MEDIA.items():
        file, url = (samples / name).read_bytes(), f"{works}/{work}/media/{path}"
        assert service.request("PUT", url, file, token, Content_Type=kind).status == 200
    return project, work


def new_asset(service: Service, token: str, project: str, samples: Path) -> str:
    assets, image = f"/api/projects/{project}/assets", (samples / "image.png").read_bytes()
    return str(service.request("POST", assets, image, token, Content_Type="image/png").json["id"])


def new_template(service: Service, token: str, project: str) -> str:
    templates = f"/api/projects/{project}/templates"
    made = service.request("POST", templates, EXAMPLES["NewTemplate"], token)
    return str(made.json["id"])


def finished_jobs(service: Service, token: str, work: str) -> tuple[str, str]:
    """The ids of a job of the work, and of one of the user's own."""
    client = service.client(token)
    demo = {name.replace("-", "_"): value for name, value in DEMO.items()}
    url = f"/api/projects/{work}"
    assert client.post(f"{url}/scenario", **demo).status == 200
    assert client.post("/api/generate/image", EXAMPLES["ImageRequest"], **demo).status == 200
    [job], [user_job] = client.get(f"{url}/jobs").json, client.get("/api/jobs").json
    return job["id"], user_job["id"]


def command() -> list[str]:
    seed = os.environ.get("FUZZ_SEED")
    which = ["--seed", seed] if seed else ["--generation-deterministic"]
    examples = os.environ.get("FUZZ_EXAMPLES", "15")
    schemathesis = [sys.executable, "-m", "schemathesis.cli", "--no-color", "run"]
    return [*schemathesis, *which, "--max-examples", examples, "--workers", "2"]

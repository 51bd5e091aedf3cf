"""schemathesis against the real service, by the service's own description.

FUZZ_EXAMPLES says how many requests are made up for each operation (20). They are the same in each
run, unless FUZZ_SEED asks for others.
"""

import os
import subprocess
import sys
from pathlib import Path

from schemas.examples import EXAMPLES
from tests.service import ROOT, Service

CONFIG = Path(__file__).with_name("schemathesis.toml")
MEDIA = {
    "reference": ("video.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "scene/0/image": ("image.png", "image/png"),
    "scene/0/video": ("video.mp4", "video/mp4"),
}


def test_it_finds_nothing(service: Service, samples: Path, tmp_path: Path) -> None:
    token = service.request("POST", "/api/auth/register", EXAMPLES["Register"]).json["accessToken"]
    project, work = work_with_media(service, token, samples)
    template, spare = (new_template(service, token, project) for _ in range(2))
    names = {"PROJECT": project, "WORK": work, "TEMPLATE": template, "SPARE": spare}
    names["ASSET"], names["SPARE_ASSET"] = (
        new_asset(service, token, project, samples) for _ in range(2)
    )
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


def command() -> list[str]:
    seed = os.environ.get("FUZZ_SEED")
    which = ["--seed", seed] if seed else ["--generation-deterministic"]
    examples = os.environ.get("FUZZ_EXAMPLES", "20")
    schemathesis = [sys.executable, "-m", "schemathesis.cli", "--no-color", "run"]
    return [*schemathesis, *which, "--max-examples", examples]

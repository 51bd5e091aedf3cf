"""schemathesis against the real service, with requests generated from the API's description.

FUZZ_EXAMPLES is the number of requests generated for each operation (6). They are the same in each
run unless FUZZ_SEED is set.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemas.examples import EXAMPLES
from tests.service import ROOT, Service
from tests.walk import DEMO

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

CONFIG = Path(__file__).with_name("schemathesis.toml")
MEDIA = {
    "reference": ("video.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "scene/0/image": ("image.png", "image/png"),
    "scene/0/video": ("video.mp4", "video/mp4"),
    "scene/0/voice": ("audio.wav", "audio/wav"),
}
SCENES = [{"scene_index": 0, "narration": {"text": "A lamp lights the room."}}]


@pytest.fixture
def service(tmp_path, vendors):
    """The real service, with fake AI vendors."""
    settings = {"DEMO_PROVIDER": "1", "PROVIDER_POLL": "0.05"}
    with Service.running(tmp_path / "data", **settings, **vendors.environ()) as service:
        yield service


def test_schemathesis_finds_no_failures(service, samples, tmp_path):
    token = service.request("POST", "/api/auth/register", EXAMPLES["Register"]).json["accessToken"]
    project, work = work_with_media(service, token, samples)
    job, user_job = finished_jobs(service, token, f"{project}/works/{work}")
    keep_output(service, f"{project}/works/{work}", job, samples)
    picture = base64.b64encode((samples / "image.png").read_bytes()).decode()
    placeholders = {
        "PROJECT": project,
        "WORK": work,
        "TEMPLATE": new_template(service, token, project),
        "SPARE_TEMPLATE": new_template(service, token, project),
        "ASSET": new_asset(service, token, project, samples),
        "SPARE_ASSET": new_asset(service, token, project, samples),
        "JOB": job,
        "USER_JOB": user_job,
        "EXPORT": new_export(service, token, project, work, {"to": 0.5}),
        "SPARE_EXPORT": new_export(service, token, project, work, {"to": 0.6}),
        **new_links(service, token, f"{project}/{work}"),
        "PICTURE": f"data:image/png;base64,{picture}",
    }
    config = CONFIG.read_text()
    for name, value in placeholders.items():
        config = config.replace(f'"{name}"', f'"{value}"')
    (tmp_path / "schemathesis.toml").write_text(config)
    environ = {"TOKEN": token, "SAMPLES": str(samples), **placeholders}

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
    """Create a project with a work that has media; return their ids."""
    project = service.request("POST", "/api/projects", {}, token).json["id"]
    works = f"/api/projects/{project}/works"
    work = service.request("POST", works, {"scenes": SCENES}, token).json["id"]
    for path, (name, media_type) in MEDIA.items():
        file, url = (samples / name).read_bytes(), f"{works}/{work}/media/{path}"
        assert service.request("PUT", url, file, token, Content_Type=media_type).status == 200
    return project, work


def new_asset(service: Service, token: str, project: str, samples: Path) -> str:
    assets, image = f"/api/projects/{project}/assets", (samples / "image.png").read_bytes()
    return str(service.request("POST", assets, image, token, Content_Type="image/png").json["id"])


def new_template(service: Service, token: str, project: str) -> str:
    templates = f"/api/projects/{project}/templates"
    created = service.request("POST", templates, EXAMPLES["NewTemplate"], token)
    return str(created.json["id"])


def finished_jobs(service: Service, token: str, work: str) -> tuple[str, str]:
    """Run a job of the work and a job of the user's own; return their ids."""
    client = service.client(token)
    demo = {name.replace("-", "_"): value for name, value in DEMO.items()}
    url = f"/api/projects/{work}"
    assert client.post(f"{url}/scenario", **demo).status == 200
    assert client.post("/api/generate/image", EXAMPLES["ImageRequest"], **demo).status == 200
    [job], [user_job] = client.get(f"{url}/jobs").json, client.get("/api/jobs").json
    return job["id"], user_job["id"]


def new_export(
    service: Service, token: str, project: str, work: str, options: dict[str, float]
) -> str:
    """Export the work's clip; return the id of the export."""
    clip = {"sceneIndex": 0, "position": 0, "end": 1}
    size = {"width": 64, "height": 64}
    body = {"projectId": project, "workId": work, "clips": [clip], "options": {**size, **options}}
    assert service.request("POST", "/api/export", body, token).status == 200
    exports = f"/api/projects/{project}/works/{work}/exports"
    return str(service.request("GET", exports, token=token).json["exports"][0]["id"])


def new_links(service: Service, token: str, work: str) -> dict[str, str]:
    """Make links to an upload, an export, a file and a review; return tokens.

    And the id of another link.
    """
    export = call_tool(service, token, "find", what="exports", work=work)["items"][0]["url"]
    upload, _ = (call_tool(service, token, "upload_url", work=work)["url"] for _ in range(2))
    newest = service.request("GET", "/api/links", token=token).json["links"][0]["id"]
    project, _, work_id = work.partition("/")
    file = {"kind": "media", "projectId": project, "workId": work_id, "media": "scene/0/image"}
    media = service.request("POST", "/api/links", file, token).json["url"]
    reviews = f"/api/projects/{project}/works/{work_id}/reviews"
    review = service.request("POST", reviews, {}, token).json["url"]
    tokens = {
        "UPLOAD_LINK": upload,
        "EXPORT_LINK": export,
        "MEDIA_LINK": media,
        "REVIEW_LINK": review,
    }
    return {name: url.rpartition("/")[2] for name, url in tokens.items()} | {"SPARE_LINK": newest}


def call_tool(service: Service, token: str, name: str, **arguments: Any) -> Any:
    """Call a tool of the MCP endpoint; return its data."""
    params = {"name": name, "arguments": arguments}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = service.request("POST", "/mcp", body, token).json
    return json.loads(answer["result"]["content"][0]["text"])


def keep_output(service: Service, work: str, job: str, samples: Path) -> None:
    """Store an image with a job, as if its call had made one that is not in any scene."""
    media = service.data_dir / "projects" / work / "jobs" / job / "media"
    media.mkdir(parents=True)
    shutil.copy(samples / "image.png", media / "llm.png")


def command() -> list[str]:
    """Return the command that runs schemathesis, without the URL."""
    seed = os.environ.get("FUZZ_SEED")
    mode = ["--seed", seed] if seed else ["--generation-deterministic"]
    examples = os.environ.get("FUZZ_EXAMPLES", "6")
    schemathesis = [sys.executable, "-m", "schemathesis.cli", "--no-color", "run"]
    return [*schemathesis, *mode, "--max-examples", examples, "--workers", "1"]

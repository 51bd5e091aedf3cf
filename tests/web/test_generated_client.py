"""The API's description as the authors of clients use it: a generated client works at once."""

import importlib
import io
import itertools
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from schemas.new_jobs import WORK_JOB_KINDS
from tests.walk import DEMO

pytestmark = [pytest.mark.slow, pytest.mark.service(DEMO_PROVIDER=1, PROVIDER_POLL=0.05, WORKERS=1)]

PACKAGE = "generated_vidworks_client"

_numbers = itertools.count()


@pytest.fixture(scope="module")
def package(service, tmp_path_factory):
    """A client, generated from the description that the service answers with, and imported."""
    directory = tmp_path_factory.mktemp("generated")
    document, config = directory / "openapi.json", directory / "config.yml"
    document.write_bytes(service.request("GET", "/api/openapi.json").body)
    config.write_text("post_hooks: []\n")  # which run ruff for the looks
    target = directory / PACKAGE
    generate = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    files = ["--path", str(document), "--config", str(config), "--output-path", str(target)]
    command = [*generate, *files, "--meta", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(directory))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(directory))


class Calls:
    """The operations of a generated client by their names, such as `create_work`."""

    def __init__(self, package: ModuleType, port: int) -> None:
        self.models: Any = importlib.import_module(f"{PACKAGE}.models")
        self.types: Any = importlib.import_module(f"{PACKAGE}.types")
        self._package: Any = package
        self._url = f"http://127.0.0.1:{port}"
        self._client = self._package.Client(base_url=self._url, verify_ssl=False)
        api = importlib.import_module(f"{PACKAGE}.api")
        found = pkgutil.walk_packages(api.__path__, f"{PACKAGE}.api.")
        self._modules = {each.name.rpartition(".")[2]: each.name for each in found}

    def log_in(self, token: str) -> None:
        self.close()
        self._client = self._package.AuthenticatedClient(
            base_url=self._url, token=token, verify_ssl=False
        )

    def close(self) -> None:
        self._client.get_httpx_client().close()

    def file(self, path: Path) -> Any:
        """Return a file to upload, with its name and no type."""
        return self.types.File(io.BytesIO(path.read_bytes()), path.name)

    def __getattr__(self, name: str) -> Any:
        module = importlib.import_module(self._modules[name])
        return lambda *ids, **values: module.sync(*ids, client=self._client, **values)


@pytest.fixture
def calls(package, service):
    """A generated client that is logged in as a new user; what it returns has types."""
    calls = Calls(package, service.port)
    email = f"user{next(_numbers)}@example.com"
    account = calls.models.Register(email=email, password="correct horse", name="Ana")
    calls.log_in(calls.register(body=account).access_token)
    yield calls
    calls.close()


@pytest.mark.thorough  # the tests below import all models, and the operations that they use
def test_every_module_of_a_generated_client_can_be_imported(package):
    for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        importlib.import_module(module.name)


def test_generated_client_makes_a_video(calls, samples):
    models = calls.models
    project = calls.create_project(body=models.NewProject(name="Lamps")).id
    brief = models.NewWork(
        product_name="Lamp", scene_count=1, video_duration=1, mode=models.WorkMode.CONTENT_REMIX
    )
    work = calls.create_work(project, body=brief)
    ids = (project, work.id)
    order = models.NewJob(kind=models.WorkJobKind.SCENARIO)
    scenario = finished(calls, ids, calls.start_work_job(*ids, body=order, x_llm_provider="demo"))
    image = models.UploadSceneImageFilesBody(file=calls.file(samples / "image.png"))
    uploaded = calls.upload_scene_image(*ids, 0, body=image)
    options = models.ExportOptions(
        width=64, height=64, fps=10, quality=models.ExportQuality.DRAFT, from_=0, to=0.5
    )
    order = models.NewJob(kind=models.WorkJobKind.EXPORT, options=options)
    export = finished(calls, ids, calls.start_work_job(*ids, body=order))

    assert [scene.scene_index for scene in scenario.scenes] == [0]
    assert uploaded.ok
    assert (export.options.quality, export.options.fps) == (models.ExportQuality.DRAFT, 10)
    [listed] = calls.list_exports(*ids).exports
    assert (listed.id, listed.is_current) == (export.id, True)
    assert b"ftyp" in calls.get_export(*ids, export.id).payload.read()[:12]


def finished(calls: Calls, ids: tuple[str, str], job: Any) -> Any:
    """Return the result of a job when it has succeeded."""
    while job.finished_at is None:
        job = calls.get_work_job(*ids, job.id, wait=30)
    assert job.state == calls.models.JobState.SUCCEEDED, job
    return job.result


def test_generated_client_uploads_an_asset(calls, samples):
    project = calls.create_project(body=calls.models.NewProject()).id
    file = calls.file(samples / "image.png")
    body = calls.models.UploadAssetFilesBody(file=file, name="Lamp", tags=["a", "b"])

    asset = calls.upload_asset(project, body=body)

    assert (asset.type_, asset.name, asset.tags) == (
        calls.models.AssetType.IMAGE,
        "Lamp",
        ["a", "b"],
    )
    content = calls.get_asset_file(project, asset.id).payload.read()
    assert content == (samples / "image.png").read_bytes()


def test_generated_client_starts_every_kind_of_job(calls, samples):
    models = calls.models
    project = calls.create_project(body=models.NewProject()).id
    ids = (project, calls.create_work(project, body=models.NewWork()).id)
    said = models.Narration(text="A lamp.")
    scenes = [
        models.Scene(scene_index=0, image_prompt="A lamp", duration_seconds=1, narration=said)
    ]
    calls.update_work(*ids, body=models.WorkUpdate(scenes=scenes))
    image = models.UploadSceneImageFilesBody(file=calls.file(samples / "image.png"))
    assert calls.upload_scene_image(*ids, 0, body=image).ok
    video = models.UploadReferenceVideoFilesBody(video=calls.file(samples / "video.mp4"))
    assert calls.upload_reference_video(*ids, body=video).ok
    details: dict[str, dict[str, Any]] = {
        "scene": {"scene_index": 0},
        "scenes": {"scene_indexes": [0]},
        "sound": {"prompt": "A door", "seconds": 1},
        "pipeline": {"steps": [models.PipelineStep.SCENES, models.PipelineStep.MUSIC]},
        "export": {"options": models.ExportOptions(fps="source")},
    }
    headers = {name.replace("-", "_"): provider for name, provider in DEMO.items()}

    for kind in reversed(WORK_JOB_KINDS):  # exports first: others change what there is to export
        order = models.NewJob(kind=models.WorkJobKind(kind), **details.get(kind, {}))
        job = calls.start_work_job(*ids, body=order, **headers)
        if kind == "transcript":  # for which there is no demo
            assert job.error == "API key required (x-api-key header)"
            continue
        assert job.kind == kind, job
        cancelled = calls.cancel_work_job(*ids, job.id)
        if isinstance(cancelled, models.Error):  # it had ended by then
            assert cancelled.error == "The job is finished"
        else:
            assert cancelled.id == job.id


def test_generated_client_orders_a_video(calls):
    headers = {name.replace("-", "_"): provider for name, provider in DEMO.items()}
    brief = calls.models.NewVideo(prompt="A lamp that follows the sun", scene_count=1, export=False)

    ordered = calls.order_video(body=brief, **headers)
    calls.cancel_video(ordered.id)

    listed = calls.list_videos(limit=1)
    assert [job.id for job in listed.items] == [ordered.id]
    assert listed.items[0].steps[0].name == calls.models.StepName.WORK
    assert listed.next_ is None


def test_errors_of_a_generated_client_have_a_type(calls):
    models = calls.models
    project = calls.create_project(body=models.NewProject()).id
    work = calls.create_work(project, body=models.NewWork()).id

    invalid = calls.start_work_job(project, work, body=models.NewJob(kind=models.WorkJobKind.SCENE))
    missing = calls.get_work(project, "work_missing")

    assert isinstance(invalid, models.Error)
    assert "sceneIndex" in invalid.details
    assert isinstance(missing, models.Error)
    assert missing.error == "Not found"

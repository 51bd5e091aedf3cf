"""Invalid requests return 400 or 404 and start no job; more invalid bodies are in test_model.py."""

from typing import Any

import pytest

from settings.config import Settings
from tests.applications import create_app
from tests.cases import cases
from tests.jobs.helpers import MODEL_HEADERS, new_work_with_scenes
from tests.people import Person


@pytest.fixture(scope="module")
def ana(tmp_path_factory):
    """A user of an application that all tests share, since they start no jobs."""
    vendors = ("openai", "claude", "runway", "gemini")
    keys: dict[str, Any] = {f"{vendor}_api_key": "key" for vendor in vendors}
    data = tmp_path_factory.mktemp("service") / "data"
    settings = Settings(data_dir=data, fsync=False, intranet_hosts=("127.0.0.1",), **keys)
    return Person.register(create_app(settings).test_client(), "ana@example.com")


@pytest.fixture(scope="module")
def work_with_scenes(ana):
    """The path of a work of ana's with three scenes."""
    return new_work_with_scenes(ana, ana.new_project(), 3)


@pytest.fixture(autouse=True)
def _assert_no_job_is_started(ana, work_with_scenes):
    yield
    assert ana.show(f"{work_with_scenes}/jobs") == []


def test_invalid_wait_parameter_returns_400(ana, work_with_scenes):
    answer = ana.get(f"{work_with_scenes}/jobs/job_0?wait=61")

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["wait"]


@cases(
    ("body", "field"),
    {
        "no kind": ({}, "kind"),
        "no index": ({"kind": "scene"}, "sceneIndex"),
        "null index": ({"kind": "scene", "sceneIndex": None}, "sceneIndex"),
        "negative second index": ({"kind": "scenes", "sceneIndexes": [0, -1]}, "sceneIndexes.1"),
        **{
            url: ({"kind": "scenario", "webhookUrl": url}, "webhookUrl")
            for url in (
                *("hooks.example/done", "ftp://127.0.0.1/", "http://ana:password@127.0.0.1/"),
                *("http:///hooks", "http://[::1]/", "http://169.254.169.254/latest"),
                *("http://10.0.0.1/", "http://0.0.0.0/", "http://127.0.0.2/"),
                *("http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://nobody.invalid/"),
            )
        },
    },
)
def test_invalid_body_returns_400_naming_the_field(ana, work_with_scenes, body, field):
    answer = ana.post(f"{work_with_scenes}/jobs", json=body)

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [field]


@pytest.mark.parametrize(
    "body",
    [{"kind": "scene", "sceneIndex": 3}, {"kind": "scenes", "sceneIndexes": [0, 3]}],
    ids=["scene", "scenes"],
)
def test_nonexistent_scene_index_returns_400(ana, work_with_scenes, body):
    answer = ana.post(f"{work_with_scenes}/jobs", json=body)

    assert answer.status_code == 400
    assert answer.json["error"] == "The work has no scene with index 3"


def test_scenes_job_of_a_work_without_scenes_returns_400(ana):
    work = ana.new_work(ana.new_project())

    answer = ana.post(f"{work}/jobs", json={"kind": "scenes"})

    assert answer.status_code == 400
    assert answer.json["error"] == "The work has no scenes"


@cases("key", {"not ASCII": "schlüssel", "control character": "a\tb"})
def test_malformed_api_key_returns_400_and_is_not_shown(ana, work_with_scenes, key):
    answer = ana.post(
        f"{work_with_scenes}/jobs", json={"kind": "scenes"}, headers={"x-api-key": key}
    )

    assert answer.status_code == 400
    assert key not in answer.text


@cases("path", {"show": "", "cancel": "/cancel", "resume": "/resume", "events": "/events"})
def test_nonexistent_job_returns_404(ana, work_with_scenes, path):
    method = "POST" if path in {"/cancel", "/resume"} else "GET"

    assert ana.request(method, f"{work_with_scenes}/jobs/job_0{path}").status_code == 404


@pytest.mark.parametrize(
    "key",
    ["", " ", "ключ", "a\x7fb", "x" * 256],
    ids=["empty", "space", "not ASCII", "control character", "256 characters"],
)
def test_invalid_idempotency_key_returns_400(ana, work_with_scenes, key):
    headers = {**MODEL_HEADERS, "Idempotency-Key": key}

    answer = ana.post(f"{work_with_scenes}/jobs", json={"kind": "scenes"}, headers=headers)

    assert answer.status_code == 400
    assert answer.json["error"] == "Invalid Idempotency-Key"

"""What cannot be asked for: it is 400 or 404, and starts nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from config import Settings
from tests.applications import create_app
from tests.jobs.following import MODELS
from tests.jobs.following import film as new_film
from tests.people import Person


@pytest.fixture(scope="module")
def ana(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A user of a service that can be shared, for nothing is started here."""
    vendors = ("openai", "claude", "runway", "gemini")
    keys: dict[str, Any] = {f"{vendor}_api_key": "key" for vendor in vendors}
    data = tmp_path_factory.mktemp("service") / "data"
    settings = Settings(data_dir=data, fsync=False, intranet_hosts=("127.0.0.1",), **keys)
    return Person.register(create_app(settings).test_client(), "ana@example.com")


@pytest.fixture(scope="module")
def film(ana: Person) -> str:
    """The path of a work of hers with three scenes."""
    return new_film(ana, ana.new_project(), 3)


@pytest.fixture(autouse=True)
def nothing_is_started(ana: Person, film: str) -> Iterator[None]:
    yield
    assert ana.show(f"{film}/jobs") == []


@pytest.mark.parametrize("wait", ["-1", "61", "soon", "1.5", ""])
def test_a_wait_that_is_none_is_400(ana: Person, film: str, wait: str) -> None:
    answer = ana.get(f"{film}/jobs/job_0?wait={wait}")

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["wait"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": "film"}, "kind"),
        ({"kind": "image"}, "kind"),
        ({"kind": "scene"}, "sceneIndex"),
        ({"kind": "scene", "sceneIndex": None}, "sceneIndex"),
        ({"kind": "scene", "sceneIndex": -1}, "sceneIndex"),
        ({"kind": "scene", "sceneIndex": 1000}, "sceneIndex"),
        ({"kind": "scene", "sceneIndex": "first"}, "sceneIndex"),
        ({"kind": "scenes", "sceneIndexes": []}, "sceneIndexes"),
        ({"kind": "scenes", "sceneIndexes": 1}, "sceneIndexes"),
        ({"kind": "scenes", "sceneIndexes": [0, -1]}, "sceneIndexes.1"),
        ({"kind": "scenario", "webhookUrl": ""}, "webhookUrl"),
    ],
)
def test_a_body_that_is_wrong_is_400(
    ana: Person, film: str, body: dict[str, Any], field: str
) -> None:
    answer = ana.post(f"{film}/jobs", json=body)

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [field]


@pytest.mark.parametrize(
    "body", [{"kind": "scene", "sceneIndex": 3}, {"kind": "scenes", "sceneIndexes": [0, 3]}]
)
def test_a_scene_that_the_work_does_not_have_is_400(
    ana: Person, film: str, body: dict[str, Any]
) -> None:
    answer = ana.post(f"{film}/jobs", json=body)

    assert answer.status_code == 400
    assert answer.json["error"] == "The work has no scene with index 3"


def test_all_scenes_of_a_work_without_any_are_400(ana: Person) -> None:
    work = ana.new_work(ana.new_project())

    answer = ana.post(f"{work}/jobs", json={"kind": "scenes"})

    assert answer.status_code == 400
    assert answer.json["error"] == "The work has no scenes"


@pytest.mark.parametrize("key", ["schlüssel", "a\tb"])
def test_a_key_that_can_be_none_is_400(ana: Person, film: str, key: str) -> None:
    answer = ana.post(f"{film}/jobs", json={"kind": "scenes"}, headers={"x-api-key": key})

    assert answer.status_code == 400
    assert key not in answer.text


@pytest.mark.parametrize("path", ["", "/cancel", "/resume", "/events"])
def test_a_job_that_is_not_there_is_404(ana: Person, film: str, path: str) -> None:
    method = "POST" if path in {"/cancel", "/resume"} else "GET"

    assert ana.request(method, f"{film}/jobs/job_0{path}").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example/done",
        "ftp://127.0.0.1/",
        "http://ana:password@127.0.0.1/",
        "http:///hooks",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://127.0.0.2/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://nobody.invalid/",
    ],
)
def test_an_address_that_would_not_be_called_is_400(ana: Person, film: str, url: str) -> None:
    answer = ana.post(f"{film}/jobs", json={"kind": "scenario", "webhookUrl": url}, headers=MODELS)

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["webhookUrl"]


@pytest.mark.parametrize("key", ["", " ", "ключ", "a\x7fb", "x" * 256])
def test_an_idempotency_key_that_is_malformed_is_400(ana: Person, film: str, key: str) -> None:
    headers = {**MODELS, "Idempotency-Key": key}

    answer = ana.post(f"{film}/jobs", json={"kind": "scenes"}, headers=headers)

    assert answer.status_code == 400
    assert answer.json["error"] == "Invalid Idempotency-Key"

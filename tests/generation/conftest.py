"""Fixtures of generation: the service, which is configured for the fake vendors."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from providers.http import ApiClient
from tests.applications import create_app
from tests.people import Person
from tests.works.shapes import scene

SaveWork = Callable[..., str]
NewAsset = Callable[..., str]
BeforePaidRequests = Callable[[Callable[[], object]], None]


@pytest.fixture
def usual_settings(usual_settings, vendors):
    """Settings with a key of each vendor."""
    return replace(usual_settings, **vendors.settings())


@pytest.fixture
def ana_without_keys(ana, settings, vendors):
    """The user ana, on the same service without keys of vendors."""
    without_keys: dict[str, Any] = dict.fromkeys(
        vendors.settings().keys() - vendors.settings(keys=False).keys(), ""
    )
    client = create_app(replace(settings, **without_keys)).test_client()
    return Person(client, ana.token, ana.user)


@pytest.fixture
def save_work(ana, work):
    """Save fields of the work and a number of scenes; return the work's path."""

    def save(scenes: int = 0, **fields: Any) -> str:
        body = {"scenes": [scene(index) for index in range(scenes)], **fields}
        ana.save(work, body)
        return work

    return save


@pytest.fixture
def new_asset(ana, project, samples):
    """Upload a sample as an asset, optionally with a description and a name; return its id."""

    def new(sample: str = "image.png", description: str = "", name: str = "") -> str:
        fields = {"description": description, "name": name}
        form = {key: value for key, value in fields.items() if value}
        with (samples / sample).open("rb") as file:
            data = {"file": (file, sample), **form}
            answer = ana.post(f"{project}/assets", data=data, content_type="multipart/form-data")
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    return new


@pytest.fixture
def image_data_url(samples):
    """An image as a data URL."""
    data = base64.b64encode((samples / "image.png").read_bytes()).decode()
    return f"data:image/png;base64,{data}"


@pytest.fixture
def before_paid_requests(monkeypatch):
    """Call a function before each paid request to a vendor, in the thread that sends it."""

    def register(action: Callable[[], object]) -> None:
        post = ApiClient.post

        def post_after_action(client: ApiClient, *args: Any, **kwargs: Any) -> Any:
            action()
            return post(client, *args, **kwargs)

        monkeypatch.setattr(ApiClient, "post", post_after_action)

    return register

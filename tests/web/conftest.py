"""What the tests of the API's description share."""

import json

import pytest
from flask.testing import FlaskClient

from tests.web.described import Json, walk


@pytest.fixture
def description(client: FlaskClient) -> Json:
    described: Json = json.loads(client.get("/api/openapi.json").data)
    return described


@pytest.fixture
def operations(description: Json) -> dict[str, Json]:
    """All operations, by their ids."""
    return {each["operationId"]: each for _, _, each in walk(description)}

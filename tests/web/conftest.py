"""Fixtures: the API's description, one service for all tests of a module."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.service import Service
from tests.web.openapi import Json, each_operation


@pytest.fixture(autouse=True)
def _few_programs(decoded_here: None, measured_once: None) -> None:
    """Start no program for each image, and for each clip that was measured before."""


@pytest.fixture
def description(client: FlaskClient) -> Json:
    """The API's OpenAPI description."""
    parsed: Json = json.loads(client.get("/api/openapi.json").data)
    return parsed


@pytest.fixture
def operations(description: Json) -> dict[str, Json]:
    """The operations of the API's description, by their ids."""
    return {operation["operationId"]: operation for _, _, operation in each_operation(description)}


@pytest.fixture(scope="module")
def shared_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real service, started once for all tests of a module."""
    with Service.running(tmp_path_factory.mktemp("service") / "data") as service:
        yield service

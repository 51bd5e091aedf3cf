"""Fixtures: the API's description, one service for all tests of a module."""

import json

import pytest

from tests.web.openapi import Json, each_operation


@pytest.fixture
def description(client):
    """The API's OpenAPI description."""
    parsed: Json = json.loads(client.get("/api/openapi.json").data)
    return parsed


@pytest.fixture
def operations(description):
    """The operations of the API's description, by their ids."""
    return {operation["operationId"]: operation for _, _, operation in each_operation(description)}

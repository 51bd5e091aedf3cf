"""What the tests of editor templates share."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.editor_templates.shapes import content
from tests.people import Person

Make = Callable[..., Any]


@pytest.fixture
def templates(project: str) -> str:
    """Where the templates of ana's project are."""
    return f"{project}/templates"


@pytest.fixture
def make(ana: Person, templates: str) -> Make:
    """Make a template with these parts of content; returns its path."""

    def make(**parts: Any) -> str:
        answer = ana.post(templates, json={"name": "Any", "content": content(**parts)})
        assert answer.status_code == 201, answer.text
        return f"{templates}/{answer.json['id']}"

    return make

"""Fixtures for the tests of editor templates."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.works.templates.shapes import content

NewTemplate = Callable[..., Any]


@pytest.fixture
def templates(project):
    """The path of the templates of the project."""
    return f"{project}/templates"


@pytest.fixture
def new_template(ana, templates):
    """Return a function that creates a template with this content and returns its path."""

    def new_template(**parts: Any) -> str:
        created = ana.create(templates, {"name": "Any", "content": content(**parts)})
        return f"{templates}/{created['id']}"

    return new_template

"""Tables of cases: a test runs for each entry of a table whose keys say what it is."""

from collections.abc import Mapping
from typing import Any

import pytest


def cases(names: str | tuple[str, ...], table: Mapping[str, Any]) -> pytest.MarkDecorator:
    """Return the mark of a test that takes these arguments, with the keys as the tests' ids."""
    return pytest.mark.parametrize(names, table.values(), ids=table)

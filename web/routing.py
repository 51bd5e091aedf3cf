"""How routes are written: ids in them, and rules that cost little to register."""

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import BaseConverter
from werkzeug.routing import Rule as WerkzeugRule

from storage.paths import ID_PATTERN

_Builder = Callable[..., tuple[str, str]]


class IdConverter(BaseConverter):
    """An id in a URL; a URL with an invalid one is not found."""

    regex = ID_PATTERN


class Rule(WerkzeugRule):
    """A rule whose builders of URLs are compiled when one is called.

    Requests don't need them, and compiling those of all routes takes a tenth of a start.
    """

    def _compile_builder(self, append_unknown: bool = True) -> _Builder:
        compiled = cache(super()._compile_builder)

        def build(rule: WerkzeugRule, /, **values: Any) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build

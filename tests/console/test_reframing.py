"""The page arranges overlays for frames of other shapes as the service does."""

from typing import Any

import pytest

from tests.browser import needs_browser
from tests.timeline.test_reframing import CASES, KINDS_BY_NAME, random_overlays
from timeline.reframing import Size, reframed

pytestmark = needs_browser

MODULE = "timeline/reframing.js"


def sides(size: Size) -> dict[str, Any]:
    return {"width": size[0], "height": size[1]}


def test_cases(modules):
    names = ("kind", "overlay")
    calls = [
        [*(case[name] for name in names), sides(case["before"]), sides(case["after"])]
        for case in CASES
    ]

    found = modules.call_all(MODULE, "reframed", calls)

    for case, overlay in zip(CASES, found, strict=True):
        assert overlay == {**case["overlay"], **case["expect"]}, case["name"]


def test_random_overlays_are_where_the_service_has_them(modules):
    overlays = random_overlays(500)
    calls = [
        [kind, overlay, sides(before), sides(after)] for kind, overlay, before, after in overlays
    ]

    found = modules.call_all(MODULE, "reframed", calls)

    for (kind, overlay, before, after), shown in zip(overlays, found, strict=True):
        expected = reframed(KINDS_BY_NAME[kind], overlay, before, after)
        assert shown == pytest.approx(expected, abs=0.0011), (overlay, before, after)

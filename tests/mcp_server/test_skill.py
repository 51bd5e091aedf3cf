"""docs/skill/SKILL.md: its front matter, and the calls in it, which are those of the tools."""

import re

import pytest

from mcp_server.tools import TOOLS
from tests.service import ROOT

TEXT = (ROOT / "docs" / "skill" / "SKILL.md").read_text()
FIELDS = {tool.name: set(tool.arguments.fields) for tool in TOOLS}


def test_front_matter_has_name_and_description():
    _, front, body = TEXT.split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.splitlines())

    assert set(fields) == {"name", "description"}
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", fields["name"])
    assert len(fields["description"]) <= 1_024
    assert len(body.splitlines()) < 500


def test_every_tool_is_explained():
    assert set(FIELDS) - {"find"} <= set(re.findall(r"`(\w+)`", TEXT))


@pytest.mark.parametrize(
    ("tool", "arguments"),
    re.findall(rf"`({'|'.join(FIELDS)})`((?:,? \w+=(?:\[[^]]*\]|{{[^}}]*}}|[^\s,;|]+))+)", TEXT),
)
def test_calls_have_arguments_of_the_tool(tool, arguments):
    outer = re.sub(r"[\[{].*?[]}]", "", arguments)

    assert set(re.findall(r"(\w+)=", outer)) <= FIELDS[tool]

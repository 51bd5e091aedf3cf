"""docs/mcp.md has all tools, and what the command line prints to connect clients."""

import json
import re
import tomllib

from accounts.mcp_clients import connection_lines
from mcp_server.tools import TOOLS
from tests.service import ROOT

PAGE = (ROOT / "docs" / "mcp.md").read_text()
LINES = connection_lines("<url>", "vg_…")


def test_page_has_all_tools_in_their_order():
    section = PAGE.partition("## Tools")[2].partition("## ")[0]

    assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == [tool.name for tool in TOOLS]


def test_page_has_the_lines_that_connect_clients():
    for line in LINES.values():
        for part in line.splitlines():
            assert f"`{part}`" in PAGE, part


def test_lines_are_what_the_clients_parse():
    cursor = json.loads(LINES["Cursor, in ~/.cursor/mcp.json"])["mcpServers"]["vidworks"]
    code = json.loads(LINES["VS Code, in a terminal"].partition("'")[2].rstrip("'"))
    codex = tomllib.loads(LINES["Codex, in ~/.codex/config.toml"])["mcp_servers"]["vidworks"]

    for client, headers in ((cursor, "headers"), (code, "headers"), (codex, "http_headers")):
        assert client["url"] == "<url>"
        assert client[headers] == {"Authorization": "Bearer vg_…"}

"""How MCP clients are told of this service: the line or the file's content for each of them."""

import json


def connection_lines(url: str, token: str) -> dict[str, str]:
    """Return, by the client and where it goes, what connects it to `url` with a token."""
    authorization = f"Bearer {token}"
    headers = {"Authorization": authorization}
    in_cursor = {"mcpServers": {"vidworks": {"url": url, "headers": headers}}}
    in_code = {"name": "vidworks", "type": "http", "url": url, "headers": headers}
    return {
        "Claude Code, in a terminal": (
            f"claude mcp add --transport http vidworks {url}"
            f' --header "Authorization: {authorization}"'
        ),
        "Cursor, in ~/.cursor/mcp.json": json.dumps(in_cursor, ensure_ascii=False),
        "VS Code, in a terminal": f"code --add-mcp '{json.dumps(in_code, ensure_ascii=False)}'",
        "Codex, in ~/.codex/config.toml": (
            f'[mcp_servers.vidworks]\nurl = "{url}"\n'
            f'http_headers = {{ Authorization = "{authorization}" }}'
        ),
    }

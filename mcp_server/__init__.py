"""MCP: language models and their clients make videos through `POST /mcp` (docs/mcp.md).

`tools/` has the tools, which `definitions.py` defines and `server.py` calls. They open projects,
works and jobs by `handles.py`, and order what costs money through `orders.py`.
"""

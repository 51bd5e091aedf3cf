"""MCP: language models and their clients make videos through `POST /mcp` (docs/mcp.md)."""

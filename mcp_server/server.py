"""The MCP server: what it says of itself, and calls of its tools."""

from flask import g, request

from errors import UnauthenticatedError
from mcp_server import elicitation, failures, tasks
from mcp_server.activity import record_call
from mcp_server.definitions import Registry, Result, Tool, to_call_result
from mcp_server.instructions import INSTRUCTIONS
from mcp_server.json_schema import load_arguments
from mcp_server.prompts import PROMPTS
from mcp_server.protocol import Json, Request, Server
from mcp_server.resources import RESOURCES
from mcp_server.tools import TOOLS
from settings.version import VERSION
from web.context import storage_limits, user_id
from web.permission import permission

_CONFIRM = "confirm"  # the argument of tools whose calls may cost money
_OVERHEAD_BYTES = 8192  # what may be stored in addition to the arguments


def _call(tool: Tool, arguments: Json, message: Request) -> Json:
    """Run a tool for the user of the current request; errors become results."""
    if not tool.is_granted(g.identity):
        return failures.missing_scopes(tool)
    reply = elicitation.reply_of(message) if _CONFIRM in tool.arguments.fields else None
    if reply is not None and not reply.agreed:
        return to_call_result(tool, Result(elicitation.DECLINED))
    try:
        given = load_arguments(tool.arguments, arguments)
        if reply is not None:
            given[_CONFIRM] = reply.confirm
        if tool.stores:
            size = (request.content_length or 0) + _OVERHEAD_BYTES
            with storage_limits().reserve(user_id(), size):
                pass
        result = tool.run(given)
        permission().check_if_old()
        record_call(tool.name, given, result.data)
        if message.elicits and (question := elicitation.question(tool.title, result.data)):
            return question
        has_tasks = tool.starts_job and tasks.EXTENSION in message.extensions
        if has_tasks and tasks.is_started(result.data):
            return tasks.created(result.data["job"])
        return to_call_result(tool, result)
    except UnauthenticatedError:
        raise  # it was permitted to call: the answer is that to a new request
    except Exception as exc:  # noqa: BLE001 - the API's own handlers log what is unexpected
        return failures.failure(exc)


REGISTRY = Registry(TOOLS, PROMPTS, RESOURCES, lambda: g.identity, _call)

SERVER = Server(
    info={"name": "vidworks", "title": "Vidworks", "version": VERSION},
    capabilities={"tools": {}, "prompts": {}, "resources": {}},
    instructions=INSTRUCTIONS,
    methods={**REGISTRY.methods(), **tasks.METHODS},
    extensions={tasks.EXTENSION: {}},
)

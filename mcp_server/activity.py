"""What the tools have done in projects, for the activity (sharing/activity/recorder.py)."""

from collections.abc import Mapping

from mcp_server.protocol import Json
from web.api.common.recording import RecordedAction, name_of, record

_IN_WORK = "work_id"
RECORDED: Mapping[str, RecordedAction] = {
    "create_work": RecordedAction("created", "work"),
    "update_work": RecordedAction("changed", "work"),
    "edit_timeline": RecordedAction("changed", "work"),
    "analyze": RecordedAction("started", "job"),
    "write_scenario": RecordedAction("started", "job"),
    "generate": RecordedAction("started", "job"),
    "export_video": RecordedAction("started", "export"),
}

FILES = "add_asset"  # an asset, or a file of a work
UNRECORDED = {"upload_url", "control_job"}  # what is uploaded is recorded when it arrives


def record_call(tool: str, arguments: Json, data: Json) -> None:
    """Record a call of a tool that has succeeded, by its arguments and the data of its result.

    An offer that is not confirmed yet has done nothing.
    """
    recorded = RECORDED.get(tool)
    if tool == FILES:
        _record_file(arguments, data)
    elif recorded is not None and (recorded.action != "started" or "job" in data):
        _record_in_work(recorded, data["work"] if tool == "create_work" else arguments["work"])


def _record_in_work(recorded: RecordedAction, handle: str) -> None:
    project_id, work_id = handle.split("/")
    name = name_of(_IN_WORK, {"project_id": project_id, _IN_WORK: work_id})
    record(project_id, recorded, work_id, name)


def _record_file(arguments: Json, data: Json) -> None:
    """Record a file that was stored: an asset, or a file of a work."""
    handle = arguments.get("work") or arguments.get("project") or ""
    if "asset" in data:
        ids = {"project_id": handle.partition("/")[0], "asset_id": data["asset"]}
        name = name_of("asset_id", ids)
        record(ids["project_id"], RecordedAction("created", "asset"), data["asset"], name)
    else:
        _record_in_work(RecordedAction("uploaded", "media"), handle)

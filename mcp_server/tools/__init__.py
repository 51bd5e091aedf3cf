"""The tools, in the order in which clients list them."""

from mcp_server.tools import (
    editing,
    files,
    finding,
    jobs,
    paid,
    reading,
    reviewing,
    uploads,
    viewing,
    writing,
)

TOOLS = (
    *(finding.FIND, reading.GET_WORK, writing.CREATE_WORK, writing.UPDATE_WORK),
    *(files.ADD_ASSET, uploads.UPLOAD_URL),
    *(paid.ANALYZE, paid.WRITE_SCENARIO, paid.GENERATE, viewing.VIEW_SCENES),
    *(jobs.GET_JOB, jobs.CONTROL_JOB, editing.EDIT_TIMELINE, editing.EXPORT_VIDEO),
    reviewing.LIST_COMMENTS,
)

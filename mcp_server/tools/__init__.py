"""The tools, in the order in which clients list them."""

from mcp_server.tools import editing, files, finding, jobs, paid, reading, viewing, writing

TOOLS = (
    *(finding.FIND, reading.GET_WORK, writing.CREATE_WORK, writing.UPDATE_WORK),
    *(files.ADD_ASSET, files.UPLOAD_URL),
    *(paid.ANALYZE, paid.WRITE_SCENARIO, paid.GENERATE, viewing.VIEW_SCENES),
    *(jobs.GET_JOB, jobs.CONTROL_JOB, editing.EDIT_TIMELINE, editing.EXPORT_VIDEO),
    reading.LIST_COMMENTS,
)

"""The tool that gives out an address for the upload of a file of the user's machine."""

from typing import Any

from flask import g

from access.rights import CHANGE
from errors import FieldsError
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.handles import open_project, open_work
from schemas.common import resource_name
from schemas.json_fields import Text
from sharing.links import uploads
from web.addresses import absolute
from web.context import settings, store

Json = dict[str, Any]


class UploadUrlArguments(Arguments):
    """Where the file belongs, and its name."""

    work = Text(metadata={"description": "For which an image is selected"})
    project = Text(metadata={"description": "If there is no work"})
    name = resource_name(metadata={"description": "Such as photo.jpg"})


def _upload_url(arguments: Json) -> Result:
    if work := arguments.get("work"):
        g.identity.require("works:write")
        project_id, work_id = open_work(work, CHANGE)
    elif project := arguments.get("project"):
        project_id, work_id = open_project(project, CHANGE), None
    else:
        raise FieldsError({"work": ["Give a work, or a project."]})
    seconds = settings().tuning.upload_link
    link = uploads.make(
        *(store(), g.identity, project_id, seconds), work_id=work_id, name=arguments.get("name")
    )
    url = absolute(link.path)
    return Result(
        {
            "url": url,
            "asset": link.target["assetId"],
            "maxMB": settings().max_asset_mb,
            "next": f"Within {seconds // 60} minutes: curl -T FILE {url} (once; it returns the"
            " asset). If you can't run commands, ask the user to.",
        }
    )


UPLOAD_URL = Tool(
    "upload_url",
    "Get an upload address",
    "For a local file: an address for one `curl -T FILE <url>`, and the id of the"
    " asset that the file becomes.",
    UploadUrlArguments(),
    _upload_url,
    scopes=("projects:write",),
    stores=True,
)

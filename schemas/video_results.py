"""What a job that made a video returns."""

from marshmallow import fields

from schemas.common import Base
from schemas.json_fields import Integer, Number


class FinishedVideoSchema(Base):
    """The work of a video, and its export; null where none was ordered."""

    workUrl = fields.String(
        required=True, metadata={"description": "Absolute address of the page that shows the work"}
    )
    exportId = fields.String(required=True, allow_none=True)
    exportUrl = fields.String(required=True, allow_none=True)
    videoUrl = fields.String(
        allow_none=True,
        metadata={
            "description": "Absolute address of the video, which needs no login. A request for"
            " the job makes a new one if it is revoked or half of its time is over. Not in lists"
        },
    )
    videoUrlExpiresAt = Integer(
        allow_none=True, metadata={"description": "When that address expires, in milliseconds"}
    )
    videoLinkId = fields.String(
        allow_none=True,
        metadata={"description": "Revokes that address: `DELETE /api/links/<videoLinkId>`"},
    )
    duration = Number(
        required=True, allow_none=True, metadata={"description": "Seconds of the exported video"}
    )
    elapsed = Number(
        required=True, metadata={"description": "Seconds from the order to the end of the job"}
    )

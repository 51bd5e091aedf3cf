"""The shapes of the results of jobs, by their kinds; of those that made a video as well."""

from marshmallow import fields

from schemas.ai import (
    AssetResultsSchema,
    FoundOnPageSchema,
    MadeImageSchema,
    MadeSceneSchema,
    MadeScenesSchema,
    MadeVideoSchema,
    ScenarioSchema,
)
from schemas.common import Base
from schemas.exports import ExportSchema
from schemas.file_addresses import FetchedFileSchema
from schemas.json_fields import Integer, Number
from schemas.scenes import AnalysisSchema
from schemas.sound_results import (
    FoundWordsSchema,
    MadeSoundSchema,
    MadeVoicesSchema,
    RewrittenSchema,
    TranscriptSchema,
)
from schemas.voices import MadeSampleSchema


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


# The results of jobs by kind. A client that tries one after the other finds the right one: where
# one shape has all fields of another, it comes first.
RESULTS: dict[str, type[Base]] = {
    "export": ExportSchema,
    "analysis": AnalysisSchema,
    "scenario": ScenarioSchema,
    "scenes": MadeScenesSchema,
    "scene": MadeSceneSchema,
    "narration": MadeVoicesSchema,
    "music": MadeSoundSchema,
    "sound": MadeSoundSchema,
    "captions": FoundWordsSchema,
    "transcript": TranscriptSchema,
    "rewrite": RewrittenSchema,
    "image": MadeImageSchema,
    "video": MadeVideoSchema,
    "voice": MadeSampleSchema,
    "style_guide": FoundOnPageSchema,
    "descriptions": AssetResultsSchema,
    "pipeline": FinishedVideoSchema,
    "download": FetchedFileSchema,
}

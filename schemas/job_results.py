"""The shapes of the results of jobs, by their kinds."""

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
from schemas.scenes import AnalysisSchema
from schemas.sound_results import (
    FoundWordsSchema,
    MadeSoundSchema,
    MadeVoicesSchema,
    RewrittenSchema,
    TranscriptSchema,
)
from schemas.video_results import FinishedVideoSchema
from schemas.voices import MadeSampleSchema

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

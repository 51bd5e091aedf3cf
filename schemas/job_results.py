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
from schemas.scenes import AnalysisSchema

# The results of jobs by kind. A client that tries one after the other finds the right one: where
# one shape has all fields of another, it comes first.
RESULTS: dict[str, type[Base]] = {
    "export": ExportSchema,
    "analysis": AnalysisSchema,
    "scenario": ScenarioSchema,
    "scenes": MadeScenesSchema,
    "scene": MadeSceneSchema,
    "image": MadeImageSchema,
    "video": MadeVideoSchema,
    "style_guide": FoundOnPageSchema,
    "descriptions": AssetResultsSchema,
}
RESULTS_BY_KIND = ", ".join(
    f"`{kind}` {schema.__name__.removesuffix('Schema')}" for kind, schema in RESULTS.items()
)

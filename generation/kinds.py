"""All kinds of jobs, by the names that they are stored with."""

from collections.abc import Mapping

from generation import analysis, descriptions, scenario, scenes, single, styles
from jobs.runner import Kind

KINDS: Mapping[str, Kind] = {
    "scenario": scenario.write,
    "scene": scenes.make_one,
    "scenes": scenes.make_all,
    "image": single.make_image,
    "video": single.make_video,
    "analysis": analysis.analyse,
    "style_guide": styles.extract,
    "descriptions": descriptions.describe,
}

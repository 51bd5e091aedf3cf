"""All kinds of jobs, by the names that they are stored with."""

from generation import analysis, descriptions, scenario, scenes, single, styles
from generation.models import video_model
from generation.progress import settle
from jobs.run import Run
from jobs.runner import Kinds


def _give_up(run: Run, call_id: str) -> None:
    video_model(run, call_id).cancel(run.call(call_id)["taskId"])


KINDS = Kinds(
    {
        "scenario": scenario.write,
        "scene": scenes.make_one,
        "scenes": scenes.make_all,
        "image": single.make_image,
        "video": single.make_video,
        "analysis": analysis.analyse,
        "style_guide": styles.extract,
        "descriptions": descriptions.describe,
    },
    give_up=_give_up,
    ended=settle,
)

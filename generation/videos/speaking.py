"""Who speaks in a video, and whether that voice can, which is known at the order."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from errors import FieldsError
from generation.narration_plans import check_line, check_narrator, check_speakable
from generation.videos import steps
from jobs.model import Call
from jobs.planning import JobPlanner
from media.languages import language_tag
from providers.demo_lines import first_sentence
from providers.errors import ProviderChoiceError
from providers.models import DEMO
from storage.errors import NotFoundError
from works.narration import Narrator, narrator_of

Brief = Mapping[str, Any]

_ANY_LINE = "1"  # that each voice can read, whatever its script


def speaking(planner: JobPlanner, project_id: str, brief: Brief) -> JobPlanner:
    """Return the planner with the narrator's provider, unless the request names another one.

    Raises FieldsError if there is no such provider.
    """
    chosen = planner.choices.of("speech")
    if chosen.provider or chosen.model:
        return planner
    narrator = _narrator(planner, project_id, brief)
    asking = planner.choosing("speech", narrator.provider, narrator.model)
    try:
        asking.call("speech")
    except ProviderChoiceError as exc:
        raise FieldsError({"sound.narrator.provider": [f"{exc.reason}."]}) from exc
    return asking


def check_voices(
    planner: JobPlanner,
    project_id: str,
    brief: Brief,
    scenes: Sequence[Mapping[str, Any]] | None,
    calls: Mapping[str, Sequence[Call]],
) -> None:
    """Raise FieldsError for what the voices of an order cannot speak.

    That is the lines of given scenes; before a scenario is written, the language and the narrator.
    `calls` are those of the steps, by name.
    """
    spoken = calls.get("narration")
    if not spoken:
        return
    language = (brief.get("language") or "").strip()
    narrator = _narrator(planner, project_id, brief)
    asking = speaking(planner, project_id, brief)
    check_narrator(asking, narrator)
    if scenes:
        check_speakable(asking, {**brief, "scenes": scenes}, narrator, spoken)
    else:
        text = _line_of_demo(brief) if calls["scenario"][0]["provider"] == DEMO else ""
        check_line(asking, narrator, spoken[0], text or _ANY_LINE, language_tag(language))


def narrated(texts: Mapping[int, str | None]) -> steps.Outcome:
    """Return how the step ended in which the lines of scenes, in their order, were spoken."""
    silent = [str(number) for number, text in enumerate(texts.values(), 1) if text is None]
    if len(silent) == len(texts):
        return "skipped", "No voice is made: no scene has a line"
    if not silent:
        return steps.DONE
    scenes = f"scene {silent[0]} has" if len(silent) == 1 else f"scenes {', '.join(silent)} have"
    return "succeeded", f"Done; {scenes} no line"


def _line_of_demo(brief: Brief) -> str:
    """Return what the demo will certainly let a voice say: the sentence of a mere description."""
    if brief.get("language") or brief.get("productName"):
        return ""
    return first_sentence((brief.get("productDescription") or "").partition("\n")[0])


def _narrator(planner: JobPlanner, project_id: str, brief: Brief) -> Narrator:
    style_guide = None
    with suppress(NotFoundError):  # the default project may not be there yet
        style_guide = planner.store.projects.snapshot(project_id).values["styleGuide"]
    return narrator_of(brief, style_guide)

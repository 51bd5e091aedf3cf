"""The prompt for a language model that writes a scenario."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from providers.contract import Question
from providers.prompts.answers import OFFERED_TRANSITIONS, json_schema, scenario_schema
from providers.prompts.common import (
    MATERIAL_RULE,
    bullet_list,
    describe_style_guide,
    join_paragraphs,
    labelled_lines,
    language_rule,
    material_block,
    single_line,
    stripped,
)
from providers.prompts.narration import narration_rules

Asset = Mapping[str, Any]  # name, description and type
Member = Mapping[str, Any]  # of the cast: name, kind and description

_DIRECTOR = """
You are a director who plans short videos. An image model makes the first frame of each scene, a
video model moves on from there. Find the one thing that viewers should feel or know at the end, let
every scene serve it, and open with a picture that makes people stay. Neighbouring scenes differ in
shot size or angle. Invent no facts, figures, names or claims that are not in the brief."""

_RULES = f"""
How your answer is used
- The image model sees one image_prompt and nothing else; the video model sees one video_prompt and
  that image. Each has to be complete: describe people, things, places and light that come again in
  the same words every time.
- image_prompt describes a single moment: subject, setting, framing, light, colours. video_prompt
  says what moves from there, the subject and the camera, and fits the scene's length.
- image_prompt, video_prompt and negative_prompt are in English, whatever the language of the brief.
- text_overlay is laid over the picture later, or null. No prompt asks for writing in the picture.
- transition leads to the next scene: {", ".join(OFFERED_TRANSITIONS)}.
- scene_index counts from 0. Numbers are plain numbers, in seconds.
Where parts of all this differ, the brief's numbers and pictures come first, then the task, then the
style guide, then the rest."""

_TASKS = {
    "style_transfer": """
Task: write a new video for this brief that looks and feels like the analysed one. Take over its
pace, shot sizes and angles, camera, light, colours, transitions, and how much text it shows. What
happens in it is not wanted: no subject, plot, person, brand or wording comes from there.""",
    "content_remix": """
Task: tell the analysed video anew for this brief. Keep its content and structure: what happens, in
the same order, each scene doing for the viewer what its counterpart did, with this brief's subject
in the place of the old one; join or split scenes where the number differs. Its look is not wanted:
light, colours, camera and mood are new and come from the style guide. No person, brand or wording
comes from there.""",
}
_TASK_WITHOUT_ANALYSIS = """
Task: write the scenario for this brief. There is no reference video; the look comes from the style
guide and the instructions."""

_REFERENCE = """
These things really exist. Wherever one of them appears, put the words of its description that make
it recognisable into that scene's image_prompt, the same words every time, and change nothing about
how it looks."""

_CAST = """
These come again in the films of this project. List in each scene's cast who and what of them is
seen in it, by the names as they are here; others have no place in it. The image model gets their
pictures and descriptions from elsewhere: image_prompt calls them by their names and says what they
do, not how they look."""

_DIRECT = """
Each scene shows a picture that is there already, unchanged, as its first frame; no image model is
asked. image_prompt says in one sentence what is seen in that picture. video_prompt starts from
exactly that and brings in nothing that the picture doesn't show: the camera moves, light changes,
something that is there moves a little. Build the story in this order of pictures:"""


def question(
    intent: Mapping[str, Any],
    *,
    analysis: Mapping[str, Any] | None = None,
    system_prompt: str | None = None,
    knowledge: str | None = None,
    style_guide: Mapping[str, Any] | None = None,
    assets: Sequence[Asset] = (),
    cast: Sequence[Member] = (),
    direct: bool = False,
    resolution: Mapping[str, int] | None = None,
) -> Question:
    """Return the question for a scenario; `load_scenario` of answers.py parses the answer.

    `intent` has the keys of the API's scenario request: with its `narration`, the scenes say what
    is spoken in them. `assets` are the selected ones, in order; with a `cast`, scenes say who of
    it is in them.
    With `direct`, scene i shows asset i modulo their number unchanged; otherwise their descriptions
    become part of the prompts. `resolution` is in pixels.
    """
    count = intent.get("scene_count") or (len(assets) if direct else None)
    schema = json_schema(scenario_schema(narration=bool(intent.get("narration")), cast=bool(cast)))
    if count:
        schema["properties"]["scenes"].update(minItems=count, maxItems=count)
    system = join_paragraphs(
        stripped(system_prompt) or _DIRECTOR,
        material_block("knowledge", knowledge),
        material_block("style guide", describe_style_guide(style_guide)),
        _RULES,
        MATERIAL_RULE,
    )
    user = join_paragraphs(
        _brief(intent, count, resolution),
        _assign_pictures(assets, count) if direct else _describe_assets(assets),
        _describe_cast(cast),
        material_block("analysis", _describe_analysis(analysis)),
        _TASKS[intent["mode"]] if analysis else _TASK_WITHOUT_ANALYSIS,
    )
    return Question(system, user, schema)


def _brief(
    intent: Mapping[str, Any], count: int | None, resolution: Mapping[str, int] | None
) -> str:
    subject = labelled_lines(
        {
            "Product": intent.get("product_name"),
            "Description": intent.get("product_description"),
            "Audience": intent.get("target_audience"),
        }
    )
    requirements = [
        *_lengths(count, intent.get("video_duration")),
        *_frame(resolution),
        language_rule(intent.get("language")),
        *(narration_rules(intent.get("language")) if intent.get("narration") else ()),
    ]
    return join_paragraphs("Brief", bullet_list(requirements), material_block("subject", subject))


def _lengths(count: int | None, seconds: float | None) -> Iterator[str]:
    if count:
        yield f"scene_count: {count}, neither more nor fewer"
    else:
        yield "As many scenes as the content needs"
    if seconds:
        yield f"video_duration: {seconds:g} seconds, the sum of all duration_seconds"
    if not (count and seconds):
        yield "Each scene lasts 3 to 8 seconds"


def _frame(resolution: Mapping[str, int] | None) -> Iterator[str]:
    if resolution:
        width, height = resolution["width"], resolution["height"]
        orientation = "vertical" if width < height else "horizontal" if width > height else "square"
        yield f"The frame is {orientation}, {width} by {height} pixels"


def _describe_assets(assets: Sequence[Asset]) -> str:
    lines = bullet_list(_describe_asset(asset) for asset in assets)
    return join_paragraphs(_REFERENCE, material_block("assets", lines)) if assets else ""


def _describe_cast(cast: Sequence[Member]) -> str:
    if not cast:
        return ""
    lines = bullet_list(
        f"{each['name']} ({each['kind']}): {single_line(each['description'], 300) or '…'}"
        for each in cast
    )
    return join_paragraphs(_CAST, material_block("cast", lines))


def _assign_pictures(assets: Sequence[Asset], count: int | None) -> str:
    if not assets:
        return ""
    shown = (assets[index % len(assets)] for index in range(count or len(assets)))
    lines = bullet_list(
        f"scene_index {index}: {_describe_asset(asset)}" for index, asset in enumerate(shown)
    )
    return join_paragraphs(_DIRECT, material_block("pictures", lines))


def _describe_asset(asset: Asset) -> str:
    about = single_line(asset.get("description"), 800) or "not described"
    return f"{single_line(asset['name'])} ({asset['type']}): {about}"


def _describe_analysis(analysis: Mapping[str, Any] | None) -> str:
    """Format an analysis as text, which is shorter than JSON, and easier for models."""
    if not analysis:
        return ""
    whole = {
        "Tone": analysis["overall_tone"],
        "Tempo": analysis["tempo"],
        "Colours": ", ".join(analysis["color_palette"]),
        "Text over the picture": "yes" if analysis["has_text_overlay"] else "no",
    }
    return "\n".join([labelled_lines(whole), *map(_describe_shot, analysis["scenes"])])


def _describe_shot(shot: Mapping[str, Any]) -> str:
    about = {
        "camera": shot.get("camera_movement"),
        "text": shot.get("text_overlay"),
        "then": shot.get("transition"),
    }
    rest = "".join(f" [{name}: {single_line(each, 200)}]" for name, each in about.items() if each)
    return f"Shot {shot['index']}, {shot['duration_seconds']:g} s: {shot['description']}{rest}"

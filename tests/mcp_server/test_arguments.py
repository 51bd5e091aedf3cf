"""Wrong arguments of tools, at any depth, are errors that list the right ones."""

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from errors import FieldsError
from mcp_server.json_schema import load_arguments
from mcp_server.tools import TOOLS
from schemas.json_fields import walk
from tests.jobs.helpers import new_work_with_scenes
from tests.mcp_server.helpers import data, failure, handle

Json = dict[str, Any]


def objects() -> Iterator[tuple[str, Schema, str]]:
    """Yield every object among the arguments of a tool: its schema, and its path."""
    for tool in TOOLS:
        yield tool.name, tool.arguments, ""
        for path, field in walk(tool.arguments):
            if isinstance(field, fields.Nested):
                yield tool.name, field.schema, path


def enumerations() -> Iterator[tuple[str, list[str], str]]:
    for tool in TOOLS:
        for path, field in walk(tool.arguments):
            for validator in field.validators:
                if isinstance(validator, validate.OneOf):
                    yield tool.name, [str(each) for each in validator.choices], path


def at(path: str, value: Any) -> Any:
    """Return arguments with a value at a path, such as `scenes.*.text_overlay`."""
    for part in reversed(path.split(".") if path else []):
        value = [value] if part == "*" else {part: value}
    return value


def errors_of(tool: str, arguments: Json) -> Json:
    schema = next(each.arguments for each in TOOLS if each.name == tool)
    with pytest.raises(FieldsError) as raised:
        load_arguments(schema, arguments)
    assert isinstance(raised.value.details, dict)
    return raised.value.details


@pytest.mark.parametrize(("tool", "schema", "path"), list(objects()))
def test_unknown_name_is_told_with_the_known_ones(tool, schema, path):
    errors = errors_of(tool, at(path, {"wrok": 1}))

    name = f"{path}.wrok".lstrip(".").replace("*", "0")
    assert errors[name] == f"Unknown field: known are {', '.join(schema.fields)}."


@pytest.mark.parametrize(("tool", "choices", "path"), list(enumerations()))
def test_wrong_value_is_told_with_the_known_ones(tool, choices, path):
    errors = errors_of(tool, at(path, "no such value"))

    assert all(choice in errors[path.replace("*", "0")] for choice in choices)


def test_field_of_a_scene_that_is_sent_alone_is_told_where_it_belongs(ana, project):
    path = new_work_with_scenes(ana, project, 2)
    before = ana.show(path)

    text = failure(ana, "update_work", work=handle(path), image_prompt="A tree")

    assert "image_prompt: Unknown field: is scene.image_prompt meant? Else known are" in text
    assert ana.show(path) == before


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"what": "jobs", "project": "p"}, "project: Has no effect on jobs, which take work."),
        ({"what": "works", "work": "p/w"}, "work: Has no effect on works, which take project."),
        ({"what": "projects", "work": "p/w"}, "work: Has no effect on projects, which take none"),
    ],
)
def test_argument_that_a_list_does_not_take_is_refused(ana, arguments, wrong):
    """Or a model believes that what it sees is all of the project."""
    assert wrong in failure(ana, "find", **arguments)


def test_unknown_names_and_wrong_values_are_told_together():
    scene = {"scene_index": "1", "imagePrompt": "A lamp"}

    errors = errors_of("update_work", {"work": "w", "scenes": [scene], "x" * 500: 1})

    assert errors["scenes.0.scene_index"] == "Must be an integer."
    assert "image_prompt" in errors["scenes.0.imagePrompt"]
    assert all(len(name) <= 60 for name in errors)


def test_errors_name_only_what_was_sent(ana, project):
    work = new_work_with_scenes(ana, project, 1)
    demo = {"image_provider": "demo", "video_provider": "nobody"}

    window = failure(ana, "export_video", work=handle(work), to=0)
    provider = failure(ana, "generate", work=handle(work), **demo)
    ana.put(work, json={"editorState": {"exportSettings": {"width": 8, "height": 8, "fps": 30}}})
    stored = failure(ana, "export_video", work=handle(work))

    assert window.startswith("Validation error: to: Must be after `from`")
    assert 'video_provider is "nobody"; expected gemini or runway' in provider
    assert stored.startswith("The stored timeline cannot be exported: ")


def test_what_a_tool_describes_its_schema_allows(ana, project, samples):
    """Clients that check arguments themselves, and models bound to the schema, send nothing else.

    `data` compares what is accepted with the schema.
    """
    path = new_work_with_scenes(ana, project, 2)
    work = handle(path)
    for index in range(2):
        ana.upload(f"{path}/media/scene/{index}/image", samples / "image.png")

    operations = [
        {"op": "move", "clip": 1, "after": None},
        {"op": "clip", "clip": 0, "crop": None, "motion": None, "speed": None},
        {"op": "text", "new": "t", "text": "Arc", "start": 0, "end": 1, "align": "left"},
        {"op": "text", "id": "t", "align": None, "weight": None, "shadow": None, "color": "#fff"},
        {"op": "captions", "captions": None},
    ]
    data(ana, "edit_timeline", work=work, operations=operations)
    scene = {"scene_index": 0, "text_overlay": None, "narration": None, "motion": None}
    data(ana, "update_work", work=work, captions=None, scene=scene)
    data(ana, "export_video", work=work, fps="source", quality="draft")

"""What the page copies from the service's code is the same there."""

import re
from collections.abc import Collection
from pathlib import Path

import pytest

from export.service import SHAPES
from providers.models import providers_for
from schemas import exports
from schemas.accounts import SCOPES
from schemas.ai import ROLES
from schemas.editor import CLIP_VOLUME, MAX_CAPTION_TEXT, MAX_CAPTIONS, MAX_SPEED, MIN_SPEED
from schemas.exports import MAX_SIZE, MIN_SIZE
from schemas.framing import MIN_SHARE
from schemas.job_results import RESULTS
from schemas.jobs import FINISHED_STATES, JOB_STATES
from schemas.json_fields import MAX_KEY
from schemas.new_jobs import WORK_JOB_KINDS
from schemas.projects import PROJECT_TYPES
from schemas.scenes import MAX_SCENE_INDEX
from timeline import abbreviations
from timeline.transitions import CUT, MAX_TRANSITION_SECONDS, MOVEMENTS

STATIC = Path(__file__).parent.parent.parent / "console/static"
VENDORS = {
    provider.id: provider.vendor for role in ROLES for provider in providers_for(role).values()
}


def constant(module: str, name: str) -> str:
    """Return the source of a constant's value."""
    source = (STATIC / module).read_text(encoding="utf-8")
    found = re.search(rf"\bconst {name} =(.*?);(?: //[^\n]*)?$", source, re.DOTALL | re.MULTILINE)
    assert found, f"{module} has no constant {name}"
    return found[1]


def strings(source: str) -> list[str]:
    return [text for text in re.findall(r'"([^"]*)"', source) if text]


def keys(source: str) -> list[str]:
    return re.findall(r"\b(\w+): ", source)


def test_abbreviations_are_those_of_exports() -> None:
    source = (STATIC / "timeline/abbreviations.js").read_text(encoding="utf-8")

    assert source.split("`")[1] == f"\n{abbreviations.TABLE.lstrip()}"


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        ("state/tokens.js", "SCOPES", SCOPES),
        ("state/choices.js", "ROLES", ROLES),
        ("state/jobs.js", "FINISHED", FINISHED_STATES),
        ("screens/jobs/job-list.js", "SELECTIONS", JOB_STATES),
        ("screens/new-video/brief.js", "KINDS", PROJECT_TYPES),
    ],
)
def test_strings_are_those_of_the_service(
    module: str, name: str, expected: Collection[str]
) -> None:
    assert sorted(strings(constant(module, name))) == sorted(expected)


def test_each_scope_has_a_text() -> None:
    texts = (STATIC / "i18n/en-library.js").read_text(encoding="utf-8")
    explained = texts.split("scopeTexts: {")[1].split("}")[0]

    assert re.findall(r'^ *"([^"]+)": ', explained, re.MULTILINE) == list(SCOPES)


def test_each_kind_of_job_has_a_text() -> None:
    texts = (STATIC / "i18n/en.js").read_text(encoding="utf-8")
    explained = texts.split("\n  jobs: {")[1].split("kinds: {")[1].split("\n    }")[0]

    assert set(RESULTS) <= set(re.findall(r"^ *(\w+): ", explained, re.MULTILINE))


def test_transitions_are_those_of_exports_and_have_texts() -> None:
    names = re.findall(r'\["(\w+)", ', constant("timeline/placed-clips.js", "MOVEMENTS"))
    texts = (STATIC / "i18n/en.js").read_text(encoding="utf-8")
    explained = keys(texts.split("transitions: {")[1].split("}")[0])

    assert names == list(MOVEMENTS)
    assert set(explained) == {CUT, *names}


def test_shapes_of_videos_are_those_of_their_files_names() -> None:
    pairs = re.findall(r"\[(\d+), (\d+)\]", constant("state/exports.js", "SHAPES"))

    assert [(int(across), int(down)) for across, down in pairs] == list(SHAPES)


def test_each_kind_of_job_of_a_work_has_its_roles() -> None:
    assert sorted(keys(constant("state/jobs.js", "ROLES"))) == sorted(WORK_JOB_KINDS)


def test_providers_with_another_id_than_their_vendor_are_known() -> None:
    table = constant("state/providers.js", "VENDORS")

    assert dict(zip(keys(table), strings(table), strict=True)) == {
        provider: vendor for provider, vendor in VENDORS.items() if provider != vendor
    }


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        *(
            (f"timeline/operations/{module}.js", name, expected)
            for module, name, expected in (
                ("arguments", "MAX_TIME", exports.MAX_TIME),
                ("arguments", "MAX_ID", MAX_KEY),
                ("limits", "MAX_TEXT", exports.MAX_EXPORT_TEXT),
                ("caption-words", "MAX_CAPTION_TEXT", MAX_CAPTION_TEXT),
                ("limits", "MAX_FONT_SIZE", exports.MAX_FONT_SIZE),
                ("limits", "MAX_PIXELS", exports.MAX_PIXELS),
                ("limits", "MAX_VOLUME", exports.MAX_VOLUME),
                ("limits", "MIN_SPEED", MIN_SPEED),
                ("limits", "MAX_SPEED", MAX_SPEED),
                ("limits", "MAX_CLIP_VOLUME", CLIP_VOLUME.max),
                ("limits", "MIN_FPS", exports.MIN_FPS),
                ("limits", "MAX_FPS", exports.MAX_FPS),
                ("limits", "MAX_SECONDS", exports.MAX_SECONDS),
                ("limits", "MAX_CLIPS", exports.MAX_CLIPS),
                ("limits", "MAX_OVERLAYS", exports.MAX_EXPORT_OVERLAYS),
                ("limits", "MAX_PLACES", exports.MAX_MUSIC),
                ("limits", "MAX_CAPTIONS", MAX_CAPTIONS),
                ("new-clip", "MAX_SCENE", MAX_SCENE_INDEX),
            )
        ),
        ("timeline/framing.js", "MIN_SHARE", MIN_SHARE),
        ("timeline/placed-clips.js", "MAX_TRANSITION_SECONDS", MAX_TRANSITION_SECONDS),
        ("timeline/size.js", "SMALLEST", MIN_SIZE),
        ("timeline/size.js", "LARGEST", MAX_SIZE),
    ],
)
def test_limits_are_those_of_the_service(module: str, name: str, expected: float) -> None:
    assert float(constant(module, name)) == expected

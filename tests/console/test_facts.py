"""The facts that the page has of the service are typed, used, and have texts."""

import re

import pytest

from console import facts
from schemas.accounts import SCOPES
from schemas.ai import ROLES
from schemas.job_results import RESULTS
from schemas.jobs import JOB_STATES
from schemas.new_jobs import WORK_JOB_KINDS
from schemas.projects import PROJECT_TYPES
from schemas.transitions import CUT, MOVEMENTS
from tests.console.modules import STATIC


def source(module: str) -> str:
    return (STATIC / module).read_text(encoding="utf-8")


@pytest.mark.parametrize("module", facts.modules())
def test_each_fact_is_typed_and_used(module):
    names = re.findall(r"^export const (\w+) = ", facts.modules()[module].decode(), re.MULTILINE)
    types = source(module.replace(".js", ".d.ts"))
    imports = re.compile(
        r'(?:import|export|const) \{([^}]*)\} (?:from |= await import\()"[^"]*facts\.js"'
    )
    used = {
        name.strip()
        for path in STATIC.rglob("*.js")
        for group in imports.findall(path.read_text(encoding="utf-8"))
        for name in group.split(",")
    }

    assert names == sorted(names)
    assert names == re.findall(r"^export const (\w+): ", types, re.MULTILINE)
    assert set(names) <= used


def test_each_scope_has_a_text():
    explained = source("i18n/en-library.js").split("scopeTexts: {")[1].split("}")[0]

    assert re.findall(r'^ *"([^"]+)": ', explained, re.MULTILINE) == list(SCOPES)


def test_each_kind_of_job_has_a_text_and_its_roles():
    library = source("i18n/en-library.js").split("\n  jobs: {")[1]
    texts = library.split("kinds: {")[1].split("\n    }")[0]
    roles = source("state/jobs.js").split("const ROLES = {")[1].split("};")[0]

    assert set(RESULTS) <= set(re.findall(r"^ *(\w+): ", texts, re.MULTILINE))
    assert sorted(re.findall(r"\b(\w+): ", roles)) == sorted(WORK_JOB_KINDS)


def test_each_transition_has_a_text():
    explained = source("i18n/en-work.js").split("transitions: {")[1].split("}")[0]

    assert set(re.findall(r"\b(\w+): ", explained)) == {CUT, *MOVEMENTS}


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [("state/choices.js", "ROLES", ROLES), ("screens/new-video/index.js", "KINDS", PROJECT_TYPES)],
)
def test_lists_in_an_order_of_the_page_are_complete(module, name, expected):
    listed = source(module).split(f"const {name} = [")[1].split("]")[0]

    assert sorted(re.findall(r'"(\w+)"', listed)) == sorted(expected)


def test_each_state_of_jobs_is_in_a_selection():
    selections = source("screens/jobs/index.js").split("SELECTIONS = {")[1].split("};")[0]

    assert sorted(filter(None, re.findall(r'"([^"]*)"', selections))) == sorted(JOB_STATES)

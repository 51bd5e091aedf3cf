"""docs/data.md: every example runs while a service uses the same data directory."""

import doctest
import re
import subprocess

import pytest

from storage.paths import JOURNAL, document_name
from tests import programs
from tests.service import ROOT

PAGE = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SHELL = "".join(code for language, code in BLOCKS if language == "sh")
PYTHON = "".join(code for language, code in BLOCKS if language == "pycon")


@pytest.fixture
def teaser(ana, settings, monkeypatch):
    """Create the data that the page shows and change to its directory.

    Return the path of the work "Teaser".
    """
    spring, autumn = (ana.new_project(name=name) for name in ("Spring", "Autumn"))
    teaser = ana.new_work(spring, name="Teaser", productName="Lamp", language="en")
    ana.put(ana.new_work(spring, name="Film", language="en"), json={"currentStep": 4})
    ana.new_work(spring, name="Draft", language="de")
    ana.new_work(autumn, name="Teaser")
    monkeypatch.chdir(settings.data_dir.parent)
    return teaser


def test_page_contains_shell_and_python_blocks_only():
    assert {language for language, _ in BLOCKS} == {"sh", "pycon"}
    assert len(BLOCKS) == PAGE.count("```") / 2


@pytest.mark.usefixtures("teaser")
@pytest.mark.parametrize("command", SHELL.splitlines())
def test_shell_command_prints_the_expected_work(command):
    if reason := programs.missing(command.split(maxsplit=1)[0]):
        pytest.skip(reason)

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)

    assert "Teaser" in done.stdout or done.stdout.endswith("/work.json\n")
    assert done.stderr == ""


def test_python_session_prints_what_the_page_shows(ana, teaser):
    before = ana.show(teaser)
    test = doctest.DocTestParser().get_doctest(PYTHON, {}, "docs/data.md", None, 0)
    report: list[str] = []

    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)

    assert result.failed == 0, "".join(report)
    assert result.attempted > 15
    after = ana.show(teaser)
    assert after == {**before, "productName": "Desk lamp", "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]
    works = ana.show(teaser.rpartition("/")[0])
    assert [work["name"] for work in works] == ["Teaser", "Film"]
    assert works[0]["updatedAt"] == after["updatedAt"]


@pytest.mark.parametrize("path", re.findall(r"^\| `(\S+)` \|", PAGE, re.MULTILINE))
def test_documented_path_has_the_document_name_of_its_collection(path):
    *_, collection, _, name = path.split("/")

    assert name in (document_name(collection), JOURNAL)

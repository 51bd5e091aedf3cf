"""The programs of examples/ make videos, on a service with the demo."""

import importlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.programs import needs
from tests.service import ROOT

pytestmark = [
    pytest.mark.slow,  # starts a service, which makes videos
    pytest.mark.service(WORKERS=1, DEMO_PROVIDER="auto"),
]

EXAMPLES = ROOT / "examples"
PHOTO = ROOT / "docs" / "example.jpg"
SMALL = {
    "scenes": [{"asset": 0, "duration_seconds": 1}],
    "resolution": {"width": 128, "height": 128},
    "export": {"quality": "draft", "fps": 10},
}


@pytest.fixture(scope="module")
def environ(service):
    """What the programs read from the environment."""
    url = f"http://localhost:{service.port}"
    return {"VIDWORKS_URL": url, "VIDWORKS_TOKEN": service.register()}


def is_video(path: Path) -> bool:
    return path.read_bytes()[4:8] == b"ftyp"


@needs("curl", "jq")
def test_step_of_the_github_workflow_makes_a_video_and_once_more_gets_the_same(
    service, environ, tmp_path
):
    workflow = (EXAMPLES / "github-action" / "make-video.yml").read_text()
    [step] = re.findall(r"run: (sh .*)", workflow)
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/make-video.sh").symlink_to(EXAMPLES / "curl" / "make-video.sh")
    (tmp_path / ".github/product.jpg").symlink_to(PHOTO)
    own = {
        "VIDWORKS_KEY": "github-1-1",
        "VIDWORKS_FIELDS": json.dumps({**SMALL, "sound": False}),
        "SENTENCE": 'A "lamp" that follows the sun',
    }

    files = []
    for _ in range(2):
        done = subprocess.run(
            ["sh", "-c", step],
            check=False,
            cwd=tmp_path,
            env={**os.environ, **environ, **own},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        files.append((tmp_path / "video.mp4").read_bytes())

    assert is_video(tmp_path / "video.mp4")
    assert files[0] == files[1]
    listed = service.request("GET", "/api/videos", token=environ["VIDWORKS_TOKEN"]).json
    assert [video["request"]["brief"]["name"] for video in listed["items"]] == [own["SENTENCE"]]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("A lamp that follows the sun", "A lamp that follows the sun"),
        ("", "What is new in lamps v1.2"),
    ],
)
def test_release_without_a_title_has_a_sentence(title, sentence):
    workflow = (EXAMPLES / "github-action" / "make-video.yml").read_text()
    [expression] = re.findall(r"SENTENCE: \$\{\{ (.*) \}\}", workflow)
    values = {
        "inputs.sentence": "",
        "github.event.release.name": title,
        "github.event.repository.name": "lamps",
        "github.event.release.tag_name": "v1.2",
    }

    def value(term: str) -> str:
        if call := re.fullmatch(r"format\('(.*?)', (.*)\)", term):
            return call[1].format(*(values[name] for name in call[2].split(", ")))
        return values[term]

    assert next(filter(None, map(value, expression.split(" || ")))) == sentence


@needs("curl", "jq")
def test_shell_script_shows_what_the_service_refuses(environ, tmp_path):
    own = {"VIDWORKS_FIELDS": '{"sceneCount": "many"}'}
    done = subprocess.run(
        ["sh", EXAMPLES / "curl" / "make-video.sh", PHOTO, "A lamp", "video.mp4"],
        check=False,
        cwd=tmp_path,
        env={**os.environ, **environ, **own},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert '"sceneCount"' in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Usage: {script} PHOTO SENTENCE OUTPUT\n"),
        (["no.jpg", "A lamp", "video.mp4"], "no.jpg: cannot be read\n"),
    ],
)
def test_shell_script_says_what_it_needs(arguments, told):
    script = EXAMPLES / "curl" / "make-video.sh"
    command = ["sh", str(script), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (2, told.format(script=script))


@pytest.mark.parametrize("separator", [",", ";"])
def test_python_program_reads_tables_of_spreadsheets(tmp_path, monkeypatch, separator):
    monkeypatch.syspath_prepend(EXAMPLES / "python")
    program = importlib.import_module("make_videos")
    table = tmp_path / "products.csv"
    lines = [["photo", "sentence", "output"], ["a.jpg", '"Lamp, or; sun"', "a.mp4"]]
    table.write_text("\ufeff" + "\r\n".join(map(separator.join, lines)))

    [row] = program.read_rows(table)

    assert row == {"photo": "a.jpg", "sentence": "Lamp, or; sun", "output": "a.mp4"}
    table.write_text("picture,sentence,output\na.jpg,A lamp,a.mp4\n")
    with pytest.raises(SystemExit, match=r"products\.csv: row 1 has no photo"):
        program.read_rows(table)


def test_python_program_makes_the_videos_of_a_table_and_reports_rows_that_fail(
    environ, tmp_path, monkeypatch, capsys
):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(EXAMPLES / "python")
    program = importlib.import_module("make_videos")
    monkeypatch.setattr(program, "OPTIONS", SMALL)
    table, video = tmp_path / "products.csv", tmp_path / "lamp.mp4"
    missing = tmp_path / "no.jpg"
    rows = (
        *(f"{missing},A chair,chair.mp4", f"{PHOTO},A lamp,{video}"),
        f"{__file__},No photo,text.mp4",
    )
    table.write_text("\n".join(("photo,sentence,output", *rows)))

    for _ in range(2):  # the second time, the same video is downloaded again
        assert program.main(table) == 2
        assert is_video(video)
        first, refused, done = capsys.readouterr().out.splitlines()
        assert first == f"{table}: row 1: {missing}: No such file or directory"
        assert refused.startswith(f"{table}: row 3: ")
        assert done == f"{video}: done"
        video.unlink()

"""The commands of README.md and docs/ work as they are written, one after the other."""

import os
import re
import subprocess

import pytest

from tests.programs import needs
from tests.service import ROOT, Service

# The tutorial comes before the pages that use its variables.
PAGES = (
    *("README.md", "docs/first-video.md", "docs/sound.md"),
    *("docs/how-to/one-request.md", "docs/ai.md", "docs/api.md", "docs/export.md"),
)
UNTESTED = (
    "git clone",  # the start itself
    "./vidworks",  # see tests/commands
    "REGISTRATION=",  # settings
    "TOKEN=$(curl -s $API/auth/login",  # in place of registering
    "cat data/",  # not the test's directory
    "x-video-provider: runway",  # needs keys
    '"projectId": "proj_…"',  # an example of a body
    "https://example.com/lamp.jpg",  # on the internet
)

# Says which command gets an error; the documents leave out --fail to show its message.
CURL = """
curl() { command curl --fail-with-body "$@" || echo "FAILED: curl $*" >&2; }
cd "$DIRECTORY" && ln -s "$ROOT/docs" docs
"""


def blocks() -> list[str]:
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        code = re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
        found += [each for each in code if not any(word in each for word in UNTESTED)]
    return found


def test_files_that_commands_send_are_there():
    sent = re.findall(r"(?:file=@|-T )(\S+)", "".join(blocks()))

    assert len(sent) >= 4
    assert [name for name in sent if not (ROOT / name).is_file()] == []


@pytest.mark.thorough
@needs("curl")
def test_commands_succeed_on_a_new_service(tmp_path):
    service = Service(tmp_path / "data", DEMO_PROVIDER="auto")
    service.start()
    try:
        script = CURL + "".join(blocks()).replace(":3001", f":{service.port}")
        environ = {**os.environ, "DIRECTORY": str(tmp_path), "ROOT": str(ROOT)}
        done = subprocess.run(
            ["bash", "-c", script],
            env=environ,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
    finally:
        service.stop()

    assert "FAILED" not in done.stderr, done.stdout[-3000:] + done.stderr[-3000:]
    assert (tmp_path / "square.mp4").stat().st_size > 10_000
    assert (tmp_path / "spoken.mp4").stat().st_size > 10_000

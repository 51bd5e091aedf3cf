"""The start in the README and the first work of docs/first-video.md, on another port."""

import os
import re
import subprocess

import pytest

from tests.jobs.helpers import until
from tests.programs import needs
from tests.service import ROOT, STOP_SECONDS, free_port

pytestmark = [pytest.mark.slow, needs("curl", "grep")]  # sets up and starts the service

PAGE = (ROOT / "docs" / "first-video.md").read_text(encoding="utf-8")
STATUS = 'curl -s -o /dev/null -w "%{http_code} %{content_type}"'
VIDEO = '"$API/projects/$PROJECT/works/$WORK/media/reference?token=$TOKEN"'


@pytest.fixture
def port(tmp_path):
    """The port of a service that was started by the README's command."""
    port, log = free_port(), tmp_path / "log"
    environ = {**os.environ, "PORT": str(port), "DATA_DIR": str(tmp_path / "data")}
    with log.open("wb") as output:
        process = subprocess.Popen([ROOT / "vidworks", "start"], env=environ, stderr=output)
    try:
        until(lambda: f"Vidworks is running: http://localhost:{port}" in log.read_text(), 300)
        yield port
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def blocks_of(section: str) -> list[str]:
    """Return the shell blocks of a section of the page."""
    [text] = re.findall(rf"^## {section}\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_first_work_has_a_video_that_can_be_opened(port, tmp_path):
    create, _log_in_again, look = blocks_of("A work with a video")
    script = f"{create}\n{look}\n{STATUS} {VIDEO}"
    script = script.replace("3001", str(port)).replace(" data/", f" {tmp_path}/data/")

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert '"name": "Teaser"' in done.stdout
    assert done.stdout.endswith("reference.mp4\n200 video/mp4")

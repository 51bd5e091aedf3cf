"""Memory use does not depend on the size of clips."""

import subprocess
import sys

import pytest

from tests.providers.adapters import KEY, offered
from tests.service import ROOT
from tests.vendors import Vendors

pytestmark = pytest.mark.slow

MB = 1 << 20
MEGABYTES = 16  # of a clip

# Prints the peak memory of a process, in MB, before and after it downloads a clip to the disk,
# and the size of the largest chunk.
CODE = """
import sys, time
from pathlib import Path
from settings.config import Settings
from providers import registry
from tests.providers.adapters import Adapters, video_request
from tests.providers.adapters import offered
from tests.vendors import Vendors

def peak_memory():
    line = next(l for l in open("/proc/self/status") if l.startswith("VmHWM"))
    return int(line.split()[1]) >> 10

port, provider, path, key = sys.argv[1:]
settings = Settings(provider_timeout=300, **Vendors(int(port)).settings(keys=False))
model = Adapters(settings, key).video(provider)
model.poll(model.submit(video_request()))
before = peak_memory()
task_id = model.submit(video_request())
while (task := model.poll(task_id)).state != "succeeded":
    time.sleep(0.05)
largest = 0
with open(path, "wb") as clip:
    def write(chunk):
        global largest
        largest = max(largest, len(chunk))
        clip.write(chunk)
    model.download(task.output, write)
print(before, peak_memory(), largest)
"""


@pytest.fixture(scope="module")
def vendors():
    """Fake vendors in a process of their own, whose memory is not measured."""
    with Vendors.spawned() as vendors:
        yield vendors


@pytest.mark.parametrize(
    ("provider", "deliver"),
    [
        *((name, "") for name in offered("video") if name != "gemini"),
        *(("gemini", "uri"), ("gemini", "inline")),
    ],
)
def test_downloading_a_large_clip_uses_little_memory(tmp_path, vendors, provider, deliver):
    path = tmp_path / "clip.mp4"
    vendors.reset()
    vendors.rule(kind="submit", skip=1, megabytes=MEGABYTES, deliver=deliver)
    command = [sys.executable, "-c", CODE, str(vendors.port), provider, str(path), KEY]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    before, after, largest = map(int, result.stdout.split())
    assert path.stat().st_size == MEGABYTES * MB
    assert after - before <= MEGABYTES / 2
    assert largest <= MB

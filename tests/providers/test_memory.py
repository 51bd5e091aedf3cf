"""Clips of any size: memory stays flat."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.providers.orders import KEY
from tests.service import ROOT
from tests.vendors import Vendors

pytestmark = pytest.mark.slow

MB = 1 << 20

# The highest memory of a process before and after it has a clip made and keeps it on the disk.
CODE = """
import sys, time
from pathlib import Path
from config import Settings
from providers import registry
from tests.providers.orders import Models, video_order
from tests.vendors import Vendors

def highest():
    line = next(l for l in open("/proc/self/status") if l.startswith("VmHWM"))
    return int(line.split()[1]) >> 10

port, provider, path, key = sys.argv[1:]
settings = Settings(provider_timeout=60, **Vendors(int(port)).settings(keys=False))
model = Models(settings, key).video(provider)
model.poll(model.submit(video_order()))
before = highest()
task_id = model.submit(video_order())
while (task := model.poll(task_id)).state != "succeeded":
    time.sleep(0.05)
largest = 0
with open(path, "wb") as clip:
    def write(chunk):
        global largest
        largest = max(largest, len(chunk))
        clip.write(chunk)
    model.download(task.output, write)
print(before, highest(), largest)
"""


@pytest.mark.parametrize(
    ("provider", "deliver"), [("runway", ""), ("gemini", "uri"), ("gemini", "inline")]
)
def test_a_clip_of_100_mb_never_sits_in_memory(tmp_path: Path, provider: str, deliver: str) -> None:
    path = tmp_path / "clip.mp4"
    with Vendors.spawned() as vendors:
        vendors.rule(kind="submit", skip=1, megabytes=100, deliver=deliver)
        command = [sys.executable, "-c", CODE, str(vendors.port), provider, str(path), KEY]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    before, after, largest = map(int, done.stdout.split())
    assert path.stat().st_size == 100 * MB
    assert after - before <= 16
    assert largest <= MB

"""Pictures that take too much memory are refused, and the memory of the service does not grow."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.media.image_files import huge
from tests.service import ROOT

# Prints what a use of an image raises, and the growth of peak memory in megabytes.
SCRIPT = """
import sys
from pathlib import Path
from PIL import Image, JpegImagePlugin
from media.images import ImageTooLargeError, check_pixels
from providers.contract import Picture
from providers.demo_video import DemoVideo
from providers.errors import ProviderError
from providers.image_encoding import fit_picture
from tests.providers.adapters import picture, video_request

def peak():
    line = next(l for l in open("/proc/self/status") if l.startswith("VmHWM"))
    return int(line.split()[1]) >> 10

path, use = sys.argv[1:]
image = Picture(Path(path).read_bytes(), "image/png")
demo = DemoVideo(Path(path).parent, 0)
uses = {
    "fit": lambda picture: fit_picture(picture, 1000),
    "demo": lambda picture: demo.submit(video_request(first_frame=picture)),
    "check": lambda picture: check_pixels(picture.data),
}
uses[use](picture())
before = peak()
try:
    uses[use](image)
except (ProviderError, ImageTooLargeError) as exc:
    print(exc)
print(peak() - before)
"""


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ("fit", "it takes too much time or memory to decode"),
        ("demo", "it takes too much time or memory to decode"),
        ("check", "at most 89 million pixels"),
    ],
)
def test_image_that_takes_too_much_memory_is_refused(
    tmp_path: Path, use: str, message: str
) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(huge(13_000, 13_000))

    process = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), use],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 0, process.stderr
    error, growth = process.stdout.splitlines()
    assert message in error
    assert int(growth) < 20

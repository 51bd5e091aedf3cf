"""Large pictures are decoded or refused, and the memory of the service does not grow."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.media.image_files import huge
from tests.service import ROOT

# Prints what a use of an image raises, if anything, and the growth of peak memory in megabytes.
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
error = ""
try:
    uses[use](image)
except (ProviderError, ImageTooLargeError) as exc:
    error = exc
print(error)
print(peak() - before)
"""


@pytest.mark.parametrize(
    ("use", "side", "message"),
    [
        ("fit", 6_000, ""),
        ("fit", 13_000, "The image is too large: at most 89 million pixels are taken"),
        ("demo", 13_000, "demo: The image is too large: at most 89 million pixels are taken"),
        ("check", 13_000, "The image is too large: at most 89 million pixels are taken"),
    ],
)
def test_large_image_takes_no_memory_of_the_service(
    tmp_path: Path, use: str, side: int, message: str
) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(huge(side, side))

    process = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), use],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 0, process.stderr
    error, growth = process.stdout.splitlines()
    assert error == message
    assert int(growth) < 20

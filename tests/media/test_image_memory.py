"""Large pictures are decoded or refused, and the memory of the service does not grow."""

import subprocess
import sys

from tests.media.image_files import huge
from tests.service import ROOT

# Prints what each use of an image raises, if anything, and the growth of peak memory in megabytes.
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

folder = Path(sys.argv[1])
demo = DemoVideo(folder, 0)
uses = {
    "fit": lambda picture: fit_picture(picture, 1000),
    "demo": lambda picture: demo.submit(video_request(first_frame=picture)),
    "check": lambda picture: check_pixels(picture.data),
}
images = {name: Picture((folder / name).read_bytes(), "image/png") for name in ("large", "huge")}
for use in uses.values():
    use(picture())
before = peak()
for name, use in (("large", "fit"), ("huge", "fit"), ("huge", "demo"), ("huge", "check")):
    error = ""
    try:
        uses[use](images[name])
    except (ProviderError, ImageTooLargeError) as exc:
        error = exc
    print(error)
print(peak() - before)
"""
TOO_LARGE = "The image is too large: at most 89 million pixels are taken"


def test_large_images_take_no_memory_of_the_service(tmp_path):
    for name, side in (("large", 4_000), ("huge", 13_000)):
        (tmp_path / name).write_bytes(huge(side, side))

    process = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 0, process.stderr
    *errors, growth = process.stdout.splitlines()
    assert errors == ["", TOO_LARGE, f"demo: {TOO_LARGE}", TOO_LARGE]
    assert int(growth) < 20

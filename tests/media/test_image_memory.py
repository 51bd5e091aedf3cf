"""However large an image says it is, and however many come at once: memory stays within bounds."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.media.image_files import huge
from tests.service import ROOT

# By how many megabytes the memory of a process grows at most while threads use an image.
CODE = """
import sys, threading
from pathlib import Path
from PIL import Image, JpegImagePlugin, PngImagePlugin
from media.images import TooManyPixelsError, check_pixels
from providers.contract import Picture
from providers.demo_video import DemoVideo
from providers.errors import ProviderError
from providers.image_encoding import TYPES, fitted
from tests.providers.orders import picture, video_order

def highest():
    line = next(l for l in open("/proc/self/status") if l.startswith("VmHWM"))
    return int(line.split()[1]) >> 10

path, use, threads = sys.argv[1:]
large = Picture(Path(path).read_bytes(), "image/png")
demo = DemoVideo(Path(path).parent)
uses = {
    "fitted": lambda picture: fitted(picture, TYPES, 1000),
    "demo": lambda picture: demo.submit(video_order(first_frame=picture)),
    "checked": lambda picture: check_pixels(picture.data),
}

def attempt():
    try:
        uses[use](large)
        print("taken")
    except (ProviderError, TooManyPixelsError) as exc:
        print(exc)

uses[use](picture())
before = highest()
running = [threading.Thread(target=attempt) for _ in range(int(threads))]
for thread in running: thread.start()
for thread in running: thread.join()
print(highest() - before)
"""

USES = pytest.mark.parametrize("use", ["fitted", "demo"])


def used(path: Path, use: str, threads: int) -> tuple[list[str], int]:
    """What each thread says, and the growth in megabytes."""
    command = [sys.executable, "-W", "ignore:Image size", "-c", CODE]
    done = subprocess.run(
        [*command, str(path), use, str(threads)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *said, growth = done.stdout.splitlines()
    return said, int(growth)


@pytest.mark.parametrize("use", ["fitted", "demo", "checked"])
def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(
    tmp_path: Path, use: str
) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(huge(13_000, 13_000))

    said, growth = used(path, use, 1)

    assert "at most 89 million pixels" in said[0]
    assert growth < 20


@USES
def test_the_largest_images_are_decoded_once_and_one_after_the_other(
    tmp_path: Path, use: str
) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(huge(9_400, 9_400))  # 340 MB decoded, and some more while it is made smaller

    said, growth = used(path, use, 3)

    assert said == ["taken"] * 3
    assert 340 < growth < 600

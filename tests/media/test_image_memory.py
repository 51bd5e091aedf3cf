"""Memory stays limited whatever the declared size and the number of simultaneous images."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.media.image_files import huge
from tests.service import ROOT

# Prints the result of each thread that uses an image, and the growth of peak memory in megabytes.
SCRIPT = """
import sys, threading
from pathlib import Path
from PIL import Image, JpegImagePlugin, PngImagePlugin
from media.images import TooManyPixelsError, check_pixels
from providers.contract import Picture
from providers.demo_video import DemoVideo
from providers.errors import ProviderError
from providers.image_encoding import fit_picture
from tests.providers.adapters import picture, video_request

def peak():
    line = next(l for l in open("/proc/self/status") if l.startswith("VmHWM"))
    return int(line.split()[1]) >> 10

path, use, threads = sys.argv[1:]
image = Picture(Path(path).read_bytes(), "image/png")
demo = DemoVideo(Path(path).parent)
uses = {
    "fit": lambda picture: fit_picture(picture, 1000),
    "demo": lambda picture: demo.submit(video_request(first_frame=picture)),
    "check": lambda picture: check_pixels(picture.data),
}

def attempt():
    try:
        uses[use](image)
        print("accepted")
    except (ProviderError, TooManyPixelsError) as exc:
        print(exc)

uses[use](picture())
before = peak()
workers = [threading.Thread(target=attempt) for _ in range(int(threads))]
for worker in workers: worker.start()
for worker in workers: worker.join()
print(peak() - before)
"""


def run_script(path: Path, use: str, threads: int) -> tuple[list[str], int]:
    """Return the result of each thread, and the growth of peak memory in megabytes."""
    command = [sys.executable, "-W", "ignore:Image size", "-c", SCRIPT]
    process = subprocess.run(
        [*command, str(path), use, str(threads)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    *results, growth = process.stdout.splitlines()
    return results, int(growth)


@pytest.mark.parametrize("use", ["fit", "demo", "check"])
def test_image_of_too_many_pixels_is_rejected_without_decoding(tmp_path: Path, use: str) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(huge(13_000, 13_000))

    results, growth = run_script(path, use, 1)

    assert "at most 89 million pixels" in results[0]
    assert growth < 20


@pytest.mark.parametrize("use", ["fit", "demo"])
def test_largest_images_are_decoded_one_at_a_time(tmp_path: Path, use: str) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(huge(9_400, 9_400))  # 340 MB decoded, more while it is scaled

    results, growth = run_script(path, use, 3)

    assert results == ["accepted"] * 3
    assert 340 < growth < 600

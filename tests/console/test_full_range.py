"""A clip of full range is as bright in the player as in the export."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.browser import needs_browser
from tests.console import edited_work
from tests.export.measure import frames
from tests.media import video_files
from tests.media.image_files import encoded

pytestmark = [needs_browser, pytest.mark.slow]

FRAME = (180, 320)
COLOR = (237, 229, 212)  # nearly white
_SHOW = "async () => { player.seek(0.1); await player.settled(); }"


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mov"])
def test_clip_of_full_range(opened_for_player, tmp_path, name):
    _, client, page = opened_for_player
    path = client.new_work(client.new_project())
    (tmp_path / "still.png").write_bytes(encoded(Image.new("RGB", FRAME, COLOR)))
    filters = "-vf scale=out_range=full:out_color_matrix=bt709 -colorspace bt709"
    options = f"{filters} -pix_fmt yuvj420p -c:v libx264 -crf 10 -t 0.5"
    made = video_files.make(tmp_path / name, f"-loop 1 -i {tmp_path}/still.png {options}")
    clip = made.read_bytes()
    media_type = "video/quicktime" if name.endswith("mov") else "video/mp4"
    answer = client.put(f"{path}/media/scene/0/video", clip, Content_Type=media_type)
    assert answer.status == 200, answer.body
    size = {"width": FRAME[0], "height": FRAME[1]}
    exported = client.post(f"{path}/export", {"options": size})
    (tmp_path / "exported.mp4").write_bytes(exported.body)

    page.evaluate(edited_work.CLOSE_PLAYER)
    page.evaluate(edited_work.OPEN_PLAYER, [client.get(path).json, *FRAME, size])
    page.evaluate(_SHOW)
    shown = page.screenshot(clip={"x": 0, "y": 0, **size})

    middle = (slice(100, 220), slice(40, 140))
    on_screen = np.asarray(Image.open(BytesIO(shown)).convert("RGB"))
    for picture in (on_screen, next(frames(tmp_path / "exported.mp4"))):
        assert np.abs(picture[middle].mean((0, 1)) - COLOR).max() < 5

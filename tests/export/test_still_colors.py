"""Images with a colour profile have their colours on the frames of exported videos."""

from PIL import Image

from export.plan.timeline import Clip, Output, Picture
from tests.export import measure
from tests.export.measure import Box
from tests.export.renders import render
from tests.media import profiles

RED, SKIN = (255, 0, 0), (203, 158, 100)
P3_SKIN, ADOBE_RED = (196, 159, 108), (219, 0, 0)


def test_still_and_picture_in_other_colour_spaces_are_converted(tmp_path):
    still, picture = tmp_path / "still.jpg", tmp_path / "picture.png"
    p3, adobe = profiles.display_p3(), profiles.adobe_rgb()
    Image.new("RGB", (96, 160), P3_SKIN).save(still, quality=95, icc_profile=p3)
    Image.new("RGB", (40, 40), ADOBE_RED).save(picture, icc_profile=adobe)

    video = render(
        tmp_path,
        [Clip(0, 0, 1 / 30)],
        [still],
        output=Output(96, 160, 30),
        pictures=[Picture("picture", 0, 1, 40, 40)],
        assets={"picture": picture},
    )

    [frame] = video.frames
    assert measure.is_color(frame, SKIN, 4, Box(4, 4, 92, 50))
    assert measure.is_color(frame, RED, 6, Box(36, 68, 60, 92))

"""Pictures on their way to vendors and from them."""

import base64
import os
from io import BytesIO

import pytest
from PIL import Image

from providers.contract import Picture
from providers.image_encoding import data_url, fit_picture, picture_from_base64
from tests.providers.orders import picture


def noise(side: int) -> Picture:
    """A picture that cannot be compressed."""
    data = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(data, "PNG")
    return Picture(data.getvalue(), "image/png")


def test_a_picture_that_fits_stays_as_it_is() -> None:
    small = picture()

    assert fit_picture(small, 10_000) is small


def test_a_large_picture_is_made_smaller() -> None:
    large = noise(1500)
    assert len(data_url(large)) > 5_000_000

    made = fit_picture(large, 5_000_000)

    assert made.media_type == "image/jpeg"
    assert len(data_url(made)) <= 5_000_000
    assert Image.open(BytesIO(made.data)).size == (1500, 1500)


def test_a_picture_of_another_type_is_made_anew() -> None:
    made = fit_picture(picture("GIF"), 1_000_000)

    assert made.media_type == "image/jpeg"
    assert Image.open(BytesIO(made.data)).format == "JPEG"


@pytest.mark.parametrize("data", [b"", b"GIF89a", picture("GIF").data[:40]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        fit_picture(Picture(data, "image/gif"), 1_000_000)


def test_vendors_pictures_are_known_by_their_content() -> None:
    sent = picture("WEBP")

    assert picture_from_base64(base64.b64encode(sent.data).decode()) == sent


@pytest.mark.parametrize("text", [None, 5, "", "%%%", base64.b64encode(b"<html>").decode()])
def test_what_vendors_send_that_is_no_picture_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="The image"):
        picture_from_base64(text)

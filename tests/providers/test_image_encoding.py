"""Encoding of pictures for vendors, and decoding of the pictures that vendors return."""

import base64
from io import BytesIO

import pytest
from PIL import Image

from media.limits import MediaBusyError
from providers.contract import Picture
from providers.errors import PictureTooLargeError, ProviderBusyError, UnreadablePictureError
from providers.http import ApiClient, ApiConfig
from providers.image_encoding import data_url, fit_picture, picture_from_base64, prepare_picture
from tests.cases import cases
from tests.media import profiles
from tests.media.image_files import huge
from tests.providers.adapters import KEY, noise_picture, picture

pytestmark = pytest.mark.usefixtures("decoded_here")


def test_picture_within_the_limit_is_unchanged():
    small = picture()

    assert fit_picture(small, 10_000) is small


def test_picture_of_a_wider_colour_space_is_converted():
    file = BytesIO()
    Image.new("RGB", (16, 16), (234, 51, 35)).save(file, "PNG", icc_profile=profiles.display_p3())

    fitted = fit_picture(Picture(file.getvalue(), "image/png"), 10_000)

    assert fitted.media_type == "image/jpeg"
    assert Image.open(BytesIO(fitted.data)).getpixel((9, 9)) == pytest.approx((255, 0, 0), abs=4)


def test_converted_picture_keeps_its_transparency_and_size():
    file = BytesIO()
    image = Image.new("RGBA", (2500, 20), (234, 51, 35, 90))
    image.save(file, "PNG", icc_profile=profiles.display_p3())

    fitted = fit_picture(Picture(file.getvalue(), "image/png"), 10_000)

    assert fitted.media_type == "image/webp"
    converted = Image.open(BytesIO(fitted.data))
    assert converted.size == (2500, 20)
    assert converted.getpixel((9, 9)) == pytest.approx((255, 0, 0, 90), abs=5)


def test_converted_picture_that_does_not_fit_is_smaller():
    file = BytesIO()
    Image.effect_noise((2500, 75), 90).convert("RGB").resize((3500, 105)).save(
        file, "JPEG", quality=40, icc_profile=profiles.display_p3()
    )
    original = Picture(file.getvalue(), "image/jpeg")

    fitted = fit_picture(original, len(data_url(original)))

    assert Image.open(BytesIO(fitted.data)).size == (2048, 61)
    assert len(fitted.data) <= len(original.data)


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("profile", [profiles.srgb(), b"broken"])
def test_picture_in_srgb_is_unchanged(mode, profile):
    file = BytesIO()
    Image.new("RGB", (16, 16), "teal").convert(mode).save(file, "PNG", icc_profile=profile)
    original = Picture(file.getvalue(), "image/png")

    assert fit_picture(original, 10_000) is original


@pytest.mark.parametrize("profile", [profiles.srgb(), profiles.display_p3()])
def test_picture_that_fits_but_cannot_be_read_is_unchanged(profile):
    file = BytesIO()
    Image.effect_noise((90, 90), 90).convert("RGB").save(file, "PNG", icc_profile=profile)
    original = Picture(file.getvalue()[:-200], "image/png")

    assert fit_picture(original, 100_000) is original


def test_large_picture_is_compressed_to_the_limit():
    large = noise_picture(700)
    assert len(data_url(large)) > 1_100_000

    fitted = fit_picture(large, 1_100_000)

    assert fitted.media_type == "image/jpeg"
    assert len(data_url(fitted)) <= 1_100_000
    assert Image.open(BytesIO(fitted.data)).size == (700, 700)


def test_picture_of_unsupported_type_is_converted_to_jpeg():
    fitted = fit_picture(picture("GIF"), 1_000_000)

    assert fitted.media_type == "image/jpeg"
    assert Image.open(BytesIO(fitted.data)).format == "JPEG"


@cases("data", {"empty": b"", "signature only": b"GIF89a", "truncated": picture("GIF").data[:40]})
def test_unreadable_picture_raises_value_error(data):
    with pytest.raises(ValueError, match="cannot be read"):
        fit_picture(Picture(data, "image/gif"), 1_000_000)


def test_unreadable_picture_is_not_sent():
    client = ApiClient(ApiConfig("runway", "http://127.0.0.1:9", KEY, 1), "X-Key")

    with pytest.raises(UnreadablePictureError) as error:
        prepare_picture(client, Picture(b"GIF89a", "image/gif"), 1_000_000)

    assert not error.value.was_sent


def test_picture_that_is_too_large_to_be_scaled_down_is_not_sent():
    client = ApiClient(ApiConfig("runway", "http://127.0.0.1:9", KEY, 1), "X-Key")

    with pytest.raises(PictureTooLargeError, match="at most 89 million pixels") as error:
        prepare_picture(client, Picture(huge(9_500, 9_500), "image/png"), 1_000_000)

    assert not error.value.was_sent


def test_media_type_of_base64_picture_is_detected_from_its_content():
    original = picture("WEBP")

    assert picture_from_base64(base64.b64encode(original.data).decode()) == original


@pytest.mark.parametrize("text", [None, 5, "", "%%%", base64.b64encode(b"<html>").decode()])
def test_base64_that_is_not_a_picture_raises_value_error(text):
    with pytest.raises(ValueError, match="The image"):
        picture_from_base64(text)


def test_picture_is_not_sent_while_too_many_others_are_decoded(monkeypatch):
    def busy(*_arguments: object, **_options: object) -> None:
        raise MediaBusyError("Too many")

    monkeypatch.setattr("media.images.run_limited", busy)
    client = ApiClient(ApiConfig("runway", "http://127.0.0.1:9", KEY, 1), "X-Key")

    with pytest.raises(ProviderBusyError) as error:  # a job tries again
        prepare_picture(client, picture("GIF"), 1_000_000)

    assert error.value.retry_after

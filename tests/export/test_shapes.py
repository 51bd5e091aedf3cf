"""The shapes by which the files of exports are named."""

import pytest

from export.service import file_name, shape_of


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1080, 1920), "9:16"),
        ((640, 360), "16:9"),
        ((1024, 576), "16:9"),
        ((854, 480), "16:9"),
        ((1080, 1350), "4:5"),
        ((2560, 1080), "21:9"),
        ((3000, 100), None),
    ],
)
def test_usual_shapes_have_names(size, shape):
    assert shape_of(*size) == shape


def test_names_of_files_say_the_shape():
    export = {"width": 1080, "height": 1080, "options": {"quality": "draft"}}

    assert file_name("Teaser", export) == "Teaser 1x1 1080x1080 draft"
    assert file_name("Teaser", {**export, "width": 3000, "options": {}}) == "Teaser 3000x1080"

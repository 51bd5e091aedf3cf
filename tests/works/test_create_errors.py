"""Creating works with invalid bodies: status 400, with the paths of invalid fields."""

import pytest

INVALID_FIELDS = [
    ({"name": ""}, "name"),
    ({"name": 7}, "name"),
    ({"mode": "remix"}, "mode"),
    ({"productName": ["Lamp"]}, "productName"),
    ({"videoDuration": 0}, "videoDuration"),
    ({"videoDuration": -1.5}, "videoDuration"),
    ({"videoDuration": "15"}, "videoDuration"),
    ({"videoDuration": True}, "videoDuration"),
    ({"sceneCount": 0}, "sceneCount"),
    ({"sceneCount": 1.5}, "sceneCount"),
    ({"sceneCount": "3"}, "sceneCount"),
    ({"sceneCount": 1e300}, "sceneCount"),
    ({"sceneCount": 2**53}, "sceneCount"),
    ({"selectedAssetIds": "asset_1"}, "selectedAssetIds"),
    ({"selectedAssetIds": {"asset_1": 1}}, "selectedAssetIds"),
    ({"selectedAssetIds": ["asset_1", "../../etc"]}, "selectedAssetIds.1"),
    ({"selectedAssetIds": [None]}, "selectedAssetIds.0"),
    ({"assetUsageMode": "sometimes"}, "assetUsageMode"),
    ({"resolution": "1080x1920"}, "resolution"),
    ({"resolution": {"width": 1080}}, "resolution.height"),
    ({"resolution": {"width": 0, "height": 1920}}, "resolution.width"),
    ({"resolution": {"width": 1080, "height": "1920"}}, "resolution.height"),
    ({"resolution": {"width": False, "height": 1920}}, "resolution.width"),
]


def test_creating_a_work_with_an_invalid_field_returns_400_with_its_path(ana, project):
    for fields, path in INVALID_FIELDS:
        answer = ana.post(f"{project}/works", json=fields)

        assert answer.status_code == 400, path
        assert answer.json["error"] == "Validation error"
        assert list(answer.json["details"]) == [path]
    assert ana.show(f"{project}/works") == []


def test_creating_a_work_reports_all_invalid_fields(ana, project):
    invalid = {"mode": "remix", "sceneCount": 0, "resolution": {"width": -1}, "name": "fine"}

    details = ana.post(f"{project}/works", json=invalid).json["details"]

    assert set(details) == {"mode", "sceneCount", "resolution.width", "resolution.height"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"[]",
        b'"text"',
        b"null",
        b"7",
        b'{"videoDuration": NaN}',
        b'{"videoDuration": Infinity}',
        b'{"videoDuration": 1e400}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff\xfe"}',
        b'{"extra": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_creating_a_work_from_a_body_that_is_not_a_json_object_returns_400(ana, project, body):
    answer = ana.post(f"{project}/works", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json["error"].startswith(("Body is not", "Body is nested"))

"""What guests are told when the owner of the project has used up the quota."""

from dataclasses import replace

import pytest

from config import Settings
from tests.people import Person
from tests.reviews.conftest import ReviewLink


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, user_quota_mb=1)


def test_guests_are_not_told_how_much_the_owner_stores(
    ana: Person, work: str, link: ReviewLink
) -> None:
    guest = link.enter()
    video = b"RIFF\0\0\0\0AVI LIST" + bytes((1 << 20) - 100_000)
    put = ana.put(f"{work}/media/reference", data=video, content_type="video/x-msvideo")
    assert put.status_code == 200

    comment = {"frame": 0, "text": "x", "unknown": "x" * 100_000}
    answer = link.send("POST", "/comments", guest, json=comment)

    assert (answer.status_code, answer.json["code"]) == (507, "quota_exceeded")
    assert "MB" not in answer.json["details"]

"""What guests are told when the owner of the project has used up the quota."""

import pytest

from access.rights import EDITOR
from tests.access.members import id_of, member, set_members
from tests.people import fill_quota
from tests.sharing.reviews.conftest import Json

pytestmark = pytest.mark.settings(user_quota_mb=1)


def test_guests_are_not_told_how_much_the_owner_stores(ana, work, link):
    guest = link.enter()
    fill_quota(ana, work)

    comment = {"frame": 0, "text": "x", "unknown": "x" * 100_000}
    answer = link.send("POST", "/comments", guest, json=comment)

    assert (answer.status_code, answer.json["code"]) == (507, "quota_exceeded")
    assert "MB" not in answer.json["details"]


def test_what_the_maker_of_a_link_stores_is_no_matter_of_guests(store, ben, work, export, share):
    """The comment counts for the owner, and what is noted of a request with a key for nobody."""
    set_members(store, id_of(work.partition("/works")[0]), member(ben, EDITOR))
    link = share(ben)
    guest = link.enter()
    fill_quota(ben, ben.new_work(ben.new_project()))
    comment: Json = {"json": {"frame": 0, "text": "x"}}

    for headers in ({"Idempotency-Key": "key-1"}, {}):
        answer = link.send("POST", "/comments", guest, **comment, headers=headers)
        assert answer.status_code == 201

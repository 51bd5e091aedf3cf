"""Somebody who writes without end takes a part of a work's room, and not what others need."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest

from accounts import throttling
from errors import LimitReachedError, TooManyError
from schemas.reviews import GUEST
from sharing.reviews import comments, stored_discussions
from sharing.reviews.stored_discussions import Author
from sharing.reviews.versions import of_work
from storage.errors import DiskFullError, ExistsError
from storage.paths import COMMENTS, WorkRef
from storage.store import Store
from tests.people import Person
from tests.sharing.reviews.conftest import Json, ReviewLink

pytestmark = pytest.mark.tuning(comments=16, comment_lines=160, comment_bytes=64_000)

LONG = "\U0001f3ac" * 400  # 1,600 bytes


def ref_of(work: str) -> WorkRef:
    _, _, _, project_id, _, work_id = work.split("/")
    return WorkRef(project_id, work_id)


def file_of(store: Store, work: str) -> Path:
    return Path(f"{store.root}/{work.removeprefix('/api/')}/{COMMENTS}")


def flood(link: ReviewLink, guest: str, **fields: Any) -> tuple[list[Json], Json]:
    """Comment until that is refused; return the comments, and the refusal."""
    said: list[Json] = []
    while True:
        body = {"frame": 0, "text": "x", **fields}
        answer = link.send("POST", "/comments", guest, json=body)
        if answer.status_code != 201:
            refused: Json = answer.get_json()
            assert (answer.status_code, refused["code"]) == (409, "limit_reached")
            return said, refused
        said.append(answer.get_json())


def check_members_go_on(ana: Person, work: str, comment: Json) -> None:
    """Check that the owner comments, decides, resolves and deletes."""
    ana.create(f"{work}/comments", {"frame": 0, "text": "Ours"})
    ana.create(f"{work}/decisions", {"decision": "approved"})
    path = f"{work}/comments/{comment['id']}"
    assert ana.patch(path, json={"resolved": True}).status_code == 200
    assert ana.delete(path).status_code == 204


@pytest.mark.parametrize("text", ["x", LONG * 2])
def test_guests_leave_room_for_others_and_for_members(ana, work, link, share, text):
    first, refused = flood(link, link.enter(), text=text)
    assert 1 <= len(first) <= 2
    assert "as much as a guest may" in refused["details"]
    of_link = list(first)
    for _ in range(11):  # identities of one person
        said, refused = flood(link, link.enter(), text=text)
        of_link += said
    assert "by this link" in refused["details"]
    assert len(of_link) <= 8
    other = share()
    all_of_them = list(of_link)
    for _ in range(11):
        said, refused = flood(other, other.enter(), text=text)
        all_of_them += said
    assert "by guests" in refused["details"]
    assert len(of_link) < len(all_of_them) <= 12

    check_members_go_on(ana, work, first[0])
    assert len(link.show("/comments")["comments"]) == len(all_of_them)


def test_deleted_comments_leave_the_file_and_give_back_their_room(store, ana, work, link):
    guest = link.enter()
    ours = ana.create(f"{work}/comments", {"frame": 0, "text": "Ours"})
    said, _ = flood(link, guest, text=LONG)
    reply = ana.create(f"{work}/comments", {"text": "Reply", "parentId": said[0]["id"]})
    size, tag = file_of(store, work).stat().st_size, link.send("GET", "/comments").headers["ETag"]

    for comment in said:
        assert link.send("DELETE", f"/comments/{comment['id']}", guest).status_code == 204

    text = file_of(store, work).read_text()
    assert LONG not in text
    assert len(text) < size / 2
    listed = link.send("GET", "/comments")
    assert listed.headers["ETag"] != tag
    assert [each["id"] for each in listed.json["comments"]] == [
        each["id"] for each in (ours, said[0], reply)
    ]
    assert listed.json["comments"][1]["text"] == ""
    assert len(flood(link, guest, text=LONG)[0]) == len(said)


def test_a_request_that_made_a_deleted_comment_makes_none_when_it_is_repeated(link):
    guest, body, key = link.enter(), {"frame": 0, "text": "x"}, {"Idempotency-Key": "1"}
    said = link.send("POST", "/comments", guest, json=body, headers=key).json
    link.send("DELETE", f"/comments/{said['id']}", guest)

    again = link.send("POST", "/comments", guest, json=body, headers=key)

    assert again.status_code == 410
    assert link.show("/comments")["comments"] == []


def test_a_comment_id_is_not_given_again(store, work, export):
    ref, author = ref_of(work), Author(GUEST, "guest_1", "Gus")
    fields = {"frame": 0, "endFrame": None, "text": "x", "parentId": None}
    known = of_work(store, ref)
    comments.add(store, ref, author, fields, known, comment_id="comment_1")
    comments.delete(store, ref, "comment_1", author)

    with pytest.raises(ExistsError):  # as a request would that was not noted as done
        comments.add(store, ref, author, fields, known, comment_id="comment_1")
    assert stored_discussions.read(store, ref).shown() == []


def test_changes_without_end_take_no_room(store, ana, work, link):
    guest = link.enter()
    path = f"/comments/{link.say(guest)['id']}"
    for number in range(30):
        changes = {"text": f"{number} {LONG}", "resolved": number % 2 == 0}
        answer = link.send("PATCH", path, guest, json=changes)
        assert answer.status_code == 200, answer.text
        assert ana.patch(f"{work}{path}", json={"resolved": number % 2 == 1}).status_code == 200

    [comment] = link.show("/comments")["comments"]
    assert comment["text"].startswith("29 ")
    assert comment["resolved"]["by"]["kind"] == "user"
    assert file_of(store, work).stat().st_size < 64_000


def test_who_has_too_many_comments_goes_on_with_those(store, ana, work, link):
    guest = link.enter()
    said = link.say(guest)
    file = file_of(store, work)
    line = orjson.loads(file.read_bytes())
    lines = [line, *({**line, "id": f"comment_{number}"} for number in range(12))]
    file.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in lines))
    path = f"/comments/{said['id']}"

    changed = link.send("PATCH", path, guest, json={"text": "Better", "resolved": True})

    assert changed.status_code == 200
    assert link.send("POST", "/decision", guest, json={"decision": "changes"}).status_code == 201
    assert ana.patch(f"{work}{path}", json={"resolved": False}).status_code == 200


def test_decisions_count_as_well(ana, work, link):
    guest, statuses = link.enter(), []
    for _ in range(8):
        body = {"decision": "changes", "text": LONG}
        statuses.append(link.send("POST", "/decision", guest, json=body).status_code)

    assert statuses[0] == 201
    assert statuses[-1] == 409
    check_members_go_on(ana, work, link.say(link.enter("Eve")))


def test_decisions_of_many_leave_room_for_comments_by_the_same_link(link):
    statuses = []
    for _ in range(8):
        body = {"decision": "changes", "text": LONG}
        answer = link.send("POST", "/decision", link.enter(), json=body)
        statuses.append(answer.status_code)

    assert (statuses[0], statuses[-1]) == (201, 409)
    assert "decisions by this link" in answer.get_json()["details"]
    link.say(link.enter(), LONG)


def test_what_a_flood_left_before_there_were_parts_keeps_no_member_from_going_on(
    store, ana, work, link
):
    said = link.say(link.enter(), LONG)
    file = file_of(store, work)
    line = orjson.loads(file.read_bytes())
    del line["link"]
    lines = [line, *({**line, "id": f"comment_{number}"} for number in range(60))]
    file.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in lines))

    refused = flood(link, link.enter())
    check_members_go_on(ana, work, said)

    assert refused[0] == []


def test_damaged_lines_stay_when_the_file_is_rewritten(store, work, link):
    guest = link.enter()
    said, other = link.say(guest), link.say(guest, "Stays")
    with file_of(store, work).open("ab") as file:
        file.write(b'?\xff\n{"type": "drawing", "at": 1}\n{"type": "edit", "at": 1}\n{"torn')

    link.send("DELETE", f"/comments/{said['id']}", guest)

    data = file_of(store, work).read_bytes()
    assert b"?\xff\n" in data
    assert data.count(b'"drawing"') == data.count(b'"edit"') == 1
    assert b"torn" not in data
    assert [each["id"] for each in link.show("/comments")["comments"]] == [other["id"]]


def test_a_deletion_needs_no_room_on_the_disk(store, work, link, monkeypatch):
    def fail(*_args: Any) -> None:
        raise DiskFullError

    guest = link.enter()
    said, other = link.say(guest, LONG), link.say(guest)
    with monkeypatch.context() as full_disk:
        full_disk.setattr(store.disk, "replace", fail)
        comments.delete(store, ref_of(work), said["id"], author_of(said))
        assert [each["id"] for each in link.show("/comments")["comments"]] == [other["id"]]
    assert LONG in file_of(store, work).read_text()

    comments.delete(store, ref_of(work), other["id"], author_of(other))

    assert LONG not in file_of(store, work).read_text()


def author_of(comment: Json) -> Author:
    """Return who made a comment."""
    return Author(*(comment["author"][key] for key in ("kind", "id", "name")))


def test_who_is_slowed_leaves_no_counter(store):
    address = "9.9.9.9"
    for number in range(2010):
        with suppress(TooManyError):
            throttling.count_guest_write(store, f"guest_{number % 30}", address)
    before = {*store.logins.documents}

    for number in range(30, 40):
        with pytest.raises(TooManyError):
            throttling.count_guest_write(store, f"guest_{number}", address)

    assert {*store.logins.documents} == before


@pytest.mark.thorough
@pytest.mark.tuning(comments=5_000, comment_lines=50_000, comment_bytes=16 << 20)
def test_flood_at_the_real_limits(store, ana, work, make_export, share):
    make_export()
    ref, link = ref_of(work), share()
    fields = {"frame": 0, "endFrame": None, "text": "\U0001f3ac" * 4000, "parentId": None}
    known, said, refused = of_work(store, ref), [], 0
    for number in range(1035):
        author = Author(GUEST, f"guest_{number % 11}", "Eve", link_id=link.made["id"])
        try:
            said.append(comments.add(store, ref, author, fields, known))
        except LimitReachedError:
            refused += 1
    assert file_of(store, work).stat().st_size <= 8 << 20
    assert 500 < len(said) <= 524

    check_members_go_on(ana, work, said[0])
    other = share()
    other.say(other.enter())
    for comment in said[1:]:
        assert ana.delete(f"{work}/comments/{comment['id']}").status_code == 204
    assert file_of(store, work).stat().st_size < 1 << 20
    link.say(link.enter())

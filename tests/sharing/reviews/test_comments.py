"""Comments: where they are, who may change them, how many there may be, each made once."""

from typing import Any

import pytest

from tests.access.members import member, set_members, store_of
from tests.sharing.reviews.conftest import GUEST


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"frame": 100}, "frame"),
        ({"frame": -1}, "frame"),
        ({"frame": 1.5}, "frame"),
        ({}, "frame"),
        ({"frame": 5, "endFrame": 4}, "endFrame"),
        ({"frame": 5, "endFrame": 100}, "endFrame"),
        ({"frame": 0, "text": " \n "}, "text"),
        ({"frame": 0, "text": "\u200b\u2060"}, "text"),
        ({"frame": 0, "text": "x" * 4001}, "text"),
        ({"frame": 0, "exportId": "export_x"}, "exportId"),
        ({"frame": 0, "parentId": "comment_x"}, "parentId"),
    ],
)
def test_invalid_comment_names_the_field(link, ana, work, fields, field):
    body = {"text": "x", **fields}
    answers = [
        link.send("POST", "/comments", link.enter(), json=body),
        ana.post(f"{work}/comments", json=body),
    ]

    for answer in answers:
        assert (answer.status_code, [*answer.json["details"]]) == (400, [field])
    assert link.show("/comments")["comments"] == []


@pytest.mark.parametrize(("fps", "frames"), [(24, 96), (29.97, 120), (60, 240)])
def test_last_frame_is_the_last_that_is_accepted(ana, work, make_export, fps, frames):
    make_export(fps)
    last = ana.create(f"{work}/comments", {"frame": frames - 1, "text": "x"})

    assert last["time"] == pytest.approx((frames - 1) / fps, abs=0.01)
    refused = ana.post(f"{work}/comments", json={"frame": frames, "text": "x"})
    assert refused.status_code == 400


def test_a_reply_joins_the_thread_of_what_it_replies_to(link, ana, work, make_export):
    guest = link.enter()
    first = link.say(guest, frame=7, endFrame=9)
    second = link.say(guest, parentId=first["id"])
    make_export()  # a newer one

    third = ana.create(f"{work}/comments", {"parentId": second["id"], "text": "x"})

    assert third["parentId"] == first["id"]
    assert [third[name] for name in ("exportId", "frame", "endFrame")] == ["export_1", 7, 9]
    refused = ana.patch(f"{work}/comments/{third['id']}", json={"resolved": True})
    assert (refused.status_code, [*refused.json["details"]]) == (400, ["resolved"])


def test_only_its_author_changes_a_text_and_the_owner_deletes_all(link, share, ana, work):
    gus, eve = link.enter("Gus"), share().enter("Eve")
    said = link.say(gus)
    path, others = f"/comments/{said['id']}", share()
    eve = others.enter("Eve")

    refused = [
        others.send("PATCH", path, eve, json={"text": "No"}),
        others.send("PATCH", path, eve, json={"resolved": True}),
        others.send("DELETE", path, eve),
        ana.patch(f"{work}{path}", json={"text": "No"}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4
    assert link.show("/comments")["comments"] == [said]

    changed = link.send("PATCH", path, gus, json={"text": " Darker ", "resolved": True})
    assert changed.status_code == 200
    assert (changed.json["text"], changed.json["resolved"]["by"]["name"]) == ("Darker", "Gus")
    assert ana.delete(f"{work}{path}").status_code == 204
    assert link.show("/comments")["comments"] == []
    assert link.send("PATCH", path, gus, json={"text": "Back"}).status_code == 404


def test_members_comment_and_resolve_by_their_roles(app, link, ana, ben, work, export):
    said = link.say(link.enter())
    project_id, path = work.split("/")[3], f"{work}/comments/{said['id']}"
    store, resolving = store_of(app), {"resolved": True, "exportId": export}

    set_members(store, project_id, member(ben, "viewer"))
    viewer = [
        ben.get(f"{work}/comments"),
        ben.post(f"{work}/comments", json={"frame": 0, "text": "x"}),
        ben.patch(path, json=resolving),
        ben.post(f"{work}/decisions", json={"decision": "approved"}),
    ]
    set_members(store, project_id, member(ben, "reviewer"))
    reviewer = [
        ben.post(f"{work}/comments", json={"frame": 0, "text": "x"}),
        ben.patch(path, json=resolving),
        ben.delete(path),
        ben.post(f"{work}/decisions", json={"decision": "approved"}),
    ]

    assert [answer.status_code for answer in viewer] == [200, 403, 403, 403]
    assert [answer.status_code for answer in reviewer] == [201, 200, 403, 201]
    assert reviewer[1].json["resolved"]["exportId"] == export
    assert reviewer[0].json["author"] == {"kind": "user", "id": ben.user["id"], "name": "ben"}
    wrong = ana.patch(path, json={"resolved": True, "exportId": "export_x"})
    assert (wrong.status_code, [*wrong.json["details"]]) == (400, ["exportId"])
    assert ana.patch(path, json={"resolved": False}).json["resolved"] is None


def test_a_key_makes_one_comment_and_is_each_guests_own(link):
    gus, eve, key = link.enter("Gus"), link.enter("Eve"), {"Idempotency-Key": "1"}

    def say(guest: str, text: str) -> Any:
        body = {"frame": 0, "text": text}
        return link.send("POST", "/comments", guest, json=body, headers=key)

    first, again, others = say(gus, "a"), say(gus, "a"), say(eve, "b")
    reused = say(gus, "c")

    assert first.json == again.json
    assert others.status_code == 201
    assert (reused.status_code, reused.json["code"]) == (409, "idempotency_key_reused")
    assert link.show("/comments")["comments"] == [first.json, others.json]


def test_list_is_unchanged_until_something_is_said_or_exported(link, ana, work, make_export):
    def statuses(tags: list[str]) -> list[int]:
        guests, members = ({"If-None-Match": f'"{tag}"'} for tag in tags)
        answers = [
            link.send("GET", "/comments", headers=guests),
            ana.get(f"{work}/comments", headers=members),
        ]
        return [answer.status_code for answer in answers]

    def tags() -> list[str]:
        answers = [link.send("GET", "/comments"), ana.get(f"{work}/comments")]
        return [answer.headers["ETag"].strip('"') for answer in answers]

    before = tags()
    assert statuses(before) == [304, 304]
    link.say(link.enter())
    assert statuses(before) == [200, 200]
    before = tags()
    make_export()
    assert statuses(before) == [200, 304]


def test_texts_are_returned_as_they_were_sent(link):
    text = '<img src=x onerror="alert(1)">\u202e "\\" \U0001f3ac\n{{x}}'

    name = text.translate({ord("\n"): " ", 0x202E: None})

    said = link.say(link.enter(name), text)

    assert (said["text"], said["author"]["name"]) == (text, name)
    answer = link.send("GET", "/comments")
    assert answer.content_type == "application/json"


def test_guests_name_is_on_one_line_without_control_characters(link):
    token = link.enter("  Gus \n von\tX ")

    assert link.show(guest=token)["guest"]["name"] == "Gus von X"
    for name in ("", " ", "\u200b", "\u3164", "a\x00b", "a\x1bb", "a\u202eb", "x" * 101):
        answer = link.send("POST", "/guest", json={"name": name})
        assert (answer.status_code, [*answer.json["details"]]) == (400, ["name"])


def test_a_guest_with_a_token_stays_the_same_under_another_name(link):
    token = link.enter("Gus")
    said = link.say(token)

    renamed = link.enter("Gustav", guest=token)

    assert link.show(guest=renamed)["guest"] == {"id": said["author"]["id"], "name": "Gustav"}
    assert link.client.get("/api/auth/me", headers={GUEST: token}).status_code == 401
    bearer = {"Authorization": f"Bearer {token}"}
    assert link.client.get("/api/auth/me", headers=bearer).status_code == 401


def test_comments_and_decisions_on_one_export_are_listed(ana, work, link, export, make_export):
    said = link.say(link.enter())
    newer = make_export()
    ana.create(f"{work}/comments", {"frame": 0, "text": "x", "exportId": newer})
    ana.create(f"{work}/decisions", {"decision": "approved", "exportId": newer})

    found = {
        (name, export_id): ana.show(f"{work}/{name}?exportId={export_id}")[name]
        for name in ("comments", "decisions")
        for export_id in (export, newer, "export_none")
    }

    assert found["comments", export] == [said]
    assert [each["text"] for each in found["comments", newer]] == ["x"]
    assert [each["exportId"] for each in found["decisions", newer]] == [newer]
    for nothing in (("decisions", export), ("comments", "export_none")):
        assert found[nothing] == []

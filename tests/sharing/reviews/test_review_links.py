"""Review links: made, listed, changed and revoked by those who may change the work."""

from typing import Any

import pytest

from accounts import users
from schemas.reviews import LATEST
from storage.clock import DAY_MS, now_ms
from tests.access.members import member, set_members
from tests.sharing.reviews.conftest import ReviewLink


def test_link_is_as_it_was_ordered_and_listed_without_its_address(
    ana, work, export, share, monkeypatch
):
    now = now_ms()
    for module in ("sharing.links.service", "sharing.reviews.review_links"):
        monkeypatch.setattr(f"{module}.now_ms", lambda: now)
    default = share()
    fields = {"exportId": export, "name": "Client", "mayDownload": True, "password": "secret-1"}
    other = share(**fields, expiresAt=now + DAY_MS)

    listed = ana.show(f"{work}/reviews")["reviews"]

    assert default.made["expiresAt"] == now + 30 * DAY_MS
    assert (default.made["exportId"], default.made["hasPassword"]) == (LATEST, False)
    del fields["password"]
    assert {**other.made, **fields, "hasPassword": True} == other.made
    assert other.made["expiresAt"] == now + DAY_MS
    made = [{k: v for k, v in each.made.items() if k != "url"} for each in (other, default)]
    assert sorted(listed, key=str) == sorted(made, key=str)
    assert other.made["createdBy"] == {"userId": ana.user["id"], "name": "ana"}


def test_neither_token_nor_password_is_stored(share, export, store, ana, work):
    key = {"Idempotency-Key": "k"}
    body = {"password": "correct-horse"}
    made: list[Any] = [ana.post(f"{work}/reviews", json=body, headers=key).json for _ in range(2)]
    guest = ReviewLink(ana.client, made[0]).enter(password="correct-horse")

    assert made[0] == made[1]
    token = made[0]["url"].rpartition("/")[2]
    assert len(token) == 22
    for path in store.root.rglob("*"):
        assert token not in path.name
        data = path.read_bytes() if path.is_file() else b""
        assert not any(secret.encode() in data for secret in (token, "correct-horse", guest))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"exportId": "export_x"}, "exportId"),
        ({"expiresAt": 1}, "expiresAt"),
        ({"expiresAt": now_ms() + 366 * DAY_MS}, "expiresAt"),
        ({"password": "short"}, "password"),
        ({"mayDownload": "yes"}, "mayDownload"),
        ({"pasword": "secret-1"}, "pasword"),
        ({"expiresIn": 3600}, "expiresIn"),
    ],
)
def test_invalid_link_names_the_field(ana, work, link, fields, field):
    answers = [ana.post(f"{work}/reviews", json=fields)]
    if field != "exportId":
        answers.append(ana.patch(f"{work}/reviews/{link.made['id']}", json=fields))

    for answer in answers:
        assert (answer.status_code, [*answer.json["details"]]) == (400, [field])


def test_work_without_an_export_has_nothing_to_review(ana, work):
    answer = ana.post(f"{work}/reviews", json={})

    assert answer.json["details"] == {"exportId": "There is no export yet: make one first."}


def test_changed_link_says_so_to_guests(ana, work, link):
    path, until = f"{work}/reviews/{link.made['id']}", now_ms() + 2 * DAY_MS

    changed = ana.patch(path, json={"mayDownload": True, "name": "B", "expiresAt": until})

    assert changed.status_code == 200
    shown = link.show()
    assert (shown["mayDownload"], shown["expiresAt"]) == (True, until)
    assert ana.show(f"{work}/reviews")["reviews"] == [changed.json]


def test_review_of_another_work_is_not_found(ana, work, link):
    other = f"{ana.new_work(work.partition('/works/')[0])}/reviews/{link.made['id']}"

    answers = [ana.patch(other, json={}), ana.delete(other)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert link.show()


@pytest.mark.parametrize(
    "end", ["revoked", "work", "project", "may not change", "removed", "disabled"]
)
def test_what_ends_a_link_ends_all_of_it(ana, ben, store, work, export, share, end):
    project = work.partition("/works/")[0]
    project_id = project.rpartition("/")[2]
    set_members(store, project_id, member(ben, "editor"))
    link = share(ben)
    guest = link.enter()
    said = link.say(guest)
    gone = {"revoked": f"{work}/reviews/{link.made['id']}", "work": work, "project": project}

    if end in gone:
        assert ana.delete(gone[end]).status_code == 204
    elif end == "disabled":
        users.disable(store, "ben@example.com")
        store.users.documents.evict(ben.user["id"])
    else:
        set_members(store, project_id, *([member(ben, "reviewer")] if end != "removed" else []))

    requests = [
        *(("GET", path) for path in ("", "/video", "/poster", "/captions.vtt", "/comments")),
        *(("POST", path) for path in ("/guest", "/comments", "/decision")),
        *((method, f"/comments/{said['id']}") for method in ("PATCH", "DELETE")),
    ]
    body = {"name": "x", "frame": 0, "text": "x", "decision": "approved"}
    answers = [link.send(method, path, guest, json=body) for method, path in requests]
    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(404, "not_found")}
    unknown = link.client.get("/api/review/" + "x" * 22)
    assert {answer.text for answer in answers} == {unknown.text}


def test_deleted_export_is_gone_from_its_link(ana, work, export, share, make_export):
    link, newest = share(exportId=export), share()
    newer = make_export()

    ana.delete(f"{work}/exports/{export}")

    assert link.send("GET").status_code == 404
    assert newest.show()["version"]["exportId"] == newer


def test_members_see_links_and_viewers_make_none(app, ana, ben, store, work, link):
    project_id, path = work.split("/")[3], f"{work}/reviews/{link.made['id']}"
    set_members(store, project_id, member(ben, "reviewer"))

    assert ben.show(f"{work}/reviews") == ana.show(f"{work}/reviews")
    refused = [ben.post(f"{work}/reviews", json={}), ben.patch(path, json={}), ben.delete(path)]
    assert [answer.status_code for answer in refused] == [403, 403, 403]

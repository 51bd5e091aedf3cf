"""A guest reaches the exports that the link shows, their comments, and nothing else."""

from typing import Any

import pytest

from accounts import throttling
from storage.clock import now_ms


def test_link_to_an_export_shows_that_one_and_says_that_there_is_a_newer_one(
    ana, work, share, make_export
):
    first = make_export()
    link = share(exportId=first)
    assert link.show()["newerExport"] is False
    second = make_export()
    ana.create(f"{work}/comments", {"frame": 0, "text": "Internal", "exportId": second})
    ana.post(f"{work}/decisions", json={"decision": "changes", "exportId": second})
    ours = ana.create(f"{work}/comments", {"frame": 0, "text": "Look", "exportId": first})

    shown = link.show()

    assert shown["newerExport"] is True
    assert [each["exportId"] for each in shown["versions"]] == [first]
    assert shown["decisions"] == []
    assert [each["id"] for each in link.show("/comments")["comments"]] == [ours["id"]]
    for path in ("", "/video", "/poster", "/captions.vtt"):
        assert link.send("GET", f"{path}?exportId={second}").status_code == 404


def test_link_to_the_newest_export_shows_those_made_since_and_not_earlier_ones(
    ana, work, share, make_export
):
    draft, first = make_export(createdAt=1), make_export(createdAt=2)
    hidden = ana.create(f"{work}/comments", {"frame": 0, "text": "x", "exportId": draft})
    link = share()
    guest = link.enter()
    said = link.say(guest)
    second = make_export()

    shown = link.show()

    assert [(each["exportId"], each["number"]) for each in shown["versions"]] == [
        (second, 3),  # as the work's members count them
        (first, 2),
    ]
    assert shown["version"]["exportId"] == second
    assert link.show(f"?exportId={first}")["version"]["exportId"] == first
    assert link.show("/comments")["comments"] == [said]
    on_first = link.say(guest, exportId=first)
    assert on_first["exportId"] == first
    body = {"frame": 0, "text": "x"}
    refused = [
        link.send("POST", "/comments", guest, json={**body, "exportId": draft}),
        link.send("POST", "/comments", guest, json={**body, "parentId": hidden["id"]}),
        link.send("POST", "/decision", guest, json={"decision": "approved", "exportId": draft}),
    ]
    assert [answer.status_code for answer in refused] == [400, 400, 400]
    path = f"/comments/{hidden['id']}"
    assert link.send("PATCH", path, guest, json={"text": "x"}).status_code == 404
    missing = link.send("DELETE", path, guest)
    assert (missing.status_code, missing.json["details"]) == (
        404,
        f"There is no comment {hidden['id']}.",
    )


def test_deleting_an_export_shows_none_from_before_the_link(ana, work, share, make_export):
    make_export(createdAt=1)
    first, link = make_export(createdAt=2), share()
    second = make_export()

    ana.delete(f"{work}/exports/{first}")

    assert [each["exportId"] for each in link.show()["versions"]] == [second]


def test_video_has_ranges_and_is_saved_only_if_the_link_permits_it(ana, work, link):
    part = link.send("GET", "/video", headers={"Range": "bytes=1-2"})
    shown, refused = link.send("GET", "/video"), link.send("GET", "/video?download=1")
    ana.patch(f"{work}/reviews/{link.made['id']}", json={"mayDownload": True})
    saved = link.send("GET", "/video?download=1")

    assert (part.status_code, part.data) == (206, b"id")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert link.send("HEAD", "/video").headers["Content-Length"] == "5"


def test_guests_do_not_see_the_ids_of_users_which_follow_from_their_addresses(
    ana, work, link, share
):
    guest = link.enter()
    said = link.say(guest)
    ana.create(f"{work}/comments", {"frame": 0, "text": "By Ana", "parentId": said["id"]})
    ana.patch(f"{work}/comments/{said['id']}", json={"resolved": True})
    ana.create(f"{work}/decisions", {"decision": "approved"})

    edited = link.send("PATCH", f"/comments/{said['id']}", guest, json={"text": "Edited"}).json
    first, reply = link.show("/comments")["comments"]
    [decision] = link.show()["decisions"]
    [elsewhere] = share().show()["decisions"]

    by_ana = [reply["author"], first["resolved"]["by"], edited["resolved"]["by"]]
    assert by_ana == [decision["author"]] * 3
    assert (by_ana[0]["kind"], by_ana[0]["name"]) == ("user", "ana")
    assert len({ana.user["id"], by_ana[0]["id"], elsewhere["author"]["id"]}) == 3


@pytest.mark.parametrize("fails", [False, True])
def test_headers_keep_the_link_private(link, fails):
    answer = link.send("GET", "?exportId=export_x" if fails else "")

    assert answer.status_code == (404 if fails else 200)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers


def test_guests_are_throttled_each_alone(link, store):
    gus, eve = link.enter("Gus"), link.enter("Eve")
    said = link.say(gus)
    for _ in range(99):
        throttling.count_guest_write(store, said["author"]["id"], "9.9.9.9")

    refused = link.send("POST", "/comments", gus, json={"frame": 0, "text": "x"})

    assert (refused.status_code, refused.json["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) > 0
    assert link.say(eve)


def test_deleting_all_exports_of_a_link_shows_none_until_there_is_a_new_one(
    ana, work, share, make_export
):
    first = make_export()
    ana.create(f"{work}/comments", {"frame": 0, "text": "Internal"})
    second, link = make_export(), share()

    ana.delete(f"{work}/exports/{second}")

    shown = link.show()
    assert (shown["version"], shown["versions"], shown["newerExport"]) == (None, [], False)
    assert link.show("/comments")["comments"] == []
    for path in ("/video", "/poster", f"?exportId={first}"):
        refused = link.send("GET", path)
        assert refused.status_code == 404
        assert "was deleted" in refused.json["details"]
    [listed] = ana.show(f"{work}/reviews")["reviews"]
    assert not listed["hasExport"]
    third = make_export()
    assert [each["exportId"] for each in link.show()["versions"]] == [third]
    assert ana.show(f"{work}/reviews")["reviews"][0]["hasExport"]


def test_clocks_do_not_decide_what_a_link_shows(ana, work, share, make_export):
    hidden = make_export(createdAt=now_ms() - 1)
    first, link = make_export(createdAt=now_ms()), share()
    later = make_export(createdAt=5)  # the clock was set back

    assert {each["exportId"] for each in link.show()["versions"]} == {first, later}
    ana.delete(f"{work}/exports/{first}")
    shown = link.show()
    assert [each["exportId"] for each in shown["versions"]] == [later]
    assert shown["newerExport"] is False  # the one before the link counts as none
    assert link.send("GET", f"?exportId={hidden}").status_code == 404


def test_an_export_that_could_not_be_read_when_the_link_was_made_stays_hidden(
    store, ana, work, share, make_export
):
    damaged, shown = make_export(), make_export()
    path = store.root / work.removeprefix("/api/") / "exports" / damaged / "export.json"
    sound = path.read_bytes()
    path.write_bytes(b"{")
    link = share()

    path.write_bytes(sound)

    assert [each["exportId"] for each in link.show()["versions"]] == [shown]


def test_a_link_of_an_earlier_version_shows_none_from_before_it(
    store, ana, work, share, make_export
):
    make_export(createdAt=1)
    first, link = make_export(createdAt=2), share()

    def as_before(document: dict[str, Any]) -> None:
        del document["hiddenExports"]
        document["firstExportAt"] = 2

    store.links.change(link.made["id"], as_before)
    second = make_export()
    assert [each["exportId"] for each in link.show()["versions"]] == [second, first]

    for export_id in (first, second):
        ana.delete(f"{work}/exports/{export_id}")

    assert link.show()["version"] is None

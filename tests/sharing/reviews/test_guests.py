"""What guests see and may do with a review link, and nothing else."""

from dataclasses import replace

from tests.applications import create_app
from tests.sharing.reviews.conftest import ReviewLink


def test_guest_sees_the_export_and_comments(link, export):
    opened = link.show()
    version = opened.pop("version")

    assert opened == {
        "name": "Lamp",
        "versions": [version],
        "newerExport": False,
        "mayDownload": False,
        "hasPassword": False,
        "expiresAt": link.made["expiresAt"],
        "guest": None,
        "decisions": [],
    }
    assert version["exportId"] == export
    assert (version["frames"], version["fps"], version["number"]) == (100, 25, 1)
    for name in ("videoUrl", "posterUrl", "captionsUrl"):
        answer = link.client.get(version[name], buffered=True)
        assert answer.status_code == 200, (name, answer.text)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"].startswith(("private", "no-store"))
    assert link.show("/comments") == {"comments": []}


def test_captions_in_the_picture_are_not_offered_again(link, export, make_export):
    make_export(options={"captions": "burn"})

    newer, older = link.show()["versions"]

    assert newer["captionsUrl"] is None
    assert older["captionsUrl"]


def test_guest_comments_and_decides(link, ana, work, export):
    guest = link.enter("Gus")

    first = link.say(guest, "Brighter", frame=50, endFrame=60)
    reply = link.say(guest, "Much", parentId=first["id"], frame=3)
    answer = link.send("POST", "/decision", guest, json={"decision": "changes", "text": "Later"})

    assert (first["frame"], first["endFrame"], first["time"]) == (50, 60, 2)
    assert first["author"] == {"kind": "guest", **link.show(guest=guest)["guest"]}
    assert (reply["parentId"], reply["frame"]) == (first["id"], 50)
    assert link.show("/comments")["comments"] == [first, reply]
    assert ana.show(f"{work}/comments")["comments"] == [first, reply]
    assert answer.status_code == 201
    assert link.show()["decisions"] == [answer.json] == ana.show(f"{work}/decisions")["decisions"]


def test_who_has_not_said_who_it_is_may_not_write(link, share):
    other = share().enter()

    for token in ("", "x", other):
        answer = link.send("POST", "/comments", token, json={"frame": 0, "text": "x"})
        assert (answer.status_code, answer.json["code"]) == (401, "guest_required")


def test_log_has_no_user_for_a_guest(settings, link, ana, capsys):
    client = create_app(replace(settings, log_level="INFO")).test_client()
    capsys.readouterr()

    ReviewLink(client, link.made).say(link.enter())

    [line] = capsys.readouterr().err.splitlines()
    assert " 201 " in line
    assert " user=- " in line

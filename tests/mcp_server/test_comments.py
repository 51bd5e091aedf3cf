"""What reviewers said, as models read it."""

from tests.mcp_server.helpers import call, data, handle
from tests.mcp_server.test_answers import INJECTION, MAX_TOKENS, tokens, trusted
from tests.sharing.reviews.conftest import ReviewLink
from tests.walk import PopulatedProject


def enter(populated: PopulatedProject) -> tuple[ReviewLink, str]:
    """Return a new review link of the populated work, and the token of a guest."""
    link = ReviewLink(
        populated.owner.client, populated.owner.create(f"{populated.work}/reviews", {})
    )
    return link, link.enter(INJECTION)


def test_texts_and_names_of_guests_are_marked_as_data(app, populated):
    link, guest = enter(populated)
    comment = link.say(guest, INJECTION, frame=3, endFrame=5)
    decision = {"decision": "changes", "text": INJECTION}
    assert link.send("POST", "/decision", guest, json=decision).status_code == 201

    answer = data(populated.owner, "list_comments", work=handle(populated.work))

    said = {"by": "guest", "untrusted": {"name": INJECTION, "text": INJECTION}}
    place = {"comment": comment["id"], "export": comment["exportId"], "time": comment["time"]}
    found = next(each for each in answer["comments"] if each["comment"] == comment["id"])
    assert found == {**place, "frame": 3, "endFrame": 5, **said}
    decided = {"export": comment["exportId"], "decision": "changes", **said}
    assert decided in answer["decisions"]
    assert INJECTION not in str(trusted(answer))


def test_resolved_comments_and_their_replies_are_listed_only_when_asked_for(app, populated):
    link, guest = enter(populated)
    resolved, open_one = link.say(guest, "Brighter"), link.say(guest, "Louder")
    reply = link.say(guest, "Much", parentId=resolved["id"])
    url = f"{populated.work}/comments/{resolved['id']}"
    assert populated.owner.patch(url, json={"resolved": True}).status_code == 200

    ids = {
        is_all: [
            each["comment"]
            for each in data(
                populated.owner, "list_comments", work=handle(populated.work), all=is_all
            )["comments"]
        ]
        for is_all in (False, True)
    }

    made = [resolved["id"], open_one["id"], reply["id"]]
    assert [each for each in ids[False] if each in made] == [open_one["id"]]
    assert [each for each in ids[True] if each in made] == made


def test_many_long_comments_come_in_pages(app, populated):
    owner, work = populated.owner, handle(populated.work)
    for number in range(5):
        body = {"frame": 0, "text": f"{number}" + "x" * 3_999}
        assert owner.post(f"{populated.work}/comments", json=body).status_code == 201

    result = call(owner, "list_comments", work=work)
    first = data(owner, "list_comments", work=work)
    rest = data(owner, "list_comments", work=work, first=len(first["comments"]))

    assert tokens(result) < MAX_TOKENS
    assert first["next"] == f"More from first={len(first['comments'])}."
    assert len(first["comments"]) + len(rest["comments"]) <= first["total"]
    assert "decisions" not in rest


def test_comments_of_an_export_that_there_is_not(populated):
    result = call(populated.owner, "list_comments", work=handle(populated.work), export="export_0")

    assert result["isError"]
    assert "There is no export export_0" in result["content"][0]["text"]


def test_a_stranger_reads_no_comments(app, populated, ben):
    result = call(ben, "list_comments", work=handle(populated.work))

    assert result["isError"]
    assert "Not found" in result["content"][0]["text"]

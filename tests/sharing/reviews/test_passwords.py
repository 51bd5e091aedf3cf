"""Links with passwords: nothing is told before, all answers are the same, guessing is throttled."""

import pytest
from werkzeug.test import TestResponse

from accounts import counters, throttling
from errors import TooManyError
from storage.clock import now_ms
from tests.sharing.reviews.conftest import Json, ReviewLink

PASSWORD = "open sesame"


@pytest.fixture
def closed(export, share):
    """A link with a password."""
    return share(password=PASSWORD)


def all_answers(link: ReviewLink, guest: str = "") -> list[TestResponse]:
    body = {"frame": 0, "text": "x", "decision": "approved"}
    paths = ("", "/video", "/poster", "/captions.vtt", "/comments")
    return [
        *(link.send("GET", path, guest) for path in paths),
        *(link.send("POST", path, guest, json=body) for path in ("/comments", "/decision")),
        *(
            link.send(method, "/comments/comment_1", guest, json=body)
            for method in ("PATCH", "DELETE")
        ),
    ]


def test_nothing_is_told_without_the_password(closed, share):
    other = share(password="another one", mayDownload=True)
    of_other = other.enter(password="another one")

    answers = [*all_answers(closed), *all_answers(other), *all_answers(closed, of_other)]
    without = closed.send("POST", "/guest", json={"name": "Gus"})

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.text for answer in (*answers, without)} == {without.text}
    assert without.json["code"] == "link_password_required"


def test_password_opens_it_and_its_media(closed):
    guest = closed.enter(password=PASSWORD)
    version = closed.show(guest=guest)["version"]

    for name in ("videoUrl", "posterUrl", "captionsUrl"):
        assert closed.client.get(version[name], buffered=True).status_code == 200
        bare = version[name].partition("&token=")[0]
        assert closed.client.get(bare, buffered=True).status_code == 401
    assert closed.say(guest)["text"] == "Brighter"


def test_media_token_opens_media_only(closed):
    guest = closed.enter(password=PASSWORD)
    token = closed.show(guest=guest)["version"]["videoUrl"].partition("&token=")[2]

    answers = [
        closed.send("POST", f"/comments?token={token}", json={"frame": 0, "text": "x"}),
        closed.send("GET", f"/comments?token={token}"),
        closed.send("GET", f"?token={token}"),  # which would return a newer one
        closed.send("GET", "", token),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4


def test_another_password_has_to_be_given_again(closed, ana, work):
    guest, path = closed.enter(password=PASSWORD), f"{work}/reviews/{closed.made['id']}"
    video = closed.show(guest=guest)["version"]["videoUrl"]

    ana.patch(path, json={"name": "Same password"})
    assert closed.send("GET", "", guest).status_code == 200
    ana.patch(path, json={"password": "a new one"})

    assert closed.send("GET", "", guest).status_code == 401
    assert closed.client.get(video).status_code == 401
    again = closed.enter(password="a new one", guest=guest)
    ana.patch(path, json={"password": None})
    assert closed.show(guest=again)["guest"]["name"] == "Gus"
    assert closed.show()["guest"] is None


def test_guessing_is_throttled_for_a_link_and_an_address(closed, monkeypatch, caplog):
    caplog.set_level("WARNING", "vidworks")  # applications of tests log errors alone

    def guess(password: str, address: str) -> TestResponse:
        return closed.send(
            *("POST", "/guest"),
            json={"name": "Eve", "password": password},
            environ_base={"REMOTE_ADDR": address},
        )

    wrong = [guess("wrong-pw", "1.1.1.1") for _ in range(6)]
    refused, elsewhere = guess(PASSWORD, "1.1.1.1"), guess(PASSWORD, "2.2.2.2")

    assert {(answer.status_code, answer.json["code"]) for answer in wrong[:5]} == {
        (401, "wrong_password")
    }
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) > 0
    assert elsewhere.status_code == 201
    failed = f"failed login from 1.1.1.1 as review link {closed.made['id']}"
    reasons = [*["wrong password"] * 5, "too many failures", "too many failures"]
    logged = [message for message in caplog.messages if "failed login" in message]
    assert logged == [f"{failed}: {reason}" for reason in reasons]
    later = now_ms() + 3_600_001
    monkeypatch.setattr(counters, "now_ms", lambda: later)
    assert guess(PASSWORD, "1.1.1.1").status_code == 201


def test_whoever_guesses_at_many_addresses_does_not_lock_out_others(closed, store):
    link, guesser, guest = closed.made["id"], "1.1.1.1", "2.2.2.2"

    def is_refused(address: str) -> bool:
        try:
            throttling.check_link_password(store, link, address)
        except TooManyError:
            return True
        return False

    def count_in_all(number: int) -> None:
        """Let so many wrong passwords of the link be counted, the last one just now."""

        def set_failures(document: Json) -> None:
            for counter in document["counters"].values():
                counter[0] = number

        throttling.count_wrong_link_password(store, link, "3.3.3.3")
        for doc_id in store.logins.documents:
            if doc_id.startswith(("guessers-", "everyone-")):
                store.logins.change(doc_id, set_failures)

    for address in (guesser, guesser, guesser, guest, guest):
        throttling.count_wrong_link_password(store, link, address)
    assert not is_refused(guesser)
    assert not is_refused(guest)

    count_in_all(200)
    assert is_refused(guesser)
    assert not is_refused(guest)

    count_in_all(2_000)
    assert is_refused(guest)
    assert is_refused("4.4.4.4")

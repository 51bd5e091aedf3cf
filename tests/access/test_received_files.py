"""Who loses access while a file is received stores nothing: by every way, and every ending.

The answer is that to a new request. tests/reliability/ended_access.py has how soon it comes.
"""

import io
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from access.rights import EDITOR, VIEWER
from accounts import sessions, tokens, users
from tests.access.cells import stored_files
from tests.access.members import id_of, member, set_members, store_of
from tests.mcp_server.helpers import handle, tool_call
from tests.outbound.internet import Internet, http
from tests.people import Person

End = Callable[[], object]


class Member(NamedTuple):
    """An editor of a shared project, who sends requests with an access token or an API token."""

    app: Flask
    person: Person
    token: Person
    token_id: str
    project: str
    work: str

    def set_role(self, role: str | None) -> None:
        members = [member(self.person, role)] if role else []
        set_members(store_of(self.app), id_of(self.project), *members)

    def log_out(self) -> None:
        claims = self.app.extensions["services"].signer.verify(self.person.token, "access")
        sessions.end(store_of(self.app), claims["sub"], claims["session"])


@pytest.fixture
def ben(app, project, work):
    person = Person.register(app.test_client(), "ben@example.com")
    made = person.create("/api/tokens", {"name": "t", "scopes": ["projects:write", "works:write"]})
    token = Person(person.client, made["token"], person.user)
    found = Member(app, person, token, made["meta"]["id"], project, work)
    found.set_role(EDITOR)
    return found


class Ending(NamedTuple):
    """How access ends, the code with which requests are refused then, and what the tools say."""

    end: Callable[[Member], object]
    code: str
    said: str = ""


ENDINGS = {
    "removed": Ending(lambda ben: ben.set_role(None), "404 not_found", "Not found: There is no"),
    "made a viewer": Ending(
        lambda ben: ben.set_role(VIEWER), "403 right_missing", "Your role in this project"
    ),
    "disabled": Ending(
        lambda ben: users.disable(store_of(ben.app), "ben@example.com"), "401 invalid_token"
    ),
    "logged out": Ending(Member.log_out, "401 invalid_token"),
    "token revoked": Ending(
        lambda ben: tokens.revoke(store_of(ben.app), ben.token_id), "401 invalid_token"
    ),
}


class _EndingStream(io.BytesIO):
    """A body, during which something ends: when the request was admitted, and it is read."""

    def __init__(self, data: bytes, end: End) -> None:
        super().__init__(data)
        self._end = end

    def read(self, size: int | None = -1, /) -> bytes:
        self._end()
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        self._end()
        return super().readinto(buffer)


class File(NamedTuple):
    """A picture that is sent in the body, or is at an address; access ends in the middle of it."""

    data: bytes
    end: End
    internet: Internet

    def in_body(self, person: Person, path: str) -> TestResponse:
        return self._send(person, path, self.data, "image/png")

    def in_form(self, person: Person, path: str) -> TestResponse:
        head = b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        body = head + b"Content-Type: image/png\r\n\r\n" + self.data + b"\r\n--X--\r\n"
        return self._send(person, path, body, "multipart/form-data; boundary=X")

    def at_address(self, person: Person, path: str) -> TestResponse:
        return person.post(path, json={"url": self.url})

    @property
    def url(self) -> str:
        def answer(connection: Any) -> None:
            response = http(self.data)
            connection.sendall(response[:-1])
            self.end()
            connection.sendall(response[-1:])

        return f"http://shop.example:{self.internet.serve(answer).port}/a.png"

    def _send(self, person: Person, path: str, body: bytes, media_type: str) -> TestResponse:
        stream = _EndingStream(body, self.end)
        return person.request(
            "PUT" if path.startswith("/api/uploads/") else "POST",
            path,
            input_stream=stream,
            content_length=len(body),
            content_type=media_type,
        )


def _with_tool(person: Person, file: File, **arguments: Any) -> TestResponse:
    return person.post("/mcp", json=tool_call("add_asset", source=file.url, **arguments))


Way = Callable[[Person, Member, File], TestResponse]

WAYS: dict[str, Way] = {
    "asset": lambda person, ben, file: file.in_body(person, f"{ben.project}/assets"),
    "asset in a form": lambda person, ben, file: file.in_form(person, f"{ben.project}/assets"),
    "asset at an address": lambda person, ben, file: file.at_address(
        person, f"{ben.project}/assets"
    ),
    "image": lambda person, ben, file: file.in_body(person, f"{ben.work}/media/scene/0/image"),
    "image at an address": lambda person, ben, file: file.at_address(
        person, f"{ben.work}/media/scene/0/image"
    ),
    "add_asset": lambda person, ben, file: _with_tool(person, file, project=handle(ben.project)),
    "add_asset to a scene": lambda person, ben, file: _with_tool(
        person, file, work=handle(ben.work), place="scene_image", scene=0
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_stored_for_who_has_lost_access(
    decoded_here, ben, internet, samples, way, ending
):
    end, code, said = ENDINGS[ending]
    person = ben.token if ending == "token revoked" else ben.person
    before, media = stored_files(ben.app), _media(ben)
    end_once = cache(partial(end, ben))
    file = File((samples / "image.png").read_bytes(), end_once, internet)

    answer = WAYS[way](person, ben, file)

    if said and way.startswith("add_asset"):
        [content] = answer.json["result"]["content"]
        assert content["text"].startswith(said)
    else:
        assert f"{answer.status_code} {answer.json['code']}" == code
    assert _media(ben) == media
    assert {path for path in stored_files(ben.app) if "/assets/" in path} <= before.keys()


@pytest.mark.parametrize("ending", ["removed", "made a viewer", "disabled", "logged out"])
def test_nothing_is_stored_by_a_link_whose_maker_has_lost_access(
    decoded_here, ben, internet, samples, ending
):
    made = ben.person.create("/api/links", {"kind": "upload", "projectId": id_of(ben.project)})
    path, media = f"/api{made['url'].partition('/api')[2]}", _media(ben)
    end_once = cache(partial(ENDINGS[ending].end, ben))
    file = File((samples / "image.png").read_bytes(), end_once, internet)

    answer = file.in_body(ben.person, path)

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert _media(ben) == media


def _media(ben: Member) -> set[str]:
    """Return the files of the project that are no documents, also those that are received."""
    project = Path(store_of(ben.app).root, "projects", id_of(ben.project))
    return {
        str(path)
        for path in project.rglob("*")
        if path.is_file()
        and path.parent.name not in ("activity", "presence")
        and not path.name.endswith((".json", ".changes", ".lock", "log"))
    }

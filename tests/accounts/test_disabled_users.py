"""`users disable` and `enable`: nothing of a disabled user's opens anything."""

import pytest
from click.testing import Result
from flask import Flask

from schemas.accounts import SCOPES
from tests.accounts.requests import log_in


def run(app: Flask, command: str, email: str = "ana@example.com") -> Result:
    return app.test_cli_runner().invoke(args=("users", command, email))


def test_login_of_a_disabled_user_gets_the_response_for_a_wrong_password(app, ana):
    wrong = log_in(app.test_client(), password="not the password")

    assert run(app, "disable").exit_code == 0
    refused = log_in(app.test_client())

    assert (refused.status_code, refused.data) == (wrong.status_code, wrong.data)
    assert refused.json["code"] == "wrong_password"


def test_credentials_and_links_of_a_disabled_user_open_nothing_until_it_is_enabled(
    app, ana, project, work, samples
):
    token = ana.with_scopes(*SCOPES)
    pair = log_in(app.test_client()).json
    assert ana.upload(f"{work}/media/scene/0/image", samples / "image.png").status_code == 200
    *_, project_id, _, work_id = work.split("/")
    target = {"projectId": project_id, "workId": work_id, "media": "scene/0/image"}
    link = token.create("/api/links", {"kind": "media", "expiresIn": 3600, **target})["url"]
    media_token = ana.create("/api/media-tokens", {"projectId": project_id})["token"]
    client = app.test_client()

    def statuses() -> list[int]:
        """Return the statuses by API token, link, access token, media token, refresh token."""
        image = f"{work}/media/scene/0/image"
        refresh = {"refreshToken": pair["refreshToken"]}
        return [
            token.get(project).status_code,
            client.get(link, buffered=True).status_code,
            ana.get(project).status_code,
            client.get(f"{image}?token={media_token}", buffered=True).status_code,
            client.post("/api/auth/refresh", json=refresh).status_code,
        ]

    assert statuses() == [200] * 5

    run(app, "disable")
    assert statuses() == [401, 404, 401, 401, 401]

    run(app, "enable")
    assert statuses() == [200, 200, 401, 401, 401]
    assert log_in(app.test_client()).status_code == 200


def test_token_of_a_disabled_user_is_not_made(app, ana):
    run(app, "disable")
    command = ("tokens", "make", "ana@example.com", "--name", "CI", "--all-scopes")

    refused = app.test_cli_runner().invoke(args=command)

    assert refused.exit_code == 1
    assert "ana@example.com is disabled" in refused.stderr
    assert "./vidworks users enable ana@example.com" in refused.stderr
    assert refused.stdout == ""


def test_list_of_users_says_who_is_disabled(app, ana, ben):
    run(app, "disable")

    listed = app.test_cli_runner().invoke(args=("users", "list")).stdout.splitlines()

    assert [(line.split()[0], line.split()[-1]) for line in listed] == [
        ("EMAIL", "STATE"),
        ("ana@example.com", "disabled"),
        ("ben@example.com", "active"),
    ]


@pytest.mark.parametrize("command", ["disable", "enable"])
def test_an_unknown_email_is_named(app, command):
    result = run(app, command, "eva@example.com")

    assert result.exit_code == 1
    assert "No account has the email eva@example.com" in result.stderr

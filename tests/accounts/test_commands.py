"""`./vidworks users …` and `./vidworks tokens …`."""

import dataclasses
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from config import Settings
from tests.applications import create_app
from tests.command_line import FLASK, environment, run_command
from tests.people import PASSWORD, Person
from tests.service import ROOT

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command; the last argument is what comes on standard input."""

    def run(*args: str, stdin: str = "") -> Result:
        return app.test_cli_runner().invoke(args=args, input=stdin)

    return run


def login(app: Flask, email: str, password: str) -> int:
    credentials = {"email": email, "password": password}
    return app.test_client().post("/api/auth/login", json=credentials).status_code


def test_an_added_user_can_log_in(app: Flask, run: Run) -> None:
    result = run("users", "add", "eva@example.com", "--password-stdin", stdin=f"{PASSWORD}\n")

    assert result.exit_code == 0
    assert "eva@example.com" in result.stderr
    assert login(app, "eva@example.com", PASSWORD) == 200


def test_users_are_added_where_registration_is_closed(settings: Settings) -> None:
    app = create_app(dataclasses.replace(settings, registration="closed"))

    args = ("users", "add", "eva@example.com", "--password-stdin")
    result = app.test_cli_runner().invoke(args=args, input=PASSWORD)

    assert result.exit_code == 0
    assert login(app, "eva@example.com", PASSWORD) == 200


def test_a_name_can_be_given(app: Flask, run: Run) -> None:
    run("users", "add", "eva@example.com", "--name", "Eva", "--password-stdin", stdin=PASSWORD)

    assert "Eva" in run("users", "list").stdout


def test_an_email_is_taken_whatever_its_case(ana: Person, run: Run) -> None:
    result = run("users", "add", "ANA@Example.com", "--password-stdin", stdin=PASSWORD)

    assert result.exit_code == 1
    assert "already registered" in result.stderr


@pytest.mark.parametrize(
    ("email", "options", "password", "said"),
    [
        ("eva", [], PASSWORD, "email: Not a valid email address"),
        ("eva@example.com", [], "short", "password: Length"),
        ("eva@example.com", [], "", "password: Length"),
        ("eva@example.com", ["--name", ""], PASSWORD, "name: Length"),
    ],
)
def test_wrong_input_is_named(
    run: Run, email: str, options: list[str], password: str, said: str
) -> None:
    result = run("users", "add", email, *options, "--password-stdin", stdin=password)

    assert result.exit_code == 1
    assert said in result.stderr
    assert email not in run("users", "list").stdout


def test_a_password_is_not_read_from_a_pipe_unasked(run: Run) -> None:
    result = run("users", "add", "eva@example.com", stdin=PASSWORD)

    assert result.exit_code == 2
    assert "--password-stdin" in result.stderr


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*FLASK, "users", "add", "eva@example.com"],
        cwd=ROOT,
        env=environment(tmp_path / "data"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        seen = ""
        for prompt in ("Password", "Repeat for confirmation"):
            seen = read_until(ours, prompt, seen)
            os.write(ours, f"{PASSWORD}\n".encode())
        seen = read_until(ours, "Created an account", seen)
    os.close(ours)

    assert process.returncode == 0
    assert PASSWORD not in seen


def read_until(terminal: int, text: str, seen: str) -> str:
    deadline = time.monotonic() + 20
    while text not in seen:
        assert time.monotonic() < deadline, seen
        seen += os.read(terminal, 1000).decode()
    return seen


def test_users_are_listed_without_their_passwords(ana: Person, ben: Person, run: Run) -> None:
    result = run("users", "list")

    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "E-MAIL",
        "ana@example.com",
        "ben@example.com",
    ]
    assert "scrypt" not in result.output


def test_a_name_cannot_steer_the_terminal(run: Run) -> None:
    name = "Eva\x1b[2J"
    run("users", "add", "eva@example.com", "--name", name, "--password-stdin", stdin=PASSWORD)

    result = run("users", "list")

    assert "\x1b" not in result.stdout
    assert "Eva?[2J" in result.stdout


def test_an_unreadable_user_does_not_hide_the_others(
    settings: Settings, ana: Person, ben: Person, run: Run
) -> None:
    (settings.data_dir / "users" / ana.user["id"] / "user.json").write_text("{")

    result = run("users", "list")

    assert "ben@example.com" in result.stdout
    assert f"users/{ana.user['id']} cannot be read: see `doctor`" in result.stderr


def test_a_new_password_is_the_only_one(app: Flask, ana: Person, run: Run) -> None:
    args = ("users", "password", "Ana@example.com", "--password-stdin")
    result = run(*args, stdin="a new password\n")

    assert result.exit_code == 0
    assert login(app, "ana@example.com", "a new password") == 200
    assert login(app, "ana@example.com", PASSWORD) == 401


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [("ana@example.com", "short", "password: Length"), ("eva@example.com", PASSWORD, "No account")],
)
def test_a_password_is_not_set(
    app: Flask, ana: Person, run: Run, email: str, password: str, said: str
) -> None:
    result = run("users", "password", email, "--password-stdin", stdin=password)

    assert result.exit_code == 1
    assert said in result.stderr
    assert login(app, "ana@example.com", PASSWORD) == 200


def test_a_token_is_all_that_is_printed(app: Flask, ana: Person, run: Run) -> None:
    scopes = ("--scope", "projects:read", "--scope", "projects:write")
    result = run("tokens", "make", "ana@example.com", "--name", "n8n", *scopes)

    token = result.stdout.removesuffix("\n")
    assert token.startswith("vg_")
    assert len(token.split()) == 1
    assert "projects:read, projects:write" in result.stderr
    script = Person(app.test_client(), token, ana.user)
    assert script.post("/api/projects", json={}).status_code == 201
    assert script.get("/api/projects/proj_0/works").status_code == 403


def test_a_token_can_have_all_scopes(app: Flask, ana: Person, run: Run, work: str) -> None:
    token = run("tokens", "make", "ana@example.com", "--name", "all", "--all-scopes").stdout.strip()

    assert Person(app.test_client(), token, ana.user).get(work).status_code == 200


def test_a_token_is_good_for_so_many_days(ana: Person, run: Run) -> None:
    run("tokens", "make", "ana@example.com", "--name", "n8n", "--all-scopes", "--days", "2")

    meta = ana.get("/api/tokens").json[0]
    assert meta["expiresAt"] - meta["createdAt"] == 2 * 24 * 3600 * 1000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--name", "n8n"], "--all-scopes"),
        (["--name", "n8n", "--all-scopes", "--scope", "works:read"], "either"),
        (["--name", "n8n", "--scope", "works:everything"], "works:everything"),
        (["--all-scopes"], "--name"),
        (["--name", "", "--all-scopes"], "name: Length"),
        (["--name", "n8n", "--all-scopes", "--days", "0"], "expiresInDays"),
        (["--name", "n8n", "--all-scopes", "--days", "nan"], "expiresInDays"),
    ],
)
def test_a_token_is_not_made(ana: Person, run: Run, options: list[str], said: str) -> None:
    result = run("tokens", "make", "ana@example.com", *options)

    assert result.exit_code != 0
    assert said in result.stderr
    assert result.stdout == ""
    assert ana.get("/api/tokens").json == []


def test_a_token_is_made_for_a_user_who_is_there(run: Run) -> None:
    result = run("tokens", "make", "eva@example.com", "--name", "n8n", "--all-scopes")

    assert result.exit_code == 1
    assert "No account has the e-mail eva@example.com" in result.stderr


def test_tokens_are_listed_without_what_opens_doors(
    settings: Settings, ana: Person, ben: Person, run: Run
) -> None:
    token = run("tokens", "make", "ana@example.com", "--name", "n8n", "--all-scopes").stdout.strip()
    ben.with_scopes("works:read")

    result = run("tokens", "list")

    assert f"ana@example.com  n8n   {token[:11]}…" in result.stdout
    assert "ben@example.com" in result.stdout
    assert token not in result.output
    hashes = [path.name for path in (settings.data_dir / "tokens").glob("tok_*")]
    assert not [name for name in hashes if name.removeprefix("tok_") in result.output]


def test_the_tokens_of_one_user_are_listed(ana: Person, ben: Person, run: Run) -> None:
    ana.with_scopes("works:read")
    ben.with_scopes("works:read")

    result = run("tokens", "list", "ben@example.com")

    assert "ben@example.com" in result.stdout
    assert "ana@example.com" not in result.stdout


def test_a_wrong_setting_is_a_sentence(tmp_path: Path) -> None:
    done = run_command(tmp_path / "data", "users", "list", PORT="none")

    assert done.returncode == 1
    [said] = done.stderr.splitlines()
    assert said.startswith("Vidworks cannot start: ")
    assert "PORT" in said

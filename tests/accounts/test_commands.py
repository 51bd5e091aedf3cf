"""`./vidworks users …` and `./vidworks tokens …`."""

import dataclasses
import json
import os
import select
import subprocess
from collections.abc import Callable

import pytest
from click.testing import Result

from tests.accounts.requests import TOKENS, log_in, token_ids
from tests.applications import create_app
from tests.command_line import COMMANDS, environment, run_command
from tests.people import PASSWORD, Person
from tests.service import ROOT

Run = Callable[..., Result]


@pytest.fixture
def run(app):
    """Run a command, with this text on its standard input."""

    def run(*args: str, stdin: str = "") -> Result:
        return app.test_cli_runner().invoke(args=args, input=stdin)

    return run


def test_added_user_can_log_in(app, run):
    result = run("users", "add", "eva@example.com", "--password-stdin", stdin=f"{PASSWORD}\n")

    assert result.exit_code == 0
    assert "eva@example.com" in result.stderr
    assert log_in(app.test_client(), email="eva@example.com").status_code == 200


def test_users_can_be_added_while_registration_is_closed(settings):
    app = create_app(dataclasses.replace(settings, registration="closed"))

    args = ("users", "add", "eva@example.com", "--password-stdin")
    result = app.test_cli_runner().invoke(args=args, input=PASSWORD)

    assert result.exit_code == 0
    assert log_in(app.test_client(), email="eva@example.com").status_code == 200


def test_added_user_has_the_given_name(app, run):
    run("users", "add", "eva@example.com", "--name", "Eva", "--password-stdin", stdin=PASSWORD)

    assert "Eva" in run("users", "list").stdout


@pytest.mark.parametrize(
    ("email", "options", "password", "message"),
    [
        ("eva", [], PASSWORD, "email: Must be an email address"),
        ("eva@example.com", [], "short", "password: Must have 8 to 1,024 characters"),
        ("eva@example.com", [], "", "password: Must have 8 to 1,024 characters"),
        ("eva@example.com", ["--name", ""], PASSWORD, "name: Must have 1 to 200 characters"),
    ],
)
def test_adding_a_user_with_invalid_input_fails_with_a_message(
    run, email, options, password, message
):
    result = run("users", "add", email, *options, "--password-stdin", stdin=password)

    assert result.exit_code == 1
    assert message in result.stderr
    assert email not in run("users", "list").stdout


def test_terminal_prompts_for_the_password_twice_and_does_not_show_it(tmp_path):
    terminal, of_process = os.openpty()
    with subprocess.Popen(
        [*COMMANDS, "users", "add", "eva@example.com"],
        cwd=ROOT,
        env=environment(tmp_path / "data"),
        stdin=of_process,
        stdout=of_process,
        stderr=of_process,
    ) as process:
        os.close(of_process)
        shown = ""
        for prompt in ("Password", "Repeat for confirmation"):
            shown = read_until(terminal, prompt, shown)
            os.write(terminal, f"{PASSWORD}\n".encode())
        shown = read_until(terminal, "Created an account", shown)
    os.close(terminal)

    assert process.returncode == 0
    assert PASSWORD not in shown


def read_until(terminal: int, text: str, shown: str) -> str:
    """Read from a terminal until it shows a text; return all that it has shown."""
    poller = select.poll()
    poller.register(terminal, select.POLLIN)
    while text not in shown:
        assert poller.poll(60_000), shown
        shown += os.read(terminal, 1000).decode()
    return shown


def test_list_of_users_contains_no_password_hashes(ana, ben, run):
    result = run("users", "list")

    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "EMAIL",
        "ana@example.com",
        "ben@example.com",
    ]
    assert "scrypt" not in result.output


def test_list_of_users_replaces_control_characters(run):
    name = "Eva\x1b[2J"
    run("users", "add", "eva@example.com", "--name", name, "--password-stdin", stdin=PASSWORD)

    result = run("users", "list")

    assert "\x1b" not in result.stdout
    assert "Eva?[2J" in result.stdout


def test_list_of_users_reports_an_unreadable_user_and_lists_the_others(settings, ana, ben, run):
    (settings.data_dir / "users" / ana.user["id"] / "user.json").write_text("{")

    result = run("users", "list")

    assert "ben@example.com" in result.stdout
    assert f"users/{ana.user['id']} cannot be read: see `doctor`" in result.stderr


def test_setting_a_password_replaces_the_old_one(app, ana, run):
    args = ("users", "password", "Ana@example.com", "--password-stdin")
    result = run(*args, stdin="a new password\n")

    assert result.exit_code == 0
    assert log_in(app.test_client(), "a new password").status_code == 200
    assert log_in(app.test_client()).status_code == 401


def test_setting_a_password_ends_all_sessions(app, ana, run):
    refresh_token = log_in(app.test_client()).json["refreshToken"]

    result = run("users", "password", "ana@example.com", "--password-stdin", stdin=PASSWORD)

    assert "ended all sessions" in result.stderr
    assert ana.get("/api/auth/me").status_code == 401
    body = {"refreshToken": refresh_token}
    assert ana.client.post("/api/auth/refresh", json=body).status_code == 401


def test_logging_a_user_out_ends_all_sessions_of_this_user(ana, ben, run):
    result = run("users", "logout", "ANA@example.com")

    assert result.exit_code == 0
    assert "API tokens stay valid" in result.stderr
    assert ana.get("/api/auth/me").status_code == 401
    assert ben.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("ana@example.com", "short", "password: Must have 8 to 1,024 characters"),
        ("eva@example.com", PASSWORD, "No account"),
    ],
)
def test_setting_a_password_with_invalid_input_fails_with_a_message(
    app, ana, run, email, password, message
):
    result = run("users", "password", email, "--password-stdin", stdin=password)

    assert result.exit_code == 1
    assert message in result.stderr
    assert log_in(app.test_client()).status_code == 200


def test_making_a_token_prints_nothing_else_to_stdout(app, ana, run):
    scopes = ("--scope", "projects:read", "--scope", "projects:write")
    result = run("tokens", "make", "ana@example.com", "--name", "n8n", *scopes)

    token = result.stdout.removesuffix("\n")
    assert token.startswith("vg_")
    assert len(token.split()) == 1
    assert "projects:read, projects:write" in result.stderr
    script = Person(app.test_client(), token, ana.user)
    assert script.post("/api/projects", json={}).status_code == 201
    assert script.get("/api/projects/proj_0/works").status_code == 403


def test_made_token_comes_with_what_connects_mcp_clients(ana, run):
    options = ("--name", "mcp", "--all-scopes", "--mcp", "--url", "https://video.example.com/")
    result = run("tokens", "make", "ana@example.com", *options)

    token = result.stdout.removesuffix("\n")
    assert len(token.split()) == 1
    line = "claude mcp add --transport http vidworks https://video.example.com/mcp"
    assert f'{line} --header "Authorization: Bearer {token}"' in result.stderr
    assert result.stderr.count(token) == 4


def test_mcp_clients_are_connected_to_the_public_address(settings):
    app = create_app(dataclasses.replace(settings, public_url="https://example.com/vidworks"))
    runner = app.test_cli_runner()
    runner.invoke(args=("users", "add", "eva@example.com", "--password-stdin"), input=PASSWORD)

    options = ("--name", "mcp", "--all-scopes", "--mcp")
    result = runner.invoke(args=("tokens", "make", "eva@example.com", *options))

    assert "vidworks https://example.com/vidworks/mcp --header" in result.stderr


def test_made_token_can_have_all_scopes(app, ana, run, work):
    token = run("tokens", "make", "ana@example.com", "--name", "all", "--all-scopes").stdout.strip()

    assert Person(app.test_client(), token, ana.user).get(work).status_code == 200


def test_made_token_expires_after_the_given_days(ana, run):
    run("tokens", "make", "ana@example.com", "--name", "n8n", "--all-scopes", "--days", "2")

    meta = ana.get(TOKENS).json[0]
    assert meta["expiresAt"] - meta["createdAt"] == 2 * 24 * 3600 * 1000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--name", "n8n"], "--all-scopes"),
        (["--name", "n8n", "--all-scopes", "--scope", "works:read"], "either"),
        (["--name", "n8n", "--scope", "works:everything"], "works:everything"),
        (["--all-scopes"], "--name"),
        (["--name", "", "--all-scopes"], "name: Must have 1 to 100 characters"),
        (["--name", "n8n", "--all-scopes", "--days", "0"], "expiresInDays"),
        (["--name", "n8n", "--all-scopes", "--days", "nan"], "expiresInDays"),
    ],
)
def test_making_a_token_with_invalid_options_fails_with_a_message(ana, run, options, message):
    result = run("tokens", "make", "ana@example.com", *options)

    assert result.exit_code != 0
    assert message in result.stderr
    assert result.stdout == ""
    assert ana.get(TOKENS).json == []


def test_list_of_tokens_contains_neither_tokens_nor_hashes(settings, ana, ben, run):
    token = run("tokens", "make", "ana@example.com", "--name", "n8n", "--all-scopes").stdout.strip()
    ben.with_scopes("works:read")

    result = run("tokens", "list")

    assert f"ana@example.com  n8n   {token[:11]}…" in result.stdout
    assert "ben@example.com" in result.stdout
    assert token not in result.output
    documents = [json.loads(path.read_text()) for path in settings.data_dir.glob("tokens/*/*.json")]
    assert len(documents) == 2
    assert not [document for document in documents if document["hash"] in result.output]


def test_list_of_tokens_can_be_limited_to_a_user(ana, ben, run):
    ana.with_scopes("works:read")
    ben.with_scopes("works:read")

    result = run("tokens", "list", "ben@example.com")

    assert "ben@example.com" in result.stdout
    assert "ana@example.com" not in result.stdout


def test_revoking_a_token_by_its_listed_id_ends_those_that_were_created_with_it(app, ana, run):
    args = ("ana@example.com", "--name", "n8n", "--all-scopes")
    token = run("tokens", "make", *args).stdout.strip()
    script, other = Person(app.test_client(), token, ana.user), ana.with_scopes("projects:read")
    created = script.with_scopes("projects:read")
    listed = run("tokens", "list").stdout.splitlines()
    [token_id] = [line.split()[3] for line in listed if token[:11] in line]

    result = run("tokens", "revoke", token_id)

    assert (result.exit_code, result.stdout) == (0, "")
    assert f"Revoked {token_id}" in result.stderr
    statuses = [person.get("/api/projects").status_code for person in (script, created, other)]
    assert statuses == [401, 401, 200]
    assert token_id not in run("tokens", "list").stdout
    assert len(token_ids(ana)) == 1


NO_ACCOUNT = "No account has the email eva@example.com"
NO_TOKEN = "No API token has the ID {}; see `./vidworks tokens list`"


@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        ("users add ANA@Example.com --password-stdin", 1, "already registered"),
        ("users add eva@example.com", 2, "--password-stdin"),  # it is not read from a pipe
        ("users logout eva@example.com", 1, NO_ACCOUNT),
        ("tokens make eva@example.com --name n8n --all-scopes", 1, NO_ACCOUNT),
        *(
            (f"tokens revoke {token}", 1, NO_TOKEN.format(token))
            for token in ("tok_" + "0" * 24, "vg_secret", "../users")
        ),
    ],
)
def test_command_that_cannot_be_done_says_why(ana, run, command, status, message):
    result = run(*command.split(), stdin=PASSWORD)

    assert result.exit_code == status
    assert message in result.stderr


def test_command_with_an_invalid_setting_fails_with_one_line(tmp_path):
    done = run_command(tmp_path / "data", "users", "list", PORT="none")

    assert done.returncode == 1
    [message] = done.stderr.splitlines()
    assert message.startswith("Error: ")
    assert "PORT" in message


@pytest.mark.parametrize("command", [("doctor",), ("backup", "x.tar"), ("users", "list")])
@pytest.mark.parametrize("problem", ["does not exist", "contains no data"])
def test_command_refuses_a_data_directory_without_data(tmp_path, problem, command):
    data_dir = tmp_path / "data"
    if problem == "contains no data":
        data_dir.mkdir()
        (data_dir / "README.md").touch()  # as the default directory of a clone
    before = sorted(tmp_path.rglob("*"))

    done = run_command(data_dir, *command)

    assert done.returncode == 1
    [message] = done.stderr.splitlines()
    assert message.startswith(f'Error: DATA_DIR is "{data_dir}", which {problem}.')
    assert "set DATA_DIR in .env" in message
    assert done.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_first_user_can_be_added_before_the_first_start(tmp_path):
    command = ["sh", "-c", 'echo "a long password" | exec "$@"', "sh", *COMMANDS]
    command += ["users", "add", "ana@example.com", "--password-stdin"]
    environ = environment(tmp_path / "data")

    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    assert done.stderr.startswith(f"Creating a new data directory: {tmp_path / 'data'}\n")
    assert "ana@example.com" in run_command(tmp_path / "data", "users", "list").stdout


def test_command_on_a_file_as_data_directory_says_so(tmp_path):
    (tmp_path / "file").touch()

    done = run_command(tmp_path / "file", "doctor")

    expected = f'Error: DATA_DIR is "{tmp_path / "file"}", which is not a directory\n'
    assert (done.returncode, done.stderr) == (1, expected)

"""The commands `users` and `tokens`."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click
from flask.cli import AppGroup
from werkzeug.security import generate_password_hash

from accounts import sessions, tokens, users
from accounts.mcp_clients import connection_lines
from accounts.registration import in_words, setup_code
from commands.cli import format_day, handle_errors, print_line, print_message, print_table
from schemas.accounts import SCOPES, NewTokenSchema, RegisterSchema
from schemas.loading import load
from storage.documents.tables import DocumentTable
from storage.errors import NotFoundError, UnreadableError
from web.context import settings, store

user_commands = AppGroup("users", help="Create, list and disable accounts, and end their sessions.")
token_commands = AppGroup("tokens", help="Create, list and revoke API tokens.")

_API_TOKENS = "API tokens stay valid: see `./vidworks tokens list` and `tokens revoke`."

_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of stdin."
)


@user_commands.command("add")
@click.argument("email")
@click.option("--name", help="Default: the part of the email before the @.")
@_password_stdin
@handle_errors()
def add_user(email: str, name: str | None, password_stdin: bool) -> None:
    """Create an account, even if registration is closed."""
    fields = {"email": email, "name": email.partition("@")[0] if name is None else name}
    load(RegisterSchema(only=tuple(fields)), fields)  # before asking for a password
    account = load(RegisterSchema(), {**fields, "password": _new_password(password_stdin)})
    users.check_unregistered(store(), account["email"])
    password_hash = generate_password_hash(account["password"])
    user = users.register(store(), account["email"], password_hash, account["name"])
    print_message(f"Created an account for {user['email']}: {user['id']}.")


@user_commands.command("setup-code")
@handle_errors()
def show_setup_code() -> None:
    """Show the code that the first account needs, if others can reach the service."""
    code = setup_code(store())
    if code is None:
        raise click.ClickException(
            "There are accounts, so no setup code is needed: `./vidworks users add` creates more."
        )
    print_message(f"{in_words(store(), settings())}.")
    print_line(code)


@user_commands.command("list")
@handle_errors()
def list_users() -> None:
    """List accounts."""
    rows = [
        (
            user["email"],
            user["name"],
            user["id"],
            format_day(user["createdAt"], "-"),
            "active" if users.can_log_in(user) else "disabled",
        )
        for user in _readable(store().users)
    ]
    print_table(("EMAIL", "NAME", "ID", "SINCE", "STATE"), sorted(rows))


@user_commands.command("password")
@click.argument("email")
@_password_stdin
@handle_errors()
def set_password(email: str, password_stdin: bool) -> None:
    """Set a new password, and end all sessions."""
    _existing_user_id(email)
    password = _new_password(password_stdin)
    load(RegisterSchema(only=("password",)), {"password": password})
    users.set_password(store(), email, generate_password_hash(password))
    print_message(f"Set a new password for {email} and ended all sessions. {_API_TOKENS}")


@user_commands.command("logout")
@click.argument("email")
@handle_errors()
def log_out(email: str) -> None:
    """End all sessions of a user."""
    sessions.end_all(store(), _existing_user_id(email))
    print_message(f"Ended all sessions of {email}. {_API_TOKENS}")


@user_commands.command("disable")
@click.argument("email")
@handle_errors()
def disable_user(email: str) -> None:
    """Refuse the logins of a user, and end all sessions, API tokens and links.

    Projects, memberships and files stay; jobs that run go on.
    """
    _existing_user_id(email)
    users.disable(store(), email)
    print_message(
        f"Disabled {email}: all sessions have ended, and API tokens and links open nothing until"
        f" `./vidworks users enable {email}`."
    )


@user_commands.command("enable")
@click.argument("email")
@handle_errors()
def enable_user(email: str) -> None:
    """Let a disabled user log in again; API tokens and links are valid again, too."""
    _existing_user_id(email)
    users.enable(store(), email)
    print_message(f"Enabled {email}. API tokens and links are valid again.")


@token_commands.command("make")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Repeatable.")
@click.option("--all-scopes", is_flag=True, help="Grant all scopes.")
@click.option("--days", type=float, help="Days until it expires; default: never.")
@click.option("--mcp", is_flag=True, help="Also print what connects MCP clients, with the token.")
@click.option(
    "--url", help="Of the service, for --mcp; default: PUBLIC_URL, or http://localhost:<PORT>."
)
@handle_errors()
def make_token(
    email: str,
    name: str,
    scopes: tuple[str, ...],
    all_scopes: bool,
    days: float | None,
    mcp: bool,
    url: str | None,
) -> None:
    """Create an API token and print it; it cannot be shown again.

    Only the token is printed to standard output.
    """
    if bool(scopes) == all_scopes:
        raise click.UsageError("Expected either --scope … or --all-scopes.")
    granted = list(SCOPES if all_scopes else scopes)
    user_id = _existing_user_id(email)
    if not users.can_log_in(store().users.snapshot(user_id).values):
        raise click.ClickException(
            f"{email} is disabled, so that a token would open nothing: run"
            f" `./vidworks users enable {email}` first."
        )
    fields = load(NewTokenSchema(), {"name": name, "scopes": granted, "expiresInDays": days})
    token, meta = tokens.create(
        store(), user_id, fields["name"], fields["scopes"], fields["expiresInDays"]
    )
    click.echo(token)
    print_message(
        f"Scopes: {', '.join(meta['scopes'])}. Expires: {format_day(meta['expiresAt'], 'never')}. "
        "The token is not shown again."
    )
    if mcp:
        base = url or settings().public_url or f"http://localhost:{settings().port}"
        for where, line in connection_lines(f"{base.rstrip('/')}/mcp", token).items():
            print_message(f"\n{where}:\n{line}")


@token_commands.command("list")
@click.argument("email", required=False)
@handle_errors()
def list_tokens(email: str | None) -> None:
    """List the API tokens of all users, or of one."""
    owner = None if email is None else _existing_user_id(email)
    emails = {user["id"]: user["email"] for user in _readable(store().users)}
    rows = [
        (
            emails.get(token["userId"], token["userId"]),
            token["name"],
            token["tokenPrefix"] + "…",
            token["id"],
            format_day(token["lastUsedAt"], "never"),
            format_day(token["expiresAt"], "never"),
            ",".join(token["scopes"]),
        )
        for token in _readable(store().tokens)
        if owner in (None, token["userId"])
    ]
    print_table(("EMAIL", "NAME", "TOKEN", "ID", "LAST USED", "EXPIRES", "SCOPES"), sorted(rows))


@token_commands.command("revoke")
@click.argument("token_id", metavar="ID")
@handle_errors()
def revoke_token(token_id: str) -> None:
    """Revoke the API token with this ID, and those that were created with it."""
    try:
        tokens.revoke(store(), token_id)
    except NotFoundError:
        raise click.ClickException(
            f"No API token has the ID {token_id}; see `./vidworks tokens list`."
        ) from None
    print_message(f"Revoked {token_id} and the API tokens that were created with it.")


def _new_password(from_stdin: bool) -> str:
    """Return a password from stdin or a prompt. Raises UsageError without a terminal to ask at."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("No terminal to prompt at; use --password-stdin.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _existing_user_id(email: str) -> str:
    """Return the id of an existing user. Raises ClickException if there is none."""
    user_id = users.id_of(email)
    if user_id not in store().users.documents:
        raise click.ClickException(
            f"No account has the email {email}; see `./vidworks users list`."
        )
    return user_id


def _readable(table: DocumentTable) -> Iterator[Mapping[str, Any]]:
    """Yield the documents of a collection; for unreadable ones, print a message instead."""
    for doc_id in table.documents:
        try:
            yield table.snapshot(doc_id).values
        except NotFoundError:
            continue  # deleted concurrently
        except UnreadableError:
            print_message(f"{table.name}/{doc_id} cannot be read: see `doctor`.")

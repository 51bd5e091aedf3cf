"""Accounts and API tokens on the command line."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click
from flask.cli import AppGroup

from accounts import tokens, users
from schemas.accounts import SCOPES, NewTokenSchema, RegisterSchema
from storage.errors import NotFoundError, UnreadableError
from storage.tables import DocumentTable
from web.cli import day, failing_plainly, print_table, tell
from web.context import store
from web.payloads import load

user_commands = AppGroup("users", help="Make and list accounts.")
token_commands = AppGroup("tokens", help="Make and list API tokens.")

_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Take the first line of standard input as the password."
)


@user_commands.command("add")
@click.argument("email")
@click.option("--name", help="By default what comes before the @.")
@_password_stdin
@failing_plainly()
def add_user(email: str, name: str | None, password_stdin: bool) -> None:
    """Make an account, also where registration is closed."""
    about = {"email": email, "name": email.partition("@")[0] if name is None else name}
    load(RegisterSchema(only=tuple(about)), about)
    account = load(RegisterSchema(), {**about, "password": _new_password(password_stdin)})
    user = users.register(store(), account["email"], account["password"], account["name"])
    tell(f"Made an account for {user['email']}: {user['id']}.")


@user_commands.command("list")
@failing_plainly()
def list_users() -> None:
    """List accounts."""
    found = [
        (user["email"], user["name"], user["id"], day(user["createdAt"], "-"))
        for user in _readable(store().users)
    ]
    print_table(("E-MAIL", "NAME", "ID", "SINCE"), sorted(found))


@user_commands.command("password")
@click.argument("email")
@_password_stdin
@failing_plainly()
def set_password(email: str, password_stdin: bool) -> None:
    """Set a new password."""
    _id_of(email)
    password = _new_password(password_stdin)
    load(RegisterSchema(only=("password",)), {"password": password})
    users.set_password(store(), email, password)
    tell(f"{email} has a new password. Who is logged in stays so until the login expires.")


@token_commands.command("make")
@click.argument("email")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Repeatable.")
@click.option("--all-scopes", is_flag=True, help="All that there are.")
@click.option("--days", type=float, help="For how long it is good; by default for ever.")
@failing_plainly()
def make_token(
    email: str, name: str, scopes: tuple[str, ...], all_scopes: bool, days: float | None
) -> None:
    """Make an API token and print it, this once."""
    if bool(scopes) == all_scopes:
        raise click.UsageError("Say what the token may do: either --scope … or --all-scopes.")
    wanted = {"name": name, "scopes": list(SCOPES if all_scopes else scopes), "expiresInDays": days}
    user_id = _id_of(email)
    given = load(NewTokenSchema(), wanted)
    days = given["expiresInDays"]
    token, meta = tokens.make(store(), user_id, given["name"], given["scopes"], days)
    click.echo(token)
    until = day(meta["expiresAt"], "for ever")
    tell(f"Good for {', '.join(meta['scopes'])}; until: {until}. It is shown this once only.")


@token_commands.command("list")
@click.argument("email", required=False)
@failing_plainly()
def list_tokens(email: str | None) -> None:
    """List API tokens: all, or one user's."""
    owner = None if email is None else _id_of(email)
    emails = {user["id"]: user["email"] for user in _readable(store().users)}
    found = [
        (
            emails.get(token["userId"], token["userId"]),
            token["name"],
            token["tokenPrefix"] + "…",
            day(token["lastUsedAt"], "never"),
            day(token["expiresAt"], "never"),
            ",".join(token["scopes"]),
        )
        for token in _readable(store().tokens)
        if owner in (None, token["userId"])
    ]
    print_table(("E-MAIL", "NAME", "TOKEN", "LAST USED", "EXPIRES", "SCOPES"), sorted(found))


def _new_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask at: give it with --password-stdin.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _id_of(email: str) -> str:
    """The id of a user who is there."""
    user_id = users.id_of(email)
    if user_id not in store().users.documents:
        raise click.ClickException(f"Nobody here has the e-mail {email}; see `users list`.")
    return user_id


def _readable(table: DocumentTable) -> Iterator[Mapping[str, Any]]:
    """The documents of a collection, but for those that `doctor` has something to say about."""
    for doc_id in table.documents:
        try:
            yield table.snapshot(doc_id).values
        except NotFoundError:
            continue  # deleted at this very moment
        except UnreadableError:
            tell(f"{table.name}/{doc_id} cannot be read: see `doctor`.")

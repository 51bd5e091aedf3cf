"""Sessions in the documents of users that cannot be used: all of them have ended."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from accounts import sessions
from commands.doctor.findings import ALREADY_FIXED, CheckContext, Finding


def check(context: CheckContext) -> Iterator[Finding]:
    """Find damaged sessions. They are replaced by none, and the user logs in again."""
    users = context.store.users
    for user_id, user in context.readable(users):
        if sessions.is_damaged(user):
            path = f"{users.name}/{user_id}/user.json"
            problem = "has damaged sessions, so all of the user's logins have ended"
            yield Finding(path, problem, partial(_repair, context, user_id))


def _repair(context: CheckContext, user_id: str) -> str:
    done = ALREADY_FIXED

    def mutate(user: dict[str, Any]) -> None:
        nonlocal done
        if sessions.is_damaged(user):
            sessions.mark_all_ended(user)
            done = "replaced by none; the user logs in again"

    context.store.users.change(user_id, mutate)
    return done

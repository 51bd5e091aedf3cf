"""Sessions, which a login starts: which have ended, and which refresh token of each is next.

The sessions of a user are numbered. Every JWT carries the number of its session, and the user's
document, which each request reads anyway, keeps which have ended:

    "sessions": {
        "first": 1767268800000,        all with smaller numbers have ended
        "next": 1767268800004,         the number of the next session
        "ended": [[1767268800001, …]], ranges of larger numbers that have ended, ends included
        "refreshed": {                 sessions that were refreshed
            "1767268800003": [2, …, …] times, when last, when its latest token expires (ms)
        }
    }

Numbers begin at the time when the account was created, so that the tokens of a deleted account are
not valid for a new one with the same email. A session that is neither refreshed nor ended takes no
space, and the lists are bounded by ending the oldest sessions.

On a full disk, a login succeeds: its session gets a number beyond `next`, from the current time,
which is not stored, and a refresh returns the same refresh token again. All numbers beyond `next`
are valid; `first` becomes larger than all of them when all sessions end.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from accounts.identity import Claims
from errors import InvalidTokenError
from storage.clock import now_ms
from storage.documents.tables import Mutate
from storage.errors import DiskFullError, NotFoundError
from storage.store import Store

# A refresh token that is used again within this time gets the same successor: the client did not
# receive the response, or two of its tabs refreshed at once.
GRACE_MS = 30_000

# They keep a user's document below the 16 KB up to which its values are cached.
_MAX_RANGES = 50
_MAX_REFRESHED = 50

# Numbers that are not stored are less than so far beyond `next` and the clock, and clocks of nodes
# differ by less than a minute.
_SPREAD_MS = 1000
_AHEAD_MS = 60_000

_USED = "This refresh token was already used; log in again"

State = dict[str, Any]
User = dict[str, Any]


def new_state() -> State:
    """Return the state of a new account, without sessions."""
    first = now_ms() + _AHEAD_MS
    return {"first": first, "next": first, "ended": [], "refreshed": {}}


def start(user: User) -> int:
    """Start a session in a user's document and return its number."""
    state = _state_of(user)
    _drop_expired(state)
    state["next"] += 1
    return int(state["next"]) - 1


def unstored_number(user: Mapping[str, Any]) -> int:
    """Return a number for a session that cannot be stored, since the disk is full."""
    beyond = max(_state_of(dict(user))["next"], now_ms())
    return int(beyond) + secrets.randbelow(_SPREAD_MS)


def is_active(user: Mapping[str, Any], claims: Claims) -> bool:
    """Return whether the session of a JWT has not ended. JWTs of version 0.2 have none.

    If the user's sessions are damaged, all have ended.
    """
    number = claims.get("session")
    try:
        state = user["sessions"]
        if number is None or number < state["first"]:
            return False
        ended = state["ended"]  # usually empty, and this runs for every request
        return not (ended and any(first <= number <= last for first, last in ended))
    except (LookupError, TypeError, ValueError):
        return False


def check_active(user: Mapping[str, Any], claims: Claims) -> None:
    """Raise UnauthenticatedError if the session of a JWT has ended."""
    if not is_active(user, claims):
        raise InvalidTokenError("This session has ended; log in again")


def end(store: Store, user_id: str, number: int) -> None:
    """End a session: none of its tokens is valid any more. Raises NotFoundError."""
    change(store, user_id, lambda user: _end(_state_of(user), number))


def end_all(store: Store, user_id: str) -> None:
    """End all sessions of a user. Raises NotFoundError."""
    change(store, user_id, mark_all_ended)


def mark_all_ended(user: User) -> None:
    """End all sessions in a user's document."""
    state = _state_of(user)
    first = max(state["next"], now_ms() + _AHEAD_MS) + _SPREAD_MS
    state.update(first=first, next=first, ended=[], refreshed={})


def is_damaged(user: Mapping[str, Any]) -> bool:
    """Return whether the sessions in a user's document cannot be used: all have ended then."""
    return "sessions" in user and not _is_valid(user["sessions"])


def use_refresh_token(store: Store, claims: Claims, expiry_ms: int) -> int:
    """Mark a refresh token as used and return the `refreshes` claim of its successor.

    `expiry_ms` is when the successor expires. A token that was used longer than GRACE_MS ago ends
    its session, since it may have been stolen.

    Raises UnauthenticatedError if the session has ended.
    """
    successors: list[int | None] = []

    def mutate(user: User) -> None:
        state = _state_of(user)
        check_active(user, claims)
        successors.append(_successor(state, claims, expiry_ms))

    try:
        change(store, claims["sub"], mutate)
    except NotFoundError:
        raise InvalidTokenError("Invalid token") from None
    except DiskFullError:
        return _unstored_successor(store, claims, expiry_ms)
    if successors[0] is None:
        raise InvalidTokenError(_USED)
    return successors[0]


def change(store: Store, user_id: str, mutate: Mutate) -> None:
    """Change a user's document; the next request in this process reads it anew."""
    store.users.change(user_id, mutate)
    store.users.documents.evict(user_id)


def _state_of(user: User) -> State:
    """Return the sessions in a user's document; accounts of version 0.2 have none yet.

    Damaged ones are replaced: all have ended then.
    """
    if not _is_valid(user.get("sessions")):
        user["sessions"] = new_state()
    state: State = user["sessions"]
    return state


def _is_valid(state: Any) -> bool:
    try:
        numbers = [state["first"], state["next"]]
        for first, last in state["ended"]:
            numbers += [first, last]
        for number, (refreshes, last, expiry) in state["refreshed"].items():
            numbers += [int(number), refreshes, last, expiry]
    except (AttributeError, LookupError, TypeError, ValueError):
        return False
    return all(isinstance(number, int) for number in numbers)


def _unstored_successor(store: Store, claims: Claims, expiry_ms: int) -> int:
    """Return the `refreshes` claim of a refresh token's successor while the disk is full.

    That the token was used cannot be stored, so the successor is the same token again, unless it
    has one that was stored just before. Raises UnauthenticatedError.
    """
    user = store.users.snapshot(claims["sub"]).parse()
    check_active(user, claims)
    state = _state_of(user)
    refreshes = _refreshes(state, claims)[0]
    if _successor(state, claims, expiry_ms) is None:
        raise InvalidTokenError(_USED)
    return refreshes


def _refreshes(state: State, claims: Claims) -> tuple[int, int, int]:
    """Return how often a session was refreshed, when last, and when its latest token expires."""
    never = (0, 0, 1000 * claims["exp"])
    refreshes, last, expiry = state["refreshed"].get(str(claims["session"]), never)
    return refreshes, last, expiry


def _successor(state: State, claims: Claims, expiry_ms: int) -> int | None:
    """Return the `refreshes` claim of the next refresh token; None if this ended the session."""
    now, key = now_ms(), str(claims["session"])
    refreshes, last, latest_expiry = _refreshes(state, claims)
    if claims["refreshes"] == refreshes - 1 and now - last <= GRACE_MS:
        return refreshes
    if claims["refreshes"] != refreshes:
        _end(state, claims["session"])
        return None
    _drop_expired(state)
    state["refreshed"][key] = [refreshes + 1, now, max(expiry_ms, latest_expiry)]
    if len(state["refreshed"]) > _MAX_REFRESHED:
        oldest = min(state["refreshed"], key=lambda other: state["refreshed"][other][1])
        _end(state, int(oldest))
    return refreshes + 1


def _drop_expired(state: State) -> None:
    """Drop what is known of sessions whose tokens have all expired."""
    now = now_ms()
    kept = {key: entry for key, entry in state["refreshed"].items() if entry[2] > now}
    state["refreshed"] = kept


def _end(state: State, number: int) -> None:
    """Add a session to the ranges that have ended, and join adjacent ranges."""
    state["refreshed"].pop(str(number), None)
    state["next"] = max(state["next"], number + 1)  # of one that was not stored
    joined: list[list[int]] = []
    for first, last in sorted([*state["ended"], [number, number]]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    while joined and (joined[0][0] <= state["first"] or len(joined) > _MAX_RANGES):
        # Not below it: a session that had ended already, if two requests end it at once.
        state["first"] = max(state["first"], joined.pop(0)[1] + 1)
    state["ended"] = joined
    kept = {key: entry for key, entry in state["refreshed"].items() if int(key) >= state["first"]}
    state["refreshed"] = kept

"""What members and guests say about a work: said once, and told to the project's owner."""

from collections.abc import Callable
from typing import Any

from storage.ids import WorkRef
from web.context import services
from web.creation import create_once

Json = dict[str, Any]


def say_once(
    prefix: str,
    ref: WorkRef,
    event: str,
    body: Json,
    say: Callable[[str], Json],
    find: Callable[[str], Json],
    guest_id: str = "",
) -> Json:
    """Say something with a new id, unless the same request has said it before; return it.

    `prefix` is that of the id, `event` tells the owner of it. Otherwise as `create_once`.
    """

    def say_and_tell(said_id: str) -> Json:
        with services().notices.telling(ref, event, said_id):
            return say(said_id)

    return create_once(prefix, body, say_and_tell, find, guest_id=guest_id)

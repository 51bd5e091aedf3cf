"""What `doctor` says of clocks that have jumped: no problem of the data directory."""

from collections.abc import Iterator

from storage.clock_watch import jumps
from storage.store import Store


def notices(store: Store) -> Iterator[str]:
    """Yield what is not deleted, and for how long, of each node whose clock has jumped."""
    for path, notes in jumps(store):
        _, _, node = path.partition("@")
        yield f"{f'on the node {node}, ' if node else ''}{notes}; check the clock, best with NTP"

"""What `doctor` says of clocks that have jumped: no problem of the data directory."""

from collections.abc import Iterator

from storage.clock_watch import jumps
from storage.store import Store


def notices(store: Store) -> Iterator[str]:
    """Yield for each node whose clock has jumped what is not deleted meanwhile, and until when."""
    for path, notes in jumps(store):
        _, _, node = path.partition("@")
        yield f"{f'on the node {node}, ' if node else ''}{notes}; check the clock, best with NTP"

"""The fixture of the fake internet."""

from collections.abc import Iterator

import pytest

from tests.outbound.internet import PUBLIC, Internet


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """A fake internet in which shop.example has a public address."""
    internet = Internet(monkeypatch)
    internet.name("shop.example", [PUBLIC])
    yield internet
    internet.close()

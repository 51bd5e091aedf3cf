"""What the tests of fetching share."""

from collections.abc import Iterator

import pytest

from tests.outbound.internet import PUBLIC, Internet


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    internet = Internet(monkeypatch)
    internet.name("shop.example", [PUBLIC])
    yield internet
    internet.close()

"""The document cache: bounded in memory, and validated against the disk on every use."""

import json
import os
import time
import tracemalloc
from pathlib import Path

import pytest

from storage.documents import snapshots
from storage.documents.documents import DocumentCache
from storage.documents.snapshots import read_snapshot, serialize
from storage.errors import NotFoundError
from storage.files.files import Opener, read_document
from tests.storage.users import STABLE_AFTER


def write(path: Path, size: int) -> str:
    """Write an empty JSON object of this many bytes and return its path."""
    path.write_bytes(b"{" + b" " * (size - 2) + b"}")
    return str(path)


def cached_bytes(cache: DocumentCache) -> int:
    """Return the estimated memory of all cached snapshots."""
    return sum(snapshot.memory() for snapshot in cache._entries.values())


def test_cache_never_exceeds_its_limit(tmp_path):
    cache = DocumentCache(50_000)
    paths = [write(tmp_path / f"{n}.json", 100 * (n % 7 + 1)) for n in range(200)]

    for path in paths + paths[::3] + paths[::-1]:
        cache.get(path)
        assert cached_bytes(cache) <= 50_000

    assert cached_bytes(cache) > 45_000
    assert cache._bytes == cached_bytes(cache)


def test_document_larger_than_the_cache_is_read_without_being_cached(tmp_path):
    cache = DocumentCache(1000)
    large = write(tmp_path / "large.json", 2000)

    assert cache.get(large).parse() == cache.get(large).parse() == {}
    assert cached_bytes(cache) == cache._bytes == 0


def test_cache_of_zero_bytes_reads_documents_and_keeps_none(tmp_path):
    cache = DocumentCache(0)

    assert cache.get(write(tmp_path / "small.json", 2)).parse() == {}
    assert cached_bytes(cache) == 0


@pytest.mark.parametrize("prompt_length", [0, 5_000, 50_000])
def test_memory_estimate_includes_parsed_values(tmp_path, prompt_length):
    cache = DocumentCache(50_000_000)
    scopes = ["projects:read", "projects:write", "works:read", "works:write"]
    values = {"id": "tok_1", "hash": "f" * 64, "scopes": scopes, "prompt": "a" * prompt_length}
    paths = [tmp_path / f"{number}.json" for number in range(100)]
    for path in paths:
        path.write_bytes(serialize(values))

    tracemalloc.start()
    for path in paths:
        snapshot = cache.get(str(path))
        assert snapshot.values == values
        assert snapshot.body
        assert snapshot.etag
    del snapshot
    allocated = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert 0.7 * allocated < cached_bytes(cache) < 4 * allocated


def test_parsed_values_are_kept_for_small_documents_only(tmp_path):
    cache = DocumentCache(10_000_000)

    small = cache.get(write(tmp_path / "small.json", 2_000))
    large = cache.get(write(tmp_path / "large.json", 40_000))

    assert small.values is small.values
    assert large.values is not large.values


def test_cache_size_is_correct_after_a_document_grows_shrinks_and_is_deleted(tmp_path):
    cache = DocumentCache(10_000)
    path = tmp_path / "one.json"
    for size in (100, 5000, 10, 9000, 20_000, 50):
        cache.get(write(path, size))

    path.unlink()
    with pytest.raises(NotFoundError):
        cache.get(str(path))
    cache.evict(str(path))

    assert cached_bytes(cache) == cache._bytes == 0


@pytest.mark.usefixtures("untrusted_mtimes")
def test_recently_changed_document_is_read_on_every_use(tmp_path):
    cache = DocumentCache(10_000)
    path = write(tmp_path / "one.json", 100)

    assert cache.get(path) is not cache.get(path)


def test_unchanged_document_is_read_once(tmp_path):
    cache = DocumentCache(10_000)
    path = write(tmp_path / "one.json", 100)
    time.sleep(STABLE_AFTER)

    first = cache.get(path)

    assert cache.get(path) is cache.get(path) is first


def test_cached_document_is_read_again_after_a_change(tmp_path):
    cache = DocumentCache(10_000)
    path = write(tmp_path / "one.json", 100)
    time.sleep(STABLE_AFTER)
    cache.get(path)

    Path(path).write_bytes(b'{"a":' + b" " * 93 + b"1}")

    assert cache.get(path).parse() == {"a": 1}


def test_get_recent_returns_a_deleted_document_for_up_to_a_second(tmp_path, clock):
    cache = DocumentCache(10_000)
    path = tmp_path / "one.json"
    first = cache.get(write(path, 100))

    path.unlink()

    clock.advance(0.9)
    assert cache.get_recent(str(path)) is first
    clock.advance(0.2)
    with pytest.raises(NotFoundError):
        cache.get_recent(str(path))


def test_document_that_seems_missing_while_it_is_replaced_is_found(tmp_path, monkeypatch):
    """As on FUSE and distributed file systems: a lookup is followed by an open of the old file."""
    path = write(tmp_path / "user.json", 100)
    failures = iter([True, True])

    def read_while_replaced(name: str, opener: Opener) -> tuple[bytes, os.stat_result]:
        if next(failures, False):
            raise FileNotFoundError(name)
        return read_document(name, opener)

    monkeypatch.setattr(snapshots, "read_document", read_while_replaced)

    assert DocumentCache(50_000).get(path).values == {}
    assert next(failures, None) is None
    with pytest.raises(NotFoundError):
        read_snapshot(str(tmp_path / "other.json"))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"id": "w", "name": "Lamp"}, "Lamp"),
        (
            {"scenes": [{"name": "inner"}], "name": 'A "lamp"\n  "name": "ü\\'},
            'A "lamp"\n  "name": "ü\\',
        ),
        ({"scenes": {"name": "inner"}}, ""),
        ({"name": ""}, ""),
    ],
)
def test_name_of_a_document_is_read_without_the_rest(tmp_path, values, name):
    path = tmp_path / "document.json"

    path.write_bytes(serialize(values))
    assert read_snapshot(str(path)).name == name

    path.write_text(json.dumps(values))  # by another program
    assert read_snapshot(str(path)).name == name

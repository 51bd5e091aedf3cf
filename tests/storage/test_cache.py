"""What is remembered of documents: checked against the disk, and bounded."""

import time
import tracemalloc
from pathlib import Path

import pytest

from storage.documents import DocumentCache, serialize
from storage.errors import NotFoundError


def write(path: Path, size: int) -> str:
    path.write_bytes(b"{" + b" " * (size - 2) + b"}")
    return str(path)


def kept(cache: DocumentCache) -> int:
    return sum(snapshot.memory() for snapshot in cache._entries.values())


def test_the_memory_is_bounded(tmp_path: Path) -> None:
    cache = DocumentCache(50_000)
    paths = [write(tmp_path / f"{n}.json", 100 * (n % 7 + 1)) for n in range(200)]

    for path in paths + paths[::3] + paths[::-1]:
        cache.get(path)
        assert kept(cache) <= 50_000

    assert kept(cache) > 45_000
    assert cache._bytes == kept(cache)


def test_a_document_larger_than_the_memory_is_read_each_time(tmp_path: Path) -> None:
    cache = DocumentCache(1000)
    large = write(tmp_path / "large.json", 2000)

    assert cache.get(large).parse() == cache.get(large).parse() == {}
    assert kept(cache) == cache._bytes == 0


def test_without_memory_all_is_read_each_time(tmp_path: Path) -> None:
    cache = DocumentCache(0)

    assert cache.get(write(tmp_path / "small.json", 2)).parse() == {}
    assert kept(cache) == 0


@pytest.mark.parametrize("prompt", [0, 5_000, 50_000])
def test_the_memory_is_estimated_with_the_parsed_values(tmp_path: Path, prompt: int) -> None:
    cache = DocumentCache(50_000_000)
    scopes = ["projects:read", "projects:write", "works:read", "works:write"]
    values = {"id": "tok_1", "hash": "f" * 64, "scopes": scopes, "prompt": "a" * prompt}
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
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert 0.7 * taken < kept(cache) < 4 * taken


def test_parsed_values_of_large_documents_are_not_kept(tmp_path: Path) -> None:
    cache = DocumentCache(10_000_000)

    small = cache.get(write(tmp_path / "small.json", 2_000))
    large = cache.get(write(tmp_path / "large.json", 40_000))

    assert small.values is small.values
    assert large.values is not large.values


def test_documents_that_grow_shrink_and_go_are_counted(tmp_path: Path) -> None:
    cache = DocumentCache(10_000)
    path = tmp_path / "one.json"
    for size in (100, 5000, 10, 9000, 20_000, 50):
        cache.get(write(path, size))

    path.unlink()
    with pytest.raises(NotFoundError):
        cache.get(str(path))
    cache.evict(str(path))

    assert kept(cache) == cache._bytes == 0


@pytest.mark.usefixtures("slow_file_clock")
def test_what_has_not_settled_is_read_again(tmp_path: Path) -> None:
    cache = DocumentCache(10_000)
    path = write(tmp_path / "one.json", 100)

    assert cache.get(path) is not cache.get(path)


def test_what_has_settled_is_not_read_again(tmp_path: Path) -> None:
    cache = DocumentCache(10_000)
    path = write(tmp_path / "one.json", 100)
    time.sleep(0.06)  # longer than files' clocks tick

    settled = cache.get(path)

    assert cache.get(path) is cache.get(path) is settled


def test_what_has_settled_is_read_again_when_it_changed(tmp_path: Path) -> None:
    cache = DocumentCache(10_000)
    path = write(tmp_path / "one.json", 100)
    time.sleep(0.06)
    cache.get(path)

    Path(path).write_bytes(b'{"a":' + b" " * 93 + b"1}")

    assert cache.get(path).parse() == {"a": 1}


def test_a_recent_answer_may_be_a_second_old(tmp_path: Path) -> None:
    cache = DocumentCache(10_000)
    path = tmp_path / "one.json"
    first = cache.get(write(path, 100))

    path.unlink()

    assert cache.get_recent(str(path)) is first
    time.sleep(1.1)
    with pytest.raises(NotFoundError):
        cache.get_recent(str(path))

"""Media files: received beside their place, moved into it whole, one for each slot."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from storage.errors import DiskFullError, NotFoundError
from storage.media_files import EXTENSIONS, HEAD_BYTES, MediaFiles
from storage.store import Store

TYPES = ("video/mp4", "video/webm", "video/quicktime")


@pytest.fixture
def home(store: Store) -> Path:
    """The directory of a work."""
    store.projects.create("p1", {})
    store.works("p1").create("w1", {})
    return store.root / "projects" / "p1" / "works" / "w1"


@pytest.fixture
def media(store: Store, home: Path) -> MediaFiles:
    """The media files of that work."""
    return store.work_media("p1", "w1")


def put(media: MediaFiles, data: bytes, slot: str = "reference", kind: str = "video/mp4") -> None:
    with media.receive() as incoming:
        incoming.write(data)
        media.finish(incoming)
        media.place(incoming, slot, kind, TYPES)


def read(media: MediaFiles, slot: str = "reference") -> bytes:
    with media.open(slot, TYPES).file as file:
        return file.readall() or b""


def names(home: Path) -> set[str]:
    """All files of the work but those that stay."""
    return {path.name for path in home.rglob("*")} - {".lock", "work.json", "media"}


def test_a_file_is_stored_under_its_slot_and_type(media: MediaFiles, home: Path) -> None:
    put(media, b"video", "scene-3-video", "video/quicktime")

    path = home / "media" / "scene-3-video.mov"
    assert path.read_bytes() == b"video"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert media.slots() == {"scene-3-video"}


def test_a_stored_file_says_what_it_is(media: MediaFiles, home: Path) -> None:
    put(media, b"video", kind="video/webm")
    written = (home / "media" / "reference.webm").stat()

    stored = media.open("reference", TYPES)
    stored.file.close()

    assert stored.name == "reference.webm"
    assert stored.media_type == "video/webm"
    assert stored.size == 5
    assert stored.mtime_ns == written.st_mtime_ns


def test_each_type_of_a_kind_has_an_extension_of_its_own() -> None:
    for kind in ("video/", "image/", "audio/"):
        extensions = [EXTENSIONS[name] for name in EXTENSIONS if name.startswith(kind)]
        assert len(set(extensions)) == len(extensions)


def test_an_empty_slot_is_not_found(media: MediaFiles) -> None:
    assert media.slots() == set()
    with pytest.raises(NotFoundError):
        media.open("reference", TYPES)
    assert media.remove("reference", TYPES) is False


def test_slots_of_what_cannot_be_an_id_are_not_found(store: Store, home: Path) -> None:
    for project_id, work_id in [("..", "w1"), ("p1", ".."), ("p1", ""), ("p1/works", "w1")]:
        with pytest.raises(NotFoundError):
            store.work_media(project_id, work_id)


def test_pieces_are_put_together_and_the_first_bytes_remembered(media: MediaFiles) -> None:
    data = bytes(range(256)) * 100

    with media.receive() as incoming:
        for start in range(0, len(data), 1000):
            incoming.write(data[start : start + 1000])
        assert incoming.size == len(data)
        assert incoming.head == data[:HEAD_BYTES]
        media.finish(incoming)
        media.place(incoming, "reference", "video/mp4", TYPES)

    assert read(media) == data


def test_receiving_can_start_over(media: MediaFiles) -> None:
    with media.receive() as incoming:
        incoming.write(b"something longer")
        incoming.restart()
        incoming.write(b"video")
        assert (incoming.size, incoming.head) == (5, b"video")
        media.finish(incoming)
        media.place(incoming, "reference", "video/mp4", TYPES)

    assert read(media) == b"video"


def test_what_was_not_placed_is_gone(media: MediaFiles, home: Path) -> None:
    put(media, b"earlier")

    with media.receive() as incoming:
        incoming.write(b"never placed")
        assert len(names(home)) == 2
    with suppress(RuntimeError), media.receive() as incoming:
        incoming.write(b"broken off")
        raise RuntimeError

    assert names(home) == {"reference.mp4"}
    assert read(media) == b"earlier"


def test_a_new_file_replaces_that_of_another_type(media: MediaFiles, home: Path) -> None:
    for kind in TYPES:
        put(media, kind.encode(), kind=kind)

        assert read(media) == kind.encode()
        assert len(names(home)) == 1


def test_a_file_that_is_open_stays_whole_when_it_is_replaced(media: MediaFiles) -> None:
    put(media, b"earlier")
    with media.open("reference", TYPES).file as file:
        put(media, b"later")
        media.remove("reference", TYPES)

        assert file.readall() == b"earlier"


def test_each_upload_has_another_etag(media: MediaFiles) -> None:
    tags = []
    for _ in range(2):
        put(media, b"same")
        stored = media.open("reference", TYPES)
        stored.file.close()
        tags.append(stored.etag)

    assert tags[0] != tags[1]


def test_removed_is_gone_whatever_its_type(media: MediaFiles, home: Path) -> None:
    put(media, b"video", kind="video/quicktime")
    put(media, b"other", "scene-0-video")

    assert media.remove("reference", TYPES) is True

    assert names(home) == {"scene-0-video.mp4"}


def test_of_two_files_that_a_crash_left_the_newer_is_open_and_both_are_removed(
    media: MediaFiles, home: Path
) -> None:
    put(media, b"older", kind="video/webm")
    (home / "media" / "reference.mp4").write_bytes(b"newer")
    os.utime(home / "media" / "reference.webm", (1, 1))

    assert read(media) == b"newer"
    assert media.remove("reference", TYPES) is True
    assert names(home) == set()


def test_for_a_work_that_is_not_there_nothing_is_received(store: Store, home: Path) -> None:
    with pytest.raises(NotFoundError), store.work_media("p1", "w2").receive():
        pytest.fail("received")

    assert not home.with_name("w2").exists()


def test_an_upload_does_not_bring_a_deleted_work_back(
    store: Store, media: MediaFiles, home: Path
) -> None:
    def place_late() -> Iterator[None]:
        with media.receive() as incoming:
            incoming.write(b"video")
            yield
            media.place(incoming, "reference", "video/mp4", TYPES)

    upload = place_late()
    next(upload)
    store.works("p1").delete("w1")

    with pytest.raises(FileNotFoundError):
        next(upload)
    assert {path.name for path in home.parent.iterdir()} == {".changes"}


def test_an_upload_leaves_room_for_the_document(
    media: MediaFiles, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.media_files._RESERVE_BYTES", 1 << 62)

    with pytest.raises(DiskFullError):
        put(media, b"video")

    assert names(home) == set()

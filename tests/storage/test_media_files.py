"""Media files: received into a temporary file, moved into place complete, one for each slot."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from storage.errors import DiskFullError, NotFoundError
from storage.media.media_files import EXTENSIONS, HEAD_BYTES, MediaFiles
from storage.paths import WorkRef

TYPES = ("video/mp4", "video/webm", "video/quicktime")


@pytest.fixture
def work_directory(store):
    """The directory of an existing work."""
    store.projects.create("p1", {})
    store.works("p1").create("w1", {})
    return store.root / "projects" / "p1" / "works" / "w1"


@pytest.fixture
def media(store, work_directory):
    """The media files of that work."""
    return store.work_media(WorkRef("p1", "w1"))


def put(
    media: MediaFiles, data: bytes, slot: str = "reference", media_type: str = "video/mp4"
) -> None:
    """Store a file in a slot."""
    with media.receive() as incoming:
        incoming.write(data)
        media.finish(incoming)
        media.place(incoming, slot, media_type, TYPES)


def read(media: MediaFiles, slot: str = "reference") -> bytes:
    """Return the contents of the file in a slot."""
    with media.open(slot, TYPES).file as file:
        return file.readall() or b""


def media_names(work_directory: Path) -> set[str]:
    """Return the names of the work's media files, temporary ones included."""
    return {path.name for path in work_directory.rglob("*")} - {".lock", "work.json", "media"}


def test_file_is_named_after_its_slot_and_type_and_readable_by_its_owner_only(
    media, work_directory
):
    put(media, b"video", "scene-3-video", "video/quicktime")

    path = work_directory / "media" / "scene-3-video.mov"
    assert path.read_bytes() == b"video"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert media.slots() == {"scene-3-video"}


def test_stored_file_has_a_name_media_type_size_and_mtime(media, work_directory):
    put(media, b"video", media_type="video/webm")
    status = (work_directory / "media" / "reference.webm").stat()

    stored = media.open("reference", TYPES)
    stored.file.close()

    assert stored.name == "reference.webm"
    assert stored.media_type == "video/webm"
    assert stored.size == 5
    assert stored.mtime_ns == status.st_mtime_ns


def test_extensions_are_unique_within_video_image_and_audio():
    for prefix in ("video/", "image/", "audio/"):
        extensions = [EXTENSIONS[name] for name in EXTENSIONS if name.startswith(prefix)]
        assert len(set(extensions)) == len(extensions)


def test_empty_slot_is_not_found(media):
    assert media.slots() == set()
    with pytest.raises(NotFoundError):
        media.open("reference", TYPES)
    assert media.remove("reference", TYPES) is False


def test_media_of_an_invalid_id_is_not_found(store, work_directory):
    for project_id, work_id in [("..", "w1"), ("p1", ".."), ("p1", ""), ("p1/works", "w1")]:
        with pytest.raises(NotFoundError):
            store.work_media(WorkRef(project_id, work_id))


def test_file_received_in_pieces_is_complete_and_its_first_bytes_are_kept(media):
    data = bytes(range(256)) * 100

    with media.receive() as incoming:
        for start in range(0, len(data), 1000):
            incoming.write(data[start : start + 1000])
        assert incoming.size == len(data)
        assert incoming.head == data[:HEAD_BYTES]
        media.finish(incoming)
        media.place(incoming, "reference", "video/mp4", TYPES)

    assert read(media) == data


def test_restart_discards_what_was_received(media):
    with media.receive() as incoming:
        incoming.write(b"something longer")
        incoming.restart()
        incoming.write(b"video")
        assert (incoming.size, incoming.head) == (5, b"video")
        media.finish(incoming)
        media.place(incoming, "reference", "video/mp4", TYPES)

    assert read(media) == b"video"


def test_file_that_is_not_placed_is_removed(media, work_directory):
    put(media, b"earlier")

    with media.receive() as incoming:
        incoming.write(b"never placed")
        assert len(media_names(work_directory)) == 2
    with suppress(RuntimeError), media.receive() as incoming:
        incoming.write(b"interrupted")
        raise RuntimeError

    assert media_names(work_directory) == {"reference.mp4"}
    assert read(media) == b"earlier"


def test_new_file_replaces_one_of_another_type(media, work_directory):
    for media_type in TYPES:
        put(media, media_type.encode(), media_type=media_type)

        assert read(media) == media_type.encode()
        assert len(media_names(work_directory)) == 1


def test_open_file_stays_readable_after_it_is_replaced_and_removed(media):
    put(media, b"earlier")
    with media.open("reference", TYPES).file as file:
        put(media, b"later")
        media.remove("reference", TYPES)

        assert file.readall() == b"earlier"


def test_uploads_of_the_same_contents_have_different_etags(media):
    etags = []
    for _ in range(2):
        put(media, b"same")
        stored = media.open("reference", TYPES)
        stored.file.close()
        etags.append(stored.etag)

    assert etags[0] != etags[1]


def test_remove_deletes_the_slots_file_of_any_type_and_no_other(media, work_directory):
    put(media, b"video", media_type="video/quicktime")
    put(media, b"other", "scene-0-video")

    assert media.remove("reference", TYPES) is True

    assert media_names(work_directory) == {"scene-0-video.mp4"}


def test_of_two_files_in_one_slot_the_newer_is_opened_and_both_are_removed(media, work_directory):
    """A crash between storing a file and removing the one of another type leaves both."""
    put(media, b"older", media_type="video/webm")
    (work_directory / "media" / "reference.mp4").write_bytes(b"newer")
    os.utime(work_directory / "media" / "reference.webm", (1, 1))

    assert read(media) == b"newer"
    assert media.remove("reference", TYPES) is True
    assert media_names(work_directory) == set()


def test_receive_for_a_missing_work_raises_not_found(store, work_directory):
    with pytest.raises(NotFoundError), store.work_media(WorkRef("p1", "w2")).receive():
        pytest.fail("received")

    assert not work_directory.with_name("w2").exists()


def test_upload_to_a_work_deleted_meanwhile_fails_and_does_not_recreate_it(
    store, media, work_directory
):
    def upload_in_two_steps() -> Iterator[None]:
        with media.receive() as incoming:
            incoming.write(b"video")
            yield
            media.place(incoming, "reference", "video/mp4", TYPES)

    upload = upload_in_two_steps()
    next(upload)
    store.works("p1").delete("w1")

    with pytest.raises(NotFoundError):
        next(upload)
    assert {path.name for path in work_directory.parent.iterdir()} == {".changes"}


def test_upload_that_would_use_the_reserved_space_raises_disk_full(
    media, work_directory, monkeypatch
):
    full = SimpleNamespace(f_bavail=1, f_frsize=4096)
    monkeypatch.setattr("storage.media.media_files.os.fstatvfs", lambda _descriptor: full)

    with pytest.raises(DiskFullError):
        put(media, b"video")

    assert media_names(work_directory) == set()

"""What the files of a work hold is compared without its lock, however large they are."""

import hashlib
from collections.abc import Callable

import pytest

from storage.files.files import same_contents
from storage.media import contents
from storage.media.contents import Contents, ContentsUnknownError, when_known
from storage.media.media_files import StoredFile, open_stored
from tests.held_locks import is_held, lock_of
from tests.people import Person
from tests.works.takes import IMAGE, list_takes, use, variant

Compare = Callable[[str, str], bool]


@pytest.fixture
def png(samples):
    return (samples / "image.png").read_bytes()


def put(person: Person, work: str, content: bytes) -> None:
    answer = person.put(f"{work}/{IMAGE}", data=content, content_type="image/png")
    assert answer.status_code == 200, answer.text


def test_upload_is_compared_once_and_only_with_a_file_of_its_size(
    settings, ana, work, png, monkeypatch
):
    compared: list[bool] = []

    def compare(path: str, other: str) -> bool:
        compared.append(is_held(lock_of(settings.data_dir, work)))
        return same_contents(path, other)

    monkeypatch.setattr(contents, "same_contents", compare)
    for number in (1, 1, 2, 10):
        put(ana, work, variant(png, number))

    assert compared == [False, False]
    assert len(list_takes(ana, work)) == 3
    assert ana.get(f"{work}/{IMAGE}").data == variant(png, 10)


def test_upload_is_compared_with_the_file_that_is_there_in_the_end(ana, work, png, monkeypatch):
    compared: list[str] = []
    for number in (1, 2):
        put(ana, work, variant(png, number))
    [other] = [take for take in list_takes(ana, work) if not take["current"]]

    def compare(path: str, uploaded: str) -> bool:
        compared.append(path)
        if len(compared) == 1:
            use(ana, other)
        return same_contents(path, uploaded)

    monkeypatch.setattr(contents, "same_contents", compare)
    put(ana, work, variant(png, 2))

    assert len(compared) == 2
    assert ana.get(f"{work}/{IMAGE}").data == variant(png, 2)
    assert len(list_takes(ana, work)) == 3


def test_digest_is_known_after_a_look_until_the_file_is_replaced(tmp_path):
    known, path = Contents(), tmp_path / "image.png"

    def opened() -> StoredFile:
        return open_stored(str(path), "image/png")

    def digest() -> str:
        with (stored := opened()).file:
            return known.digest(stored)

    for content in (b"one", b"other"):
        (tmp_path / "new").write_bytes(content)
        (tmp_path / "new").replace(path)
        with pytest.raises(ContentsUnknownError):
            digest()
        assert when_known(digest) == digest() == hashlib.sha256(content).hexdigest()

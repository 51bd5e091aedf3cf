"""The directories of a data directory."""

from pathlib import Path

import pytest

from storage import layout
from storage.errors import NoAccessError
from storage.files.trees import list_all


@pytest.fixture
def listed(monkeypatch):
    """The directories that are listed."""
    listed: list[Path] = []

    def note(directory: Path) -> list[str]:
        listed.append(directory)
        return list_all(directory)

    monkeypatch.setattr(layout, "list_all", note)
    return listed


def test_each_directory_is_listed_once_and_none_that_is_missing(tmp_path, listed):
    works = tmp_path / "projects" / "p" / "works"
    (works / "w" / "media").mkdir(parents=True)
    (works / "w" / "work.json").touch()
    (works / "w" / ".lock").touch()

    found = {each.path: each for each in layout.directories(tmp_path)}

    assert found[works / "w"].names == (".lock", "media", "work.json")
    assert found[works / "w" / "media"].role == "media"
    below = [path for path in listed if path.is_relative_to(tmp_path / "projects")]
    expected = [tmp_path / "projects", works.parent, works, works / "w", works / "w" / "media"]
    assert below == expected


def test_what_may_not_be_listed_is_known_as_denied(tmp_path, monkeypatch):
    (tmp_path / "users").mkdir()

    def refuse(directory: Path) -> list[str]:
        if directory.name == "users":
            raise NoAccessError(str(directory))
        return list_all(directory)

    monkeypatch.setattr(layout, "list_all", refuse)

    users = next(each for each in layout.directories(tmp_path) if each.path.name == "users")
    assert (users.denied, users.names) == (True, ())


@pytest.mark.parametrize(
    ("path", "is_stored"),
    [
        ("projects/p/works/w/comments.jsonl", True),
        ("trash/t/works/w/comments.jsonl", True),
        ("projects/p/works/w/jobs/j/changes.jsonl", True),
        ("projects/p/assets/a/comments.jsonl", False),
        ("projects/p/works/w/changes.jsonl", False),
        ("projects/p/works/w/media/x/comments.jsonl", False),
    ],
)
def test_files_of_lines_belong_to_documents_of_their_kind(path, is_stored):
    assert layout.is_document_file(path) is is_stored

"""Ids and paths: paths are built from valid ids only, so they stay in the data directory."""

from pathlib import Path

import pytest

from storage import paths
from storage.paths import WorkRef, new_id, valid_id, validate_id
from tests.storage.ids import INVALID_IDS

VALID_IDS = ["a", "7", "proj_9f86d081884c7d65", "A-Z_0-9", "x" * 64]


@pytest.mark.parametrize("value", VALID_IDS)
def test_valid_id_is_accepted(value):
    assert valid_id(value)
    assert validate_id(value) == value


@pytest.mark.parametrize(
    "value", [*INVALID_IDS, "_a", "a b", "a.b", "a%2fb", "\uff41", "a\u200b", "a\\b"]
)
def test_invalid_id_is_rejected_by_every_path(value):
    assert not valid_id(value)
    with pytest.raises(ValueError, match="not an id"):
        validate_id(value)
    for collection in (paths.works_of, paths.assets_of, paths.templates_of, paths.jobs_of_user):
        with pytest.raises(ValueError, match="not an id"):
            collection(value)
    for project_id, work_id in [(value, "w1"), ("p1", value)]:
        with pytest.raises(ValueError, match="not an id"):
            paths.jobs_of_work(WorkRef(project_id, work_id))
    with pytest.raises(ValueError, match="not an id"):
        paths.media_directory(Path("/data"), "projects/p1/works", value)


def test_new_ids_are_valid_unique_and_start_with_their_prefix():
    ids = {new_id("work") for _ in range(1000)}

    assert len(ids) == 1000
    assert all(value.startswith("work_") and valid_id(value) for value in ids)


def test_paths_of_collections_documents_and_media():
    assert paths.works_of("p1") == "projects/p1/works"
    assert paths.document_name("projects") == "project.json"
    assert paths.document_name(paths.works_of("p1")) == "work.json"
    assert paths.document_name(paths.assets_of("p1")) == "asset.json"
    assert paths.document_name(paths.templates_of("p1")) == "template.json"
    assert paths.document_name(paths.jobs_of_work(WorkRef("p1", "w1"))) == "job.json"
    assert paths.document_name(paths.jobs_of_user("u1")) == "job.json"
    media = paths.media_directory(Path("/data"), paths.works_of("p1"), "w1")
    assert media == Path("/data/projects/p1/works/w1/media")


@pytest.mark.parametrize("name", [paths.LOCK, paths.CHANGES, *paths.LEFTOVERS])
def test_internal_file_name_is_not_a_valid_id(name):
    assert not valid_id(name)

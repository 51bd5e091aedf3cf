"""Pipes and links where files should be: requests fail instead of waiting for ever."""

import os
from pathlib import Path

from tests.reliability.data import directory_of
from tests.reliability.media import versioned_file


def put_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def test_media_that_are_a_pipe_or_a_link_fail_at_once(service, ana):
    work = ana.new_work(ana.new_project())
    for name in ("reference", "scene/0/video"):
        ana.put(f"{work}/media/{name}", versioned_file(1, 10_000), Content_Type="video/mp4")
    media = directory_of(service.data_dir, work) / "media"
    put_pipe(media / "reference.mp4")
    (media / "scene-0-video.mp4").unlink()
    (media / "scene-0-video.mp4").symlink_to(service.data_dir / "jwt-secret")

    for name in ("reference", "scene/0/video"):
        answer = ana.get(f"{work}/media/{name}")
        assert (answer.status, answer.json["error"]) == (500, "Stored file is unreadable")

    for name in ("reference", "scene/0/video"):
        assert ana.delete(f"{work}/media/{name}").status == 204
        assert ana.get(f"{work}/media/{name}").status == 404


def test_work_whose_document_or_lock_is_a_pipe_fails_at_once(service, ana):
    project = ana.new_project()
    document, lock = ana.new_work(project), ana.new_work(project)
    put_pipe(directory_of(service.data_dir, document) / "work.json")
    os.mkfifo(directory_of(service.data_dir, lock) / ".lock")

    assert ana.get(document).status == 500
    assert ana.put(lock, {"name": "New"}).status == 500
    assert ana.get(lock).status == 200
    assert len(ana.get(f"{project}/works").json) == 1

"""A job of many scenes writes in proportion to its scenes, not to their square."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from storage.files.durable_files import Disk
from tests.jobs.helpers import new_work_with_scenes, start_job, until, wait_until_finished

SCENES = 20  # with the metadata, more than are rewritten as a whole


@pytest.fixture
def written(monkeypatch):
    """The bytes that were written to documents and journals, by their names."""
    counter: Counter[str] = Counter()
    for name in ("replace", "append"):
        original = getattr(Disk, name)

        def write(self: Disk, path: str, data: bytes, *args: Any, original: Any = original) -> None:
            counter[Path(path).name] += len(data)
            original(self, path, data, *args)

        monkeypatch.setattr(Disk, name, write)
    return counter


def test_steps_of_a_large_job_do_not_rewrite_its_document(ana, project, settings, written):
    work = new_work_with_scenes(ana, project, SCENES)
    job = start_job(ana, work, metadata={"of": "x" * 4000})

    assert wait_until_finished(ana, job)["state"] == "succeeded"

    directory = settings.data_dir / job.removeprefix("/api/")
    size = (directory / "job.json").stat().st_size
    assert written["job.json"] < 8 * size
    assert written["changes.jsonl"] < 4 * size
    until(lambda: not (directory / "changes.jsonl").exists())  # the finished document is complete

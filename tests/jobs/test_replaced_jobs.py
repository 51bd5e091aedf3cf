"""A project is restored from a backup while its jobs run."""

from pathlib import Path

from flask import Flask

from tests.jobs.helpers import IMAGE_REQUEST, begin_scene_job, until
from tests.people import Person
from tests.vendors import Vendors


def test_run_of_a_job_that_a_restore_interrupted_pays_nothing_more(
    app: Flask, ana: Person, work_with_scenes: str, vendors: Vendors, tmp_path: Path
) -> None:
    vendors.rule(**IMAGE_REQUEST, slow=None)
    job = begin_scene_job(ana, work_with_scenes, "image-0", "submitting")
    archive = str(tmp_path / "x.tar")
    runner = app.test_cli_runner()

    for command in (["backup", archive], ["restore", archive, "--replace"]):
        assert runner.invoke(args=command).exit_code == 0
    vendors.release()

    until(lambda: not app.extensions["services"].jobs.worker._running)
    assert ana.show(job)["state"] == "interrupted"
    assert [paid["role"] for paid in vendors.counts()] == ["image"]

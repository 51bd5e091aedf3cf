"""A project is restored from a backup while its jobs run."""

from tests.jobs.helpers import IMAGE_REQUEST, begin_scene_job, until


def test_run_of_a_job_that_a_restore_interrupted_pays_nothing_more(
    app, ana, work_with_scenes, vendors, tmp_path
):
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

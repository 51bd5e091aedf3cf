"""What costs money: paid once, whatever a model or its connection does."""

from dataclasses import replace
from typing import Any

import pytest

from settings.config import Settings
from tests.jobs.helpers import CLIP_REQUEST, IMAGE_REQUEST, count_paid, new_work_with_scenes
from tests.mcp_server.helpers import data, finished, handle
from tests.simultaneous import at_once

MODELS = {"image_provider": "openai", "video_provider": "runway"}


@pytest.fixture
def settings(settings, vendors):
    """The settings, with the keys of the fake vendors and the demo as by default."""
    demo, hosts = Settings.demo_provider, ("127.0.0.1", "localhost")
    return replace(settings, demo_provider=demo, intranet_hosts=hosts, **vendors.settings())


@pytest.fixture
def scene(ana, project):
    """The handle of a work with one scene."""
    return handle(new_work_with_scenes(ana, project, 1))


def test_nothing_is_called_before_it_is_confirmed(ana, scene, vendors):
    offer = data(ana, "generate", work=scene, **MODELS)

    assert [(each["provider"], each["count"]) for each in offer["wouldCall"]] == [
        ("dalle", 1),
        ("runway", 1),
    ]
    assert "Ask the user" in offer["next"]
    assert vendors.requests() == []


@pytest.mark.tuning(request_lock=60)
def test_an_order_confirmed_many_times_at_once_is_paid_once(ana, scene, vendors):
    confirm = data(ana, "generate", work=scene, **MODELS)["confirm"]

    def order() -> Any:
        return data(ana, "generate", work=scene, **MODELS, confirm=confirm)

    jobs = at_once([order] * 8)

    assert len({job["job"] for job in jobs}) == 1
    assert finished(ana, jobs[0])["state"] == "succeeded"
    assert data(ana, "generate", work=scene, **MODELS, confirm=confirm)["state"] == "succeeded"
    assert (count_paid(vendors, IMAGE_REQUEST), count_paid(vendors, CLIP_REQUEST)) == (1, 1)
    assert data(ana, "generate", work=scene, **MODELS)["wouldCall"] == []


def test_a_scene_can_be_made_anew_when_it_is_confirmed_anew(ana, scene, vendors):
    for _ in range(2):
        confirm = data(ana, "generate", work=scene, redo=0, **MODELS)["confirm"]
        job = data(ana, "generate", work=scene, redo=0, **MODELS, confirm=confirm)
        assert finished(ana, job)["state"] == "succeeded"

    assert count_paid(vendors, IMAGE_REQUEST) == 2


def test_interrupted_job_is_resumed_only_with_consent(ana, scene, vendors):
    vendors.rule(**IMAGE_REQUEST, cut="after")
    confirm = data(ana, "generate", work=scene, **MODELS)["confirm"]
    job = finished(ana, data(ana, "generate", work=scene, **MODELS, confirm=confirm))
    assert job["state"] == "interrupted"
    assert "It may have paid for a call" in job["next"]
    assert "It may have been started and paid" in str(job["untrusted"])

    offer = data(ana, "control_job", job=job["job"], action="resume")
    assert finished(ana, job)["state"] == "interrupted"
    resumed = data(ana, "control_job", job=job["job"], action="resume", confirm=offer["confirm"])

    assert [each["role"] for each in offer["wouldCall"]] == ["image", "video"]
    assert finished(ana, resumed)["state"] == "succeeded"


def test_failure_of_a_provider_is_told_in_its_words(ana, scene, vendors):
    vendors.rule(**IMAGE_REQUEST, refuse=True)
    confirm = data(ana, "generate", work=scene, **MODELS)["confirm"]

    job = finished(ana, data(ana, "generate", work=scene, **MODELS, confirm=confirm))

    assert job["state"] == "failed"
    assert "rejected by the safety system" in str(job["untrusted"])
    assert "control_job action=resume" in job["next"]

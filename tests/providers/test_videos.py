"""Video models: submitted, polled, downloaded."""

import time
from typing import Any

import pytest

from providers.contract import Task, VideoModel
from providers.errors import ProviderBusyError, ProviderError
from tests.providers.orders import KEY, Models, video_order
from tests.vendors import Vendors

pytestmark = pytest.mark.slow

MODELS = [
    ("runway", "gen4.5"),
    ("gemini", "gemini-omni-1.2-flash"),
    ("gemini", "veo-3.1-generate-preview"),
]


def finished(model: VideoModel, task_id: str) -> Task:
    """The task at its end."""
    for _ in range(200):
        task: Task = model.poll(task_id)
        if task.state not in ("waiting", "running"):
            return task
        time.sleep(0.01)
    raise AssertionError("it does not end")


def clip_of(model: VideoModel, task: Task) -> tuple[bytearray, str]:
    clip = bytearray()
    return clip, model.download(task.output or "", clip.extend)


@pytest.mark.parametrize(("provider", "name"), MODELS)
def test_a_clip_is_made(models: Models, vendors: Vendors, provider: str, name: str) -> None:
    model = models.video(provider, name)

    task = finished(model, model.submit(video_order()))
    clip, kind = clip_of(model, task)

    assert task.state == "succeeded"
    assert kind == "video/mp4"
    assert clip[4:8] == b"ftyp"
    [paid] = vendors.counts()
    assert paid["task"].encode() in clip
    assert (paid["model"], paid["prompt"], paid["key"]) == (name, "it turns", KEY[-4:])
    assert len(paid["pictures"]) == 1


@pytest.mark.parametrize(
    ("provider", "name", "asked"),
    [
        ("runway", "gen4.5", {"ratio": "720:1280", "duration": 5}),
        ("runway", "gen4_turbo", {"ratio": "720:1280", "duration": 5}),
        ("runway", "gen3a_turbo", {"ratio": "768:1280", "duration": 5}),
        ("runway", "veo3.1_fast", {"ratio": "720:1280", "duration": 6}),
        ("gemini", "gemini-omni-1.1-flash", {"aspect_ratio": "9:16", "duration": "5s"}),
        ("gemini", "veo-3.1-generate-preview", {"aspectRatio": "9:16", "durationSeconds": 6}),
        ("gemini", "veo-2.0-generate-001", {"aspectRatio": "9:16", "durationSeconds": 6}),
    ],
)
def test_each_model_is_asked_for_what_it_has(
    models: Models, vendors: Vendors, provider: str, name: str, asked: dict[str, Any]
) -> None:
    models.video(provider, name).submit(video_order())

    assert asked.items() <= vendors.counts()[0]["asked"].items()


@pytest.mark.parametrize(("provider", "name"), [*MODELS, ("runway", "gen3a_turbo")])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1080), (1080, 1350)])
def test_every_resolution_is_taken(
    models: Models, provider: str, name: str, size: tuple[int, int]
) -> None:
    width, height = size

    assert models.video(provider, name).submit(video_order(width=width, height=height))


def test_runway_says_how_far_it_is_and_what_it_costs(models: Models, vendors: Vendors) -> None:
    vendors.rule(vendor="runway", kind="submit", throttled=1, polls=4)
    model = models.video("runway")
    task_id = model.submit(video_order())

    tasks = [model.poll(task_id) for _ in range(6)]

    states = [task.state for task in tasks]
    assert states[0] == "waiting"
    assert "running" in states
    assert any(0 <= (task.progress or -1) <= 1 for task in tasks)
    assert tasks[-1].state == "succeeded"
    assert tasks[-1].usage == {"credits": 25}
    assert tasks[-1].public_url == tasks[-1].output


@pytest.mark.parametrize(("provider", "name"), MODELS)
@pytest.mark.parametrize("trouble", [{"fail": "Out of paint"}, {"refuse": True}])
def test_a_task_that_fails_says_why(
    models: Models, vendors: Vendors, provider: str, name: str, trouble: dict[str, Any]
) -> None:
    vendors.rule(kind="submit", **trouble)
    model = models.video(provider, name)

    task = finished(model, model.submit(video_order()))

    assert task.state == "failed"
    assert any(word in (task.reason or "") for word in ("Out of paint", "moderation", "guidelines"))


@pytest.mark.parametrize(("provider", "name"), MODELS)
def test_a_task_may_be_cancelled_at_the_vendor(
    models: Models, vendors: Vendors, provider: str, name: str
) -> None:
    vendors.rule(kind="submit", stop=True)
    model = models.video(provider, name)

    assert finished(model, model.submit(video_order())).state == "cancelled"


@pytest.mark.parametrize(("provider", "name"), MODELS[:2])
def test_a_task_can_be_cancelled(
    models: Models, vendors: Vendors, provider: str, name: str
) -> None:
    vendors.rule(kind="submit", polls=100)
    model = models.video(provider, name)
    task_id = model.submit(video_order())

    model.cancel(task_id)

    assert model.poll(task_id).state == "cancelled"


@pytest.mark.parametrize(("provider", "name"), MODELS)
def test_cancelling_never_fails(models: Models, vendors: Vendors, provider: str, name: str) -> None:
    vendors.rule(status=500, times=None)

    models.video(provider, name).cancel("no-such-task")


@pytest.mark.parametrize(
    ("provider", "name", "task_id"),
    [
        ("runway", "gen4.5", "no-such-task"),
        ("runway", "gen4.5", "../tokens/5?x#y"),
        ("gemini", "gemini-omni-1.2-flash", "no-such-task"),
        ("gemini", "veo-3.1-generate-preview", "models/veo-3.1/operations/no-such"),
    ],
)
def test_a_task_that_the_vendor_does_not_know_is_unknown_there(
    models: Models, provider: str, name: str, task_id: str
) -> None:
    with pytest.raises(ProviderError, match="unknown there") as failure:
        models.video(provider, name).poll(task_id)

    assert failure.value.status == 404


@pytest.mark.parametrize(("provider", "name"), MODELS)
@pytest.mark.parametrize(
    "trouble", [{"status": 500}, {"gateway": 503}, {"cut": "before"}, {"cut": "body"}]
)
def test_polls_are_repeated(
    models: Models, vendors: Vendors, provider: str, name: str, trouble: dict[str, Any]
) -> None:
    model = models.video(provider, name)
    task_id = model.submit(video_order())
    vendors.rule(kind="poll", times=2, **trouble)

    assert finished(model, task_id).state == "succeeded"


@pytest.mark.parametrize(("provider", "name"), MODELS)
@pytest.mark.parametrize("status", [429, 503])
def test_a_vendor_that_is_busy_is_not_polled_again_at_once(
    models: Models, vendors: Vendors, provider: str, name: str, status: int
) -> None:
    model = models.video(provider, name)
    task_id = model.submit(video_order())
    vendors.rule(kind="poll", status=status, retry_after=7)

    with pytest.raises(ProviderBusyError):
        model.poll(task_id)

    assert [each["kind"] for each in vendors.requests()] == ["submit", "poll"]


@pytest.mark.parametrize(("provider", "name"), MODELS)
def test_a_download_that_breaks_off_is_told_and_can_be_had_again(
    models: Models, vendors: Vendors, provider: str, name: str
) -> None:
    vendors.rule(kind="submit", megabytes=3)
    model = models.video(provider, name)
    task = finished(model, model.submit(video_order()))
    # Gemini's address leads to another one first; of that there is no middle.
    vendors.rule(kind="download", cut="body", skip=0 if provider == "runway" else 1)

    with pytest.raises(ProviderError, match="broke off") as failure:
        clip_of(model, task)

    assert not failure.value.uncertain
    assert len(clip_of(model, task)[0]) == 3 << 20


def test_omni_may_put_the_clip_into_its_answer(models: Models, vendors: Vendors) -> None:
    vendors.rule(kind="submit", deliver="inline", megabytes=5)
    model = models.video("gemini")

    task = finished(model, model.submit(video_order()))
    clip, kind = clip_of(model, task)

    assert kind == "video/mp4"
    assert len(clip) == 5 << 20
    assert clip[4:8] == b"ftyp"
    assert len(task.output or "") < 200


def test_an_answer_with_a_clip_that_breaks_off_is_told(models: Models, vendors: Vendors) -> None:
    vendors.rule(kind="submit", deliver="inline", megabytes=5)
    model = models.video("gemini")
    task = finished(model, model.submit(video_order()))
    vendors.rule(kind="poll", cut="body")

    with pytest.raises(ProviderError, match="broke off"):
        clip_of(model, task)

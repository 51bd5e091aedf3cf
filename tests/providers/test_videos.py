"""Video models: submitting, polling, cancelling and downloading."""

import pytest

from providers.errors import ProviderBusyError, ProviderError
from tests.cases import cases
from tests.providers.adapters import (
    KEY,
    VIDEO_MODELS,
    download,
    finished_task,
    offered,
    video_request,
)

pytestmark = pytest.mark.slow

video_models = pytest.mark.parametrize(("provider", "model_id"), VIDEO_MODELS)


@video_models
def test_clip_is_generated_and_downloaded(adapters, vendors, provider, model_id):
    model = adapters.video(provider, model_id)

    task = finished_task(model, model.submit(video_request()))
    clip, media_type = download(model, task)

    assert task.state == "succeeded"
    assert media_type == "video/mp4"
    assert clip[4:8] == b"ftyp"
    [call] = vendors.counts()
    assert call["task"].encode() in clip
    assert (call["model"], call["prompt"], call["key"]) == (model_id, "it turns", KEY[-4:])
    assert len(call["pictures"]) == 1


@pytest.mark.parametrize(
    ("provider", "model_id", "parameters"),
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
def test_video_models_are_asked_for_supported_parameters(
    adapters, vendors, provider, model_id, parameters
):
    adapters.video(provider, model_id).submit(video_request())

    assert parameters.items() <= vendors.counts()[0]["asked"].items()


@pytest.mark.parametrize(("provider", "model_id"), [*VIDEO_MODELS, ("runway", "gen3a_turbo")])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1080), (1080, 1350)])
def test_video_models_accept_every_resolution(adapters, provider, model_id, size):
    width, height = size

    assert adapters.video(provider, model_id).submit(video_request(width=width, height=height))


def test_runway_task_reports_progress_and_credits(adapters, vendors):
    vendors.rule(vendor="runway", kind="submit", throttled=1, polls=4)
    model = adapters.video("runway")
    task_id = model.submit(video_request())

    tasks = [model.poll(task_id) for _ in range(6)]

    states = [task.state for task in tasks]
    assert states[0] == "waiting"
    assert "running" in states
    assert any(0 <= (task.progress or -1) <= 1 for task in tasks)
    assert tasks[-1].state == "succeeded"
    assert tasks[-1].usage == {"credits": 25}
    assert tasks[-1].public_url == tasks[-1].output


@video_models
@cases("rule", {"failed": {"fail": "Out of paint"}, "refused": {"refuse": True}})
def test_failed_task_has_the_vendors_reason(adapters, vendors, provider, model_id, rule):
    vendors.rule(kind="submit", **rule)
    model = adapters.video(provider, model_id)

    task = finished_task(model, model.submit(video_request()))

    assert task.state == "failed"
    assert any(text in (task.reason or "") for text in ("Out of paint", "moderation", "guidelines"))


@video_models
def test_task_cancelled_by_the_vendor_has_state_cancelled(adapters, vendors, provider, model_id):
    vendors.rule(kind="submit", stop=True)
    model = adapters.video(provider, model_id)

    assert finished_task(model, model.submit(video_request())).state == "cancelled"


@pytest.mark.parametrize(("provider", "model_id"), offered("video").items())
def test_running_task_can_be_cancelled(adapters, vendors, provider, model_id):
    vendors.rule(kind="submit", polls=100)
    model = adapters.video(provider, model_id)
    task_id = model.submit(video_request())

    model.cancel(task_id)

    assert model.poll(task_id).state == "cancelled"


@video_models
def test_failed_cancellation_raises_provider_error_unless_there_is_none(
    adapters, vendors, provider, model_id
):
    vendors.rule(status=500, times=None)
    model = adapters.video(provider, model_id)

    if model_id.startswith("veo"):  # its operations cannot be cancelled
        model.cancel("no-such-task")
    else:
        with pytest.raises(ProviderError):
            model.cancel("no-such-task")


@pytest.mark.parametrize(
    ("provider", "model_id", "task_id"),
    [
        ("runway", "gen4.5", "no-such-task"),
        ("runway", "gen4.5", "../tokens/5?x#y"),
        ("gemini", "gemini-omni-1.2-flash", "no-such-task"),
        ("gemini", "veo-3.1-generate-preview", "models/veo-3.1/operations/no-such"),
    ],
)
def test_polling_an_unknown_task_raises_404(adapters, provider, model_id, task_id):
    with pytest.raises(ProviderError, match="does not know the task") as error:
        adapters.video(provider, model_id).poll(task_id)

    assert error.value.status == 404


@video_models
@pytest.mark.parametrize(
    "rule",
    [{"status": 500}, {"gateway": 503}, {"cut": "before"}, {"cut": "body"}],
    ids=["status 500", "gateway error", "closed before the response", "closed in the response"],
)
def test_failed_polls_are_retried(adapters, vendors, provider, model_id, rule):
    model = adapters.video(provider, model_id)
    task_id = model.submit(video_request())
    vendors.rule(kind="poll", times=2, **rule)

    assert finished_task(model, task_id).state == "succeeded"


@video_models
@pytest.mark.parametrize("status", [429, 503])
def test_polls_are_not_retried_while_the_vendor_is_busy(
    adapters, vendors, provider, model_id, status
):
    model = adapters.video(provider, model_id)
    task_id = model.submit(video_request())
    vendors.rule(kind="poll", status=status, retry_after=7)

    with pytest.raises(ProviderBusyError):
        model.poll(task_id)

    assert [request["kind"] for request in vendors.requests()] == ["submit", "poll"]


@video_models
def test_interrupted_download_raises_provider_error_and_can_be_repeated(
    adapters, vendors, provider, model_id
):
    vendors.rule(kind="submit", megabytes=3)
    model = adapters.video(provider, model_id)
    task = finished_task(model, model.submit(video_request()))
    # Gemini redirects first; the rule is for the request after that.
    vendors.rule(kind="download", cut="body", skip=1 if provider == "gemini" else 0)

    with pytest.raises(ProviderError, match="connection was lost") as error:
        download(model, task)

    assert not error.value.uncertain
    assert len(download(model, task)[0]) == 3 << 20


def test_clip_inside_of_omnis_response_is_downloaded(adapters, vendors):
    vendors.rule(kind="submit", deliver="inline", megabytes=5)
    model = adapters.video("gemini")

    task = finished_task(model, model.submit(video_request()))
    clip, media_type = download(model, task)

    assert media_type == "video/mp4"
    assert len(clip) == 5 << 20
    assert clip[4:8] == b"ftyp"
    assert len(task.output or "") < 200


def test_interrupted_response_with_inline_clip_raises_provider_error(adapters, vendors):
    vendors.rule(kind="submit", deliver="inline", megabytes=5)
    model = adapters.video("gemini")
    task = finished_task(model, model.submit(video_request()))
    vendors.rule(kind="poll", cut="body")

    with pytest.raises(ProviderError, match="connection was lost"):
        download(model, task)

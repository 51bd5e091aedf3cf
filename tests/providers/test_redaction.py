"""Texts of vendors leave the adapters without the key, on one line, and cut to a length."""

from typing import Any, ClassVar
from urllib.parse import quote

import pytest

from providers import registry
from providers.contract import GeneratedImage, Reply, Task
from providers.errors import ProviderError
from providers.redaction import redact
from providers.registry import Choice
from tests.cases import cases
from tests.providers.adapters import CALLS, KEY, VIDEO_MODELS, finished_task, video_request

LONG_TEXT = f"The lamp broke, says {KEY}. " + "It is dark. " * 1000


@cases(
    "text",
    {
        "whole": f"Bad key {KEY}.",
        "quoted": f"Bad key '{KEY}'",
        "beginning": f"Bad key {KEY[:15]}...",
        "end": f"Bad key …{KEY[-15:]}",
        "masked": "Bad key key-****3a91, sorry",
        "masked end": "Bad ***7f3a91",
        "in a URL": f"https://example/?key={KEY}&x=1",
    },
)
def test_keys_and_parts_of_keys_are_redacted(text):
    redacted = redact(text, KEY)

    assert "[key]" in redacted
    assert not any(part in redacted for part in (KEY, KEY[:12], "3a91", "****"))


@pytest.mark.parametrize("key", ["sk+a/b=c&d%e", "sk"])
def test_url_encoded_and_short_keys_are_redacted(key):
    assert redact(f"/v1?k={quote(key, safe='')}", key) == "/v1?k=[key]"
    assert redact(f"Bad key {key}", key) == "Bad key [key]"


def test_key_at_the_limit_of_a_very_long_text_is_redacted():
    text = " " * (4000 - len(KEY) + 1) + KEY + "x" * 9000

    assert redact(text, KEY) == "[key]"


def test_text_becomes_one_line_of_at_most_500_characters():
    assert redact("two\nlines\0", KEY) == "two lines"
    assert len(redact("x" * 100_000, KEY)) == 500


def test_text_without_a_key_is_unchanged():
    assert redact("It broke: key-of", "") == "It broke: key-of"


@pytest.mark.parametrize(("provider", "model_id"), VIDEO_MODELS)
@pytest.mark.parametrize("outcome", ["fail", "refuse"])
def test_reason_of_a_failed_task_is_short_and_has_no_key(
    adapters, vendors, provider, model_id, outcome
):
    rule = {"fail": LONG_TEXT} if outcome == "fail" else {"refuse": LONG_TEXT}
    vendors.rule(kind="submit", **rule)
    model = adapters.video(provider, model_id)

    task = finished_task(model, model.submit(video_request()))

    assert task.state == "failed"
    assert task.reason
    assert KEY not in task.reason
    assert len(task.reason) <= 500
    if outcome == "fail":
        assert task.reason.startswith("The lamp broke, says [key].")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("status", [200, 400])
def test_error_of_a_vendor_is_short_and_has_no_key(adapters, vendors, call, status):
    vendors.rule(error=LONG_TEXT, status=status)

    with pytest.raises(ProviderError) as error:
        call(adapters)

    assert error.value.message.startswith("The lamp broke, says [key].")
    assert len(error.value.message) <= 500
    assert KEY not in repr(error.value) + str(error.value)


class NewVendor:
    """An adapter that passes on whatever its vendor says."""

    takes_video = False
    usage: ClassVar[Any] = {"note": f"key {KEY}", "tokens": [1, {KEY: KEY}]}

    def answer(self, _question: Any) -> Reply:
        return Reply({}, self.usage)

    def generate(self, _request: Any) -> GeneratedImage:
        return GeneratedImage(None, "https://example/x", self.usage)

    def submit(self, _request: Any) -> str:
        return KEY

    def poll(self, _task_id: str) -> Task:
        return Task("failed", public_url=f"https://x/{KEY}", reason=LONG_TEXT, usage=self.usage)

    def download(self, _output: str, _write: Any) -> str:
        return f"video/{KEY}"

    def cancel(self, _task_id: str) -> None:
        raise ProviderError("acme", LONG_TEXT)


@pytest.fixture
def new_vendor(adapters, monkeypatch):
    """A function that returns the new vendor's model of a role, as the registry supplies it."""
    monkeypatch.setattr(registry, "_adapter", lambda *_: NewVendor())

    def model(role: Any) -> Any:
        choice = Choice(role, "acme", "acme-1")
        get: Any = {
            "llm": registry.text_model,
            "image": registry.image_model,
            "video": registry.video_model,
        }[role]
        return get(choice, KEY, adapters.settings)

    return model


def test_new_vendor_cannot_disclose_the_key(new_vendor):
    text, image, video = map(new_vendor, ("llm", "image", "video"))

    results = [text.answer(None), image.generate(None), video.poll("1")]
    assert KEY not in repr(results)
    assert all(
        each.usage == {"note": "key [key]", "tokens": [1, {"[key]": "[key]"}]} for each in results
    )
    assert results[2].public_url is None
    assert len(results[2].reason) <= 500
    assert video.download("", print) == "video/[key]"
    for call in (video.submit, video.cancel):
        with pytest.raises(ProviderError) as error:
            call("1")
        assert KEY not in repr(vars(error.value)) + str(error.value)


@pytest.mark.parametrize("usage", ["12 tokens", [1], {"text": "x" * 100_000}, None])
def test_usage_that_is_not_a_small_object_is_dropped(new_vendor, monkeypatch, usage):
    monkeypatch.setattr(NewVendor, "usage", usage)

    assert new_vendor("llm").answer(None).usage is None

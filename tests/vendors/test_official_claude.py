"""Claude's SDK finds its vendor in the fake: each call that the service makes, each refusal."""

import base64
import hashlib
import json
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic

from tests.vendors import Vendors
from tests.vendors.shapes import SCENARIO, closed

_PROMPT = "Write exactly 4 scenes about tea."
_LIMITED = closed(scenes={"type": "array", "items": {"type": "string"}, "minItems": 2})


def _message(claude: Anthropic, **given: Any) -> Any:
    body: Any = {"model": "claude-opus-5-5", "max_tokens": 99, **given}
    return claude.messages.create(**{"messages": [{"role": "user", "content": "Hello"}], **body})


def test_claude_answers_in_the_shape_asked_for(claude: Anthropic, vendors: Vendors) -> None:
    answer: Any = claude.messages.create(
        model="claude-opus-5-5",
        max_tokens=4000,
        system="You direct.",
        messages=[{"role": "user", "content": _PROMPT}],
        output_config={"format": {"type": "json_schema", "schema": SCENARIO}},
    )

    assert answer.stop_reason == "end_turn"
    assert len(json.loads(answer.content[0].text)["scenes"]) == 4
    assert answer.usage.output_tokens == 10
    assert vendors.counts()[0]["prompt"] == f"You direct.\n{_PROMPT}"


def test_claude_fills_in_a_tool(claude: Anthropic) -> None:
    answer: Any = claude.messages.create(
        model="claude-opus-5-5",
        max_tokens=4000,
        messages=[{"role": "user", "content": _PROMPT}],
        tools=[{"name": "scenario", "input_schema": SCENARIO}],
        tool_choice={"type": "tool", "name": "scenario"},
    )

    assert answer.stop_reason == "tool_use"
    assert len(answer.content[0].input["scenes"]) == 4


def test_claude_sees_pictures(claude: Anthropic, vendors: Vendors, picture: bytes) -> None:
    data = base64.b64encode(picture).decode()
    source: Any = {"type": "base64", "media_type": "image/png", "data": data}
    blocks: Any = [{"type": "image", "source": source}, {"type": "text", "text": "What is it?"}]

    claude.messages.create(
        model="claude-opus-5-5", max_tokens=99, messages=[{"role": "user", "content": blocks}]
    )

    assert vendors.counts()[0]["role"] == "vision"
    assert vendors.counts()[0]["pictures"] == [hashlib.sha256(picture).hexdigest()]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.APIStatusError),
    ],
)
def test_claude_is_busy(
    claude: Anthropic, vendors: Vendors, status: int, error: type[Exception]
) -> None:
    vendors.rule(status=status)

    with pytest.raises(error):
        _message(claude)


def test_claude_does_not_know_the_key(claude: Anthropic) -> None:
    with pytest.raises(anthropic.AuthenticationError) as caught:
        _message(claude.with_options(api_key="wrong-key"))

    assert caught.value.body["error"]["type"] == "authentication_error"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"messages": []}, "messages"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": [{"role": "system", "content": "Hello"}]}, "role"),
        ({"output_config": {"format": {"type": "json_schema", "schema": _LIMITED}}}, "minItems"),
        ({"output_config": {"format": {"type": "json_schema"}}}, "schema"),
    ],
)
def test_claude_refuses_bad_input(claude: Anthropic, given: dict[str, Any], field: str) -> None:
    with pytest.raises(anthropic.BadRequestError, match=field):
        _message(claude, **given)


@pytest.mark.parametrize(
    "source",
    [
        {"type": "base64", "media_type": "image/svg+xml", "data": "aaaa"},
        {"type": "base64", "media_type": "image/png", "data": "not base64"},
    ],
)
def test_claude_refuses_what_is_no_picture(claude: Anthropic, source: Any) -> None:
    blocks = [{"type": "image", "source": source}]

    with pytest.raises(anthropic.BadRequestError, match="image"):
        _message(claude, messages=[{"role": "user", "content": blocks}])


def test_claude_refuses_content(claude: Anthropic, vendors: Vendors) -> None:
    vendors.rule(refuse=True)

    answer = _message(claude)

    assert (answer.stop_reason, answer.content) == ("refusal", [])
    assert answer.stop_details.explanation

"""The official SDK of Claude against the fake vendor: each call of the service, each error."""

import base64
import hashlib
import json
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic

from tests.cases import cases
from tests.vendors.example_schemas import SCENARIO, closed_object

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

_PROMPT = "Write exactly 4 scenes about tea."
_WITH_MIN_ITEMS = closed_object(
    scenes={"type": "array", "items": {"type": "string"}, "minItems": 2}
)


def _send_message(claude: Anthropic, **fields: Any) -> Any:
    body: Any = {"model": "claude-opus-5-5", "max_tokens": 99, **fields}
    return claude.messages.create(**{"messages": [{"role": "user", "content": "Hello"}], **body})


def test_claude_answer_matches_the_json_schema(claude, vendors):
    message: Any = claude.messages.create(
        model="claude-opus-5-5",
        max_tokens=4000,
        system="You direct.",
        messages=[{"role": "user", "content": _PROMPT}],
        output_config={"format": {"type": "json_schema", "schema": SCENARIO}},
    )

    assert message.stop_reason == "end_turn"
    assert len(json.loads(message.content[0].text)["scenes"]) == 4
    assert message.usage.output_tokens == 10
    assert vendors.counts()[0]["prompt"] == f"You direct.\n{_PROMPT}"


def test_claude_returns_tool_use_for_a_tool(claude):
    message: Any = claude.messages.create(
        model="claude-opus-5-5",
        max_tokens=4000,
        messages=[{"role": "user", "content": _PROMPT}],
        tools=[{"name": "scenario", "input_schema": SCENARIO}],
        tool_choice={"type": "tool", "name": "scenario"},
    )

    assert message.stop_reason == "tool_use"
    assert len(message.content[0].input["scenes"]) == 4


def test_claude_accepts_images(claude, vendors, picture):
    data = base64.b64encode(picture).decode()
    source: Any = {"type": "base64", "media_type": "image/png", "data": data}
    blocks: Any = [{"type": "image", "source": source}, {"type": "text", "text": "What is it?"}]

    claude.messages.create(
        model="claude-opus-5-5", max_tokens=99, messages=[{"role": "user", "content": blocks}]
    )

    assert vendors.counts()[0]["role"] == "vision"
    assert vendors.counts()[0]["pictures"] == [hashlib.sha256(picture).hexdigest()]


@pytest.mark.parametrize(
    ("status", "error_type"),
    [
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.APIStatusError),
    ],
)
def test_claude_error_status_raises_the_sdk_error(claude, vendors, status, error_type):
    vendors.rule(status=status)

    with pytest.raises(error_type):
        _send_message(claude)


def test_claude_rejects_an_invalid_key(claude):
    with pytest.raises(anthropic.AuthenticationError) as error:
        _send_message(claude.with_options(api_key="wrong-key"))

    assert error.value.body["error"]["type"] == "authentication_error"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"messages": []}, "messages"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": [{"role": "system", "content": "Hello"}]}, "role"),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": _WITH_MIN_ITEMS}}},
            "minItems",
        ),
        ({"output_config": {"format": {"type": "json_schema"}}}, "schema"),
    ],
)
def test_claude_rejects_an_invalid_request(claude, fields, field):
    with pytest.raises(anthropic.BadRequestError, match=field):
        _send_message(claude, **fields)


@cases(
    "source",
    {
        "media type": {"type": "base64", "media_type": "image/svg+xml", "data": "aaaa"},
        "base64": {"type": "base64", "media_type": "image/png", "data": "not base64"},
    },
)
def test_claude_rejects_an_invalid_image(claude, source):
    blocks = [{"type": "image", "source": source}]

    with pytest.raises(anthropic.BadRequestError, match="image"):
        _send_message(claude, messages=[{"role": "user", "content": blocks}])


def test_claude_refuses_content(claude, vendors):
    vendors.rule(refuse=True)

    message = _send_message(claude)

    assert (message.stop_reason, message.content) == ("refusal", [])
    assert message.stop_details.explanation

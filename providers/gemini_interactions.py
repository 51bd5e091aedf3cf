"""What Gemini's interactions answer: the model's output, why there is none, files."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from providers.error_responses import error_text


def contents(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the contents of the model's output."""
    steps = answer.get("steps")
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, Mapping) and step.get("type") == "model_output":
            content = step.get("content")
            items = content if isinstance(content, list) else []
            yield from (item for item in items if isinstance(item, Mapping))


def reason_of(answer: Mapping[str, Any]) -> str:
    """Return why nothing was made: the errors, or the text that the model returned instead."""
    errors = answer.get("errors")
    texts = [e.get("message") for e in errors if isinstance(e, Mapping)] if errors else []
    texts.append(error_text(answer))
    steps = answer.get("steps")
    texts += [at(step, "error", "message") for step in (steps or ())]
    texts += [content.get("text") for content in contents(answer)]
    return " ".join(str(text) for text in texts if text)


def file_url(uri: str) -> str:
    """Return the URL of a file's content; its URI is that of its metadata."""
    name = re.search(r"(?:^|/)(files/[\w-]+)$", uri)
    return f"/v1beta/{name[1]}:download?alt=media" if name else uri


def at(value: Any, *path: str | int) -> Any:
    """Return the value at a path of keys and indexes in an answer, or None."""
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value

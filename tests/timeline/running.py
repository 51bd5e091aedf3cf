"""Runs operations as the service does: validated by their schema, then applied."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from errors import FieldsError
from schemas.loading import load
from schemas.operations import OperationsBodySchema
from timeline.context import Context, Scene
from timeline.operations import apply
from timeline.warnings import warnings_of

Json = dict[str, Any]

CASES = Path(__file__).parent / "cases"
BASE: Json = json.loads((CASES / "base.json").read_text(encoding="utf-8"))
_BODY = OperationsBodySchema()


def state_of(case: Mapping[str, Any]) -> Json:
    """Return the state before a case."""
    state, given = deepcopy(BASE["state"]), case.get("state", {})
    tracks = {**state["editorData"], **given.get("editorData", {})}
    return {**state, **given, "editorData": tracks}


def context_of(case: Mapping[str, Any]) -> Context:
    """Return the context of a case."""
    given = {**BASE["context"], **case.get("context", {})}
    scenes = tuple(
        Scene(
            each["scene"],
            each["seconds"],
            each["stillSeconds"],
            each["transition"],
            plays=each.get("plays", True),
            voice=each.get("voiceSeconds"),
            motion=each.get("motion"),
        )
        for each in given["scenes"]
    )
    return Context(
        given["projectId"],
        given["workId"],
        given["resolution"],
        scenes,
        given.get("assets"),
        given.get("hasAudio", True),
    )


def loaded(operation: Json) -> Json:
    """Return an operation as its schema loads it. Raises FieldsError with the arguments' paths."""
    try:
        body: Json = load(_BODY, {"operations": [operation]})
    except FieldsError as exc:
        details = {path.removeprefix("operations.0."): text for path, text in exc.details.items()}
        raise FieldsError(details) from exc
    result: Json = body["operations"][0]
    return result


def apply_all(
    state: Mapping[str, Any], operations: Sequence[Json], context: Context
) -> tuple[Mapping[str, Any], list[list[Json]]]:
    """Return the state after operations, and the changes of each."""
    changes = []
    for operation in operations:
        state, changed = apply(state, loaded(operation), context)
        changes.append(changed)
    return state, changes


def undone(
    state: Mapping[str, Any], changes: Sequence[list[Json]], context: Context
) -> Mapping[str, Any]:
    """Return the state after the changes were reverted, the last ones first; twice, for nothing."""
    for each in reversed(changes):
        operation = {"op": "revert", "changes": json.loads(json.dumps(each))}
        state = apply(state, loaded(operation), context).state
        assert apply(state, loaded(operation), context).state == state
    return state


def warnings_after(state: Json, operation: Json, context: Context) -> list[str]:
    """Apply an operation; return what it warns of."""
    after, changes = apply(state, operation, context)
    return warnings_of(state, after, changes, context)

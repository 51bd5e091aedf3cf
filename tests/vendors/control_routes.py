"""The routes under /_control, which `Vendors` uses."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.vendors.rules import Rules
from tests.vendors.state import Task
from tests.vendors.vendor import state

control = Blueprint("control", __name__, url_prefix="/_control")


@control.get("/counts")
def counts() -> Response:
    with state().lock:
        return jsonify(state().counts)


@control.get("/requests")
def requests() -> Response:
    with state().lock:
        return jsonify(state().requests)


@control.get("/tasks")
def tasks() -> Response:
    with state().lock:
        return jsonify([_task_json(task) for task in state().tasks.values()])


@control.post("/rules")
def rules() -> tuple[Response, int]:
    try:
        with state().lock:
            state().rules.add(request.get_json(force=True))
    except TypeError as error:
        return jsonify(error=str(error)), 400
    return jsonify({}), 200


@control.post("/release")
def release() -> Response:
    state().released.set()
    return jsonify({})


@control.post("/reset-rules")
def reset_rules() -> Response:
    with state().lock:
        state().rules = Rules()
    return jsonify({})


@control.post("/reset")
def reset() -> Response:
    state().reset()
    return jsonify({})


def _task_json(task: Task) -> dict[str, Any]:
    names = ("id", "vendor", "model", "prompt", "asked", "created", "polls")
    return {**{name: getattr(task, name) for name in names}, "state": task.state()}

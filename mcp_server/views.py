"""Jobs and exports as models see them: short, with what users wrote under `untrusted`."""

from collections.abc import Iterable, Mapping
from typing import Any

from export import service as exports
from jobs.model import FINISHED, JobRef
from mcp_server.export_links import next_step, with_address
from mcp_server.fitting import UNTRUSTED, shorten
from mcp_server.handles import job_handle, work_handle
from storage.errors import NotFoundError
from storage.ids import WorkRef
from web.context import services, store

Json = dict[str, Any]

_EXPORT = ("id", "width", "height", "fps", "duration", "size", "createdAt")
_MAX_ERRORS = 5  # of calls, in the view of a job
_NEXT = {
    "queued": "Call get_job with wait=45 until it is finished.",
    "succeeded": "Look at the result with get_work or view_scenes.",
    "failed": "Tell the user the reason; control_job action=resume tries again what is missing.",
    "interrupted": "It may have paid for a call: ask the user before control_job action=resume.",
    "cancelled": "control_job action=resume continues it.",
}


def job_view(ref: JobRef) -> Json:
    """Return a job: its state, what it made, and what to do next."""
    job = services().jobs.get(ref)
    state = job["state"]
    view: Json = {
        "job": job_handle(ref),
        "kind": job["kind"],
        "state": state,
        "finished": state in FINISHED,
        "percent": job["progress"]["percent"],
        "next": _NEXT.get(state, _NEXT["queued"]),
    }
    if job["kind"] != "style_guide":  # whose message has an address that a user named
        view["message"] = job["progress"]["message"]
    if "steps" in job:  # of a video, whose work its handle doesn't name
        view["work"] = work_handle(WorkRef.named_in(job))
        view["steps"] = {step.get("id", step["name"]): step["state"] for step in job["steps"]}
    if calls := job["calls"]:
        view["calls"] = _count(call["state"] for call in calls)
    untrusted = _failures(job)
    result = job["result"] or {}
    export_id = result.get("id" if job["kind"] == "export" else "exportId")
    if state == "succeeded" and export_id:
        view |= _exported(WorkRef.named_in(job), export_id)
    elif state in FINISHED and result:
        view |= {"asset": result["assetId"]} if "assetId" in result else {}
        untrusted |= _texts_of(job["kind"], result)
    return {**view, UNTRUSTED: untrusted} if untrusted else view


def export_view(export: Mapping[str, Any]) -> Json:
    """Return an export, without its address."""
    return {("export" if key == "id" else key): export[key] for key in _EXPORT}


def calls_summary(calls: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Return how often each model would be called, and for which scenes."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    counts: dict[tuple[str, str, str], int] = {}
    for call in calls:
        key = (call["role"], call["provider"], call["model"])
        counts[key] = counts.get(key, 0) + 1
        if call["sceneIndex"] is not None:
            groups.setdefault(key, []).append(call["sceneIndex"])
    return [
        {
            **dict(zip(("role", "provider", "model"), key, strict=True)),
            "count": count,
            **({"scenes": groups[key]} if key in groups else {}),
        }
        for key, count in counts.items()
    ]


def _failures(job: Mapping[str, Any]) -> Json:
    """Return why a job failed or stopped: much of it in the words of a provider."""
    errors = {call["id"]: shorten(call["error"], 500) for call in job["calls"] if call["error"]}
    reason = {"reason": shorten(job["reason"], 1_000)} if job["reason"] else {}
    return {**reason, **({"errors": dict(list(errors.items())[:_MAX_ERRORS])} if errors else {})}


def _exported(ref: WorkRef, export_id: str) -> Json:
    try:
        stored = exports.get(store(), ref, export_id)
    except NotFoundError:
        return {"next": "The export was deleted; call export_video again."}
    view = with_address(ref, export_view(exports.to_public(stored)))
    return {**view, "next": f"Look at frames with view_scenes export=…. {next_step(view)}"}


def _texts_of(kind: str, result: Mapping[str, Any]) -> Json:
    if kind == "descriptions":
        return {
            "descriptions": [
                {key: shorten(str(text), 600) for key, text in each.items()}
                for each in result["results"]
            ]
        }
    if kind == "analysis":
        return {"analysis": dict(result)}
    if kind == "transcript":
        return {"transcript": shorten(result["text"], 4_000)}
    warnings = {"warnings": result["warnings"]} if result.get("warnings") else {}
    return {**warnings, **({"scenes": len(result["scenes"])} if "scenes" in result else {})}


def _count(states: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    return counts

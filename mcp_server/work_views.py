"""Works, jobs and exports as models see them: short, what users wrote under `untrusted`.

What a tool writes is read under the same name, and a change is answered with what it changed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from errors import FieldsError
from export import service as exports
from export.plan.targets import MP4
from jobs.model import FINISHED, JobRef
from mcp_server.export_links import next_step, with_address
from mcp_server.fitting import UNTRUSTED, page_of, shorten
from mcp_server.handles import job_handle, work_handle
from mcp_server.timelines import describe_timeline, known_transition
from storage.documents.snapshots import Snapshot
from storage.errors import NotFoundError
from storage.paths import WorkRef
from timeline.ids import caption_ids
from web.context import services, store
from works import takes
from works.narration import (
    Narrator,
    changed_since,
    narration_text,
    narration_texts,
    narrator_in,
    speaker_hashes,
)
from works.scenario import indexes

Json = dict[str, Any]

BRIEF_TEXTS = ("name", "productName", "productDescription", "targetAudience", "language")
BRIEF = ("mode", "videoDuration", "sceneCount", "resolution", "selectedAssetIds", "assetUsageMode")
STYLE = ("styleGuide", "knowledge")
SOUND = ("sound",)  # which some works have; its voices and colours are texts
SCENE_TEXTS = ("image_prompt", "text_overlay", "video_prompt", "negative_prompt")

_EXCERPT = 80  # characters of prompts in summaries
_PROMPT = 300  # characters of the prompt of a take
_DESCRIPTION = 600  # characters of a text of the brief
_PROMPTS = ("systemPrompt", "analyzerPrompt", "imageSystemPrompt", "videoSystemPrompt")
_OF_VOICE = ("voice", "voiceDuration", "cleanedFrom")
_TAKE = ("kind", "current", "source", "createdAt", "provider", "model", *_OF_VOICE)
_KEPT_SUMMARIES, _MAX_KEPT_BYTES = 32, 256 << 10  # the second of a work as it is stored

_EXPORT = ("id", "width", "height", "fps", "duration", "size", "createdAt")
_MAX_ERRORS = 5  # of calls, in the view of a job
_NEXT = {
    "queued": "Call get_job with wait=45 until it is finished.",
    "succeeded": "Look at the result with get_work or view_scenes.",
    "failed": "Tell the user the reason; control_job action=resume tries again what is missing.",
    "interrupted": "It may have paid for a call: ask the user before control_job action=resume.",
    "cancelled": "control_job action=resume continues it.",
}

Scene = Mapping[str, Any]

_TEXT = 300  # characters of a text that was changed


def head(ref: WorkRef, snapshot: Snapshot) -> Json:
    """Return the handle and the version of a work."""
    return {"work": work_handle(ref), "version": snapshot.etag}


def work_summary(ref: WorkRef, snapshot: Snapshot, first: int = 0) -> Json:
    """Return what a work is, and the state of its scenes: read-only, for callers share it.

    It is kept while the work is unchanged: models read a work several times, and parsing it takes
    most of the time.
    """
    narrator = narrator_in(store(), snapshot.values)
    if len(snapshot.data) > _MAX_KEPT_BYTES:
        return _summarize(ref, snapshot, first, narrator)
    return _kept_summary(ref, snapshot, first, narrator)


def _summarize(ref: WorkRef, snapshot: Snapshot, first: int, narrator: Narrator) -> Json:
    work = snapshot.values
    texts = {key: shorten(work[key], _DESCRIPTION) for key in BRIEF_TEXTS if work[key]}
    state = work["editorState"]
    tracks = state.get("editorData") or {}
    return {
        **head(ref, snapshot),
        **{key: work[key] for key in BRIEF if work[key] not in (None, [])},
        "hasReferenceVideo": work["hasReferenceVideo"],
        "analyzed": work["analysis"] is not None,
        "hasTimeline": bool(tracks.get("videoTrack") or tracks.get("arranged")),
        "captions": len(state.get("captions") or []),
        **_scenes(work, first, narrator, in_full=False),
        UNTRUSTED: texts,
    }


_kept_summary = lru_cache(_KEPT_SUMMARIES)(_summarize)


def work_part(ref: WorkRef, snapshot: Snapshot, part: str, first: int) -> Json:
    """Return one part of a work in full, or a page of it that begins at `first`."""
    work = snapshot.values
    if part == "summary":
        return work_summary(ref, snapshot, first)
    parts: Mapping[str, Callable[[], Json]] = {
        "brief": lambda: {
            **{key: work[key] for key in BRIEF},
            UNTRUSTED: {key: work[key] for key in (*BRIEF_TEXTS, *SOUND) if key in work},
        },
        "scenes": lambda: _scenes(work, first, narrator_in(store(), work), in_full=True),
        "captions": lambda: _captions(work, first),
        "timeline": lambda: describe_timeline(work),
        "analysis": lambda: {UNTRUSTED: {"analysis": work["analysis"]}},
        "style": lambda: _style(ref, work),
    }
    return {**head(ref, snapshot), **parts[part]()}


def scene_in_full(ref: WorkRef, snapshot: Snapshot, index: int) -> Json:
    """Return one scene of a work. Raises FieldsError if there is none with this index."""
    work = snapshot.values
    found = [each for each in work["scenes"] if each["scene_index"] == index]
    if not found and index not in _made(work):
        raise FieldsError({"scene": [f"There is no scene {index}; the work has none yet."]})
    speakers = speaker_hashes(work, narrator_in(store(), work))
    scene = found[0] if found else {"scene_index": index}
    view = _scene(scene, _made(work), speakers, in_full=True)
    return {**head(ref, snapshot), "scenes": [view]}


def takes_of_scene(ref: WorkRef, snapshot: Snapshot, index: int, first: int) -> Json:
    """Return the images, clips and voices that a scene has or had, newest first."""
    listed = takes.list_takes(store(), ref, index)
    page = page_of("takes", [_take(each) for each in listed], first)
    return {**head(ref, snapshot), "scene_index": index, **page}


def state_of_scene(work: Mapping[str, Any], index: int) -> Json:
    """Return what a scene has of media."""
    return _state(work, index, speaker_hashes(work, narrator_in(store(), work)))


def _state(work: Mapping[str, Any], index: int, speakers: Mapping[int, str]) -> Json:
    made, text = _made(work).get(index, {}), narration_texts(work).get(index)
    return {"scene_index": index, **_media(made, text, speakers.get(index))}


def _made(work: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    return {each["sceneIndex"]: each for each in work["generatedScenes"]}


def _scenes(work: Mapping[str, Any], first: int, narrator: Narrator, *, in_full: bool) -> Json:
    """Return a page of the scenes in their order, and what has media without being one of them."""
    made, speakers = _made(work), speaker_hashes(work, narrator)
    views = [_scene(each, made, speakers, in_full=in_full) for each in work["scenes"]]
    used = {each["scene_index"] for each in work["scenes"]}
    rest = [_state(work, index, speakers) for index in made if index not in used]
    if not views:
        return page_of("scenes", rest, first)
    unused = [each for each in rest if each["image"] or each["clip"] or "voiceSeconds" in each]
    return {**page_of("scenes", views, first), **({"unused": unused} if unused else {})}


def _scene(
    scene: Mapping[str, Any],
    made: Mapping[int, Mapping[str, Any]],
    speakers: Mapping[int, str],
    *,
    in_full: bool,
) -> Json:
    own = made.get(scene["scene_index"], {})
    given: Json = {}
    for key in SCENE_TEXTS if in_full else SCENE_TEXTS[:2]:
        if text := scene.get(key):
            given[key] = text if in_full else shorten(text, _EXCERPT)
    if (text := narration_text(scene)) is not None:
        given["narration"] = scene["narration"] if in_full else shorten(text, _EXCERPT)
    if error := own.get("error"):
        given["error"] = shorten(error, 500)
    view: Json = {"scene_index": scene["scene_index"]}
    if (seconds := scene.get("duration_seconds")) is not None:
        view["duration_seconds"] = seconds
    if transition := scene.get("transition"):
        view["transition"] = known_transition(transition)
    media = _media(own, text, speakers.get(scene["scene_index"]))
    motion = {"motion": scene["motion"]} if in_full and scene.get("motion") else {}
    return {**view, **motion, **media, **({UNTRUSTED: given} if given else {})}


def _media(made: Mapping[str, Any], text: str | None, speaker: str | None) -> Json:
    """Return what a scene has of media; `text` is what is said in it, `speaker` by whom."""
    has = {"image": "imageUrl" in made, "clip": "videoUrl" in made}
    seconds = {"clipSeconds": made["videoDuration"]} if made.get("videoDuration") else {}
    voice: Json = {"voiceSeconds": made.get("voiceDuration")} if "voiceUrl" in made else {}
    if made.get("voiceCleanUp"):
        voice["voiceCleanUp"] = True
    known = made.get("voiceTextHash"), made.get("voiceSpeakerHash")
    if (changed := changed_since(*known, text, speaker)) is not None:
        voice["voiceIsCurrent"] = not changed
    return {**has, **seconds, **voice, "status": made.get("status", "pending")}


def _captions(work: Mapping[str, Any], first: int) -> Json:
    captions: Sequence[Json] = work["editorState"].get("captions") or []
    if not captions:
        note = "Without captions, what the voices say is used, or else the scenes' text_overlay."
        return {"total": 0, "note": note}
    ids = caption_ids(captions)
    named = [{**each, "id": name} for each, name in zip(captions, ids, strict=True)]
    page = page_of("captions", named, first)
    texts = {"captions": page.pop("captions")}
    return {**page, UNTRUSTED: texts}


def _style(ref: WorkRef, work: Mapping[str, Any]) -> Json:
    project = store().projects.snapshot(ref.project_id).values
    style = {key: project[key] for key in STYLE}
    texts = {**style, **{key: work[key] for key in _PROMPTS}, "projectName": project["name"]}
    return {"projectType": project["projectType"], UNTRUSTED: texts}


def _take(take: Mapping[str, Any]) -> Json:
    facts = {key: take[key] for key in _TAKE if take.get(key) is not None}
    texts = {key: shorten(take[key], _PROMPT) for key in ("prompt", "text") if take.get(key)}
    return {"take": take["id"], **facts, **({UNTRUSTED: texts} if texts else {})}


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
    view = {("export" if key == "id" else key): export[key] for key in _EXPORT}
    kind = export["options"]["format"]
    return view if kind == MP4 else {**view, "format": kind}


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


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    """Return `{changed, untrusted?}`: what differs between two versions of a work."""
    changed = {key: after[key] for key in BRIEF if before[key] != after[key]}
    texts: Json = {
        key: shorten(after[key], _TEXT) for key in BRIEF_TEXTS if before[key] != after[key]
    }
    if before.get("sound") != after.get("sound"):
        texts["sound"] = after.get("sound")
    if scenes := _changed_scenes(before["scenes"], after["scenes"]):
        changed["scenes"] = scenes
    captions = [work["editorState"].get("captions") or [] for work in (before, after)]
    if captions[0] != captions[1]:
        changed["captions"] = len(captions[1])
    return {"changed": changed, **({UNTRUSTED: texts} if texts else {})}


def _changed_scenes(before: Sequence[Scene], after: Sequence[Scene]) -> Json:
    """Return which scenes were inserted, removed, changed in which fields, and their new order."""
    old, new = ({each["scene_index"]: each for each in scenes} for scenes in (before, after))
    fields = {
        str(index): [name for name, value in new[index].items() if old[index].get(name) != value]
        for index in new
        if index in old and old[index] != new[index]
    }
    found: Json = {
        "inserted": [index for index in new if index not in old],
        "removed": [index for index in old if index not in new],
        "changed": fields,
    }
    if [index for index in indexes(before) if index in new] != indexes(after):
        found["order"] = indexes(after)
    return {name: value for name, value in found.items() if value}

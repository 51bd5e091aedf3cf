"""Works as models see them: short, what users wrote under `untrusted`, long lists in pages.

What a tool writes is read under the same name.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from errors import FieldsError
from mcp_server.fitting import UNTRUSTED, page_of, shorten
from mcp_server.handles import work_handle
from mcp_server.timelines import describe_timeline, known_transition
from storage.documents.snapshots import Snapshot
from storage.ids import WorkRef
from timeline.ids import caption_ids
from web.context import store
from works import takes
from works.narration import (
    Narrator,
    changed_since,
    narration_text,
    narration_texts,
    narrator_in,
    speaker_hashes,
)

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

"""What can be done with works."""

from collections.abc import Callable, Mapping
from typing import Any

from projects.presets import PROMPTS
from schemas.works import DEFAULT_RESOLUTION, WorkUpdateSchema
from storage.clock import later_than, now_ms
from storage.documents import Snapshot
from storage.ids import new_id
from storage.store import Store
from storage.tables import Check
from web.errors import InvalidError, PreconditionError, check_ids
from web.payloads import load
from works import generated_scenes

Work = dict[str, Any]

_UPDATE = WorkUpdateSchema()


def create(store: Store, project_id: str, brief: Mapping[str, Any]) -> Snapshot:
    """Make a work from its brief; prompts come from the project, the rest from the defaults."""
    project = store.projects.snapshot(project_id).values
    now = now_ms()
    given = {key: value for key, value in brief.items() if value is not None}
    work = {
        "id": new_id("work"),
        "projectId": project_id,
        **_defaults(),
        **given,
        **{prompt: project.get(prompt) for prompt in PROMPTS},
        "hasReferenceVideo": False,
        "createdAt": now,
        "updatedAt": now,
    }
    work["editorState"] = _empty_timeline(work["resolution"])
    _count_scenes(work)
    ordered = {key: work[key] for key in _KEYS}
    return store.works(project_id).create(work["id"], ordered)


def update(
    store: Store, project_id: str, work_id: str, body: Mapping[str, Any], expected: str | None
) -> Snapshot:
    """Change the fields given, keep the rest; parts equal to what is stored are not validated.

    `expected` is the If-Match header. Raises BadRequestError for other ids, InvalidError naming
    the wrong fields, PreconditionError with the current work when it is not the expected one.
    """
    check_ids(body, id=work_id, projectId=project_id)
    return store.works(project_id).change(
        work_id, lambda work: _apply(work, body, store), _check_for(expected)
    )


def change(
    store: Store, project_id: str, work_id: str, change: Callable[[Work], object]
) -> Snapshot:
    """Change a work in place, under its lock; for other packages, which know what is valid.

    What `change` raises leaves the work as it was. Raises NotFoundError.
    """

    def changing(work: Work) -> None:
        change(work)
        touch(work)

    return store.works(project_id).change(work_id, changing)


def delete(store: Store, project_id: str, work_id: str, expected: str | None) -> None:
    """Delete a work with its media. Raises PreconditionError when it is not the expected one."""
    store.works(project_id).delete(work_id, _check_for(expected))


def touch(work: Work) -> None:
    """Set a strictly later `updatedAt`."""
    work["updatedAt"] = later_than(work["updatedAt"])


def _check_for(expected: str | None) -> Check | None:
    """A check that raises PreconditionError unless an If-Match header names the current version."""
    if expected is None or expected.strip() == "*":
        return None
    tags = {tag.strip().strip('"') for tag in expected.split(",")}

    def check(current: Snapshot) -> None:
        if current.etag not in tags:
            raise PreconditionError("Changed since it was read", current.parse())

    return check


def _apply(work: Work, body: Mapping[str, Any], store: Store) -> None:
    fields = _changed_fields(work, body)
    defaults = {**dict.fromkeys(PROMPTS), **_defaults()}
    given_scenes = fields.pop("generatedScenes", work["generatedScenes"])
    timeline = fields.pop("editorState", {})
    for key, value in fields.items():
        work[key] = defaults[key] if value is None else value
    if given_scenes is not work["generatedScenes"]:
        media = store.work_media(work["projectId"], work["id"]).slots()
        work["generatedScenes"] = generated_scenes.merged(
            given_scenes or [], work["generatedScenes"], media, work
        )
    work["editorState"] = _merged_timeline(work, timeline)
    _count_scenes(work)
    touch(work)


def _changed_fields(work: Work, body: Mapping[str, Any]) -> dict[str, Any]:
    """The valid fields of the body; those equal to the work's are left out, or the work's own."""
    body = {key: value for key, value in body.items() if key not in ("id", "projectId")}
    known = work
    if "generatedScenes" in body:
        scenes = generated_scenes.without_urls(work["generatedScenes"])
        given = generated_scenes.without_urls(body["generatedScenes"])
        known = {**work, "generatedScenes": scenes}
        if given == scenes:
            del body["generatedScenes"]
        else:
            body["generatedScenes"] = given
    fields: dict[str, Any] = load(_UPDATE, body, known)
    _check_unique(fields.get("generatedScenes"), "generatedScenes", "sceneIndex")
    _check_unique(fields.get("scenes"), "scenes", "scene_index")
    return fields


def _check_unique(scenes: list[dict[str, Any]] | None, field: str, key: str) -> None:
    seen: set[int] = set()
    for position, scene in enumerate(scenes or []):
        if scene[key] in seen:
            raise InvalidError({field: {position: {key: [f"Scene {scene[key]} is there twice."]}}})
        seen.add(scene[key])


def _merged_timeline(work: Work, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The editor's state with the parts given; null for a part takes it away."""
    if given is None:
        return _empty_timeline(work["resolution"])
    parts = {**work["editorState"], **given}
    return {key: value for key, value in parts.items() if value is not None}


def _count_scenes(work: Work) -> None:
    """Where assets are used directly, each makes one scene."""
    if work["assetUsageMode"] == "direct" and work["selectedAssetIds"]:
        work["sceneCount"] = len(work["selectedAssetIds"])


def _defaults() -> dict[str, Any]:
    return {
        "name": "Untitled work",
        "mode": "style_transfer",
        "productName": "",
        "productDescription": "",
        "targetAudience": "",
        "language": "",
        "videoDuration": None,
        "sceneCount": None,
        "selectedAssetIds": [],
        "assetUsageMode": None,
        "resolution": dict(DEFAULT_RESOLUTION),
        "currentStep": 0,
        "analysis": None,
        "scenes": [],
        "generatedScenes": [],
    }


def _empty_timeline(resolution: Mapping[str, int]) -> dict[str, Any]:
    tracks = ("videoTrack", "textTrack", "imageTrack", "audioTrack")
    return {
        "editorData": {track: [] for track in tracks},
        "textOverlays": {},
        "imageOverlays": {},
        "audioVolume": 1,
        "exportSettings": {**resolution, "fps": 30},
    }


# The order in which a work is written.
_KEYS = (
    *("id", "projectId", "name", "mode"),
    *("productName", "productDescription", "targetAudience", "language"),
    *("videoDuration", "sceneCount", "selectedAssetIds", "assetUsageMode", "resolution"),
    *("currentStep", "hasReferenceVideo", *PROMPTS),
    *("analysis", "scenes", "generatedScenes", "editorState", "createdAt", "updatedAt"),
)

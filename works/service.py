"""Creating, changing and deleting works."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from access.projects import check as check_right
from access.rights import CHANGE
from errors import FieldsError
from projects.presets import PROMPTS
from schemas.common import duplicate_errors
from schemas.editor import MUSIC_LEVEL
from schemas.json_fields import MAX_ITEMS
from schemas.loading import check_ids, load
from schemas.resources import given_fields
from schemas.works import WORK, WorkUpdateSchema
from storage.clock import later_than, now_ms
from storage.documents.documents import WorkingCopy
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.paths import WorkRef, new_id
from storage.store import Store
from storage.trash import Deletion, discard
from timeline.reframing import Size, with_reframed
from timeline.voice_lengths import END_PAUSE
from works import generated_scenes
from works.kept_fields import (
    READ_ONLY,
    with_kept_fields,
    with_kept_scenes,
    with_kept_sound,
    without_read_only,
)

Work = dict[str, Any]

_UPDATE = WorkUpdateSchema()
_GIVEN = given_fields(WORK)
_KEY_ORDER = [name for name in WORK if name != "sound"]  # which is last in files, once it is set
_UNLOCKED_ATTEMPTS = 3
# Of the timeline: works of earlier versions lack these, so that their videos stay the same.
_OF_NEW_WORKS = {"endPause": END_PAUSE, "audioLevel": MUSIC_LEVEL}


def create(
    store: Store, project_id: str, brief: Mapping[str, Any], work_id: str | None = None
) -> Snapshot:
    """Create a work: prompts come from its project, other fields from `brief` or the defaults.

    `work_id` is its id, if that was chosen before. Raises ExistsError if there is such a work, and
    FieldsError for two scenes of one index.
    """
    project = store.projects.snapshot(project_id).values
    now = now_ms()
    given = {key: value for key, value in brief.items() if value is not None}
    _check_distinct(given, "scenes", "scene_index")
    work = {
        "id": work_id or new_id("work"),
        "projectId": project_id,
        **{name: field.default_value() for name, field in _GIVEN.items()},
        **given,
        "scenes": with_kept_scenes(given.get("scenes", []), []),
        **{prompt: project.get(prompt) for prompt in PROMPTS},
        "hasReferenceVideo": False,
        "audioUpdatedAt": None,
        "createdAt": now,
        "updatedAt": now,
    }
    work["editorState"] = {**_empty_timeline(work["resolution"]), **_OF_NEW_WORKS}
    _set_scene_count(work)
    ordered = {key: work[key] for key in _KEY_ORDER}
    _set_sound(ordered, given.get("sound"))
    return store.works(project_id).create(work["id"], ordered)


def update(
    store: Store, ref: WorkRef, body: Mapping[str, Any], check: Check | None = None
) -> Snapshot:
    """Change the given fields of a work; only what differs from the stored work is validated.

    Raises InvalidError for ids that are not the work's, FieldsError for invalid fields, and
    what `check` raises.
    """
    check_ids(body, id=ref.work_id, projectId=ref.project_id)
    table = store.works(ref.project_id)
    # Before the work is locked: it may take long, and what is valid then remains so.
    copy = table.working_copy(ref.work_id)
    try:
        fields = _validated_fields(copy.values, body)
    except FieldsError:  # compared with what is stored now, not a second ago, it may be valid
        fields = _validated_fields(table.snapshot(ref.work_id).values, body)
    return table.change(ref.work_id, lambda work: _apply(work, fields, store), check, copy)


def change(
    store: Store,
    ref: WorkRef,
    mutate: Callable[[Work], object],
    check: Check | None = None,
    copy: WorkingCopy | None = None,
) -> Snapshot:
    """Change a work under its lock. `mutate` changes it in place and must keep it valid.

    It gets the values of `copy` if that is of the current version. If `mutate` or `check` raises,
    the work stays as it is. Raises NotFoundError.
    """

    def mutate_and_touch(work: Work) -> None:
        before = _indexes(work)
        mutate(work)
        touch(work)
        _mark_removals(work, before)

    return store.works(ref.project_id).change(ref.work_id, mutate_and_touch, check, copy)


class _NewerVersionError(Exception):
    """A work was changed while the next version of it was prepared."""


def change_slowly(
    store: Store,
    ref: WorkRef,
    mutate: Callable[[Work], object],
    check: Check | None = None,
) -> Snapshot:
    """Change a work as `change` does, with a `mutate` that may take long: before the lock is held.

    It is called again for a newer version, if the work is changed meanwhile; after some times, for
    the current one under the lock, so that it ends.
    """
    for _ in range(_UNLOCKED_ATTEMPTS):
        snapshot = store.work(ref)
        if check is not None:
            check(snapshot)
        copy = WorkingCopy(snapshot, snapshot.parse())
        mutate(copy.values)

        def put(work: Work, prepared: Work = copy.values) -> None:
            if work is not prepared:
                raise _NewerVersionError

        with suppress(_NewerVersionError):
            return change(store, ref, put, check, copy)
    return change(store, ref, mutate, check)


def select_asset(store: Store, ref: WorkRef, asset_id: str) -> Snapshot:
    """Add an asset to those that a work uses; as reference, unless the work says how.

    Raises NotFoundError, FieldsError if there are as many as there may be.
    """

    def mutate(work: Work) -> None:
        selected = work["selectedAssetIds"]
        if asset_id not in selected:
            if len(selected) >= MAX_ITEMS:
                raise FieldsError({"selectedAssetIds": [f"Must have at most {MAX_ITEMS} items."]})
            selected.append(asset_id)
        work["assetUsageMode"] = work["assetUsageMode"] or "reference"
        _set_scene_count(work)

    return change(store, ref, mutate)


def delete(store: Store, ref: WorkRef, deletion: Deletion, check: Check | None = None) -> str:
    """Delete a work and its media; return the id of its entry in the trash, "" if in none.

    Raises NotFoundError, RightMissingError unless the user may change the project then, and what
    `check` raises.
    """
    permit = partial(check_right, store, ref.project_id, deletion.user_id, CHANGE)
    trash_id = discard(store, store.works(ref.project_id), ref.work_id, deletion, check, permit)
    store.previews.remove(f"{ref.project_id}.{ref.work_id}.")
    return trash_id


def touch(work: Work) -> None:
    """Set `updatedAt` to the current time, and always to a later one than before."""
    work["updatedAt"] = later_than(work["updatedAt"])


def _apply(work: Work, fields: Mapping[str, Any], store: Store) -> None:
    """Apply the validated fields of an update to a work, in place."""
    before = dict(work)
    for key, value in fields.items():
        if key not in ("generatedScenes", "editorState", "sound"):
            work[key] = _GIVEN[key].default_value() if value is None else value
    if fields.get("scenes"):
        work["scenes"] = with_kept_scenes(fields["scenes"], before["scenes"])
    if "sound" in fields:
        _set_sound(work, fields["sound"])
    if "generatedScenes" in fields and _are_changed(fields["generatedScenes"], work):
        media = store.work_media(WorkRef.of(work)).slots()
        work["generatedScenes"] = generated_scenes.merge_scenes(
            fields["generatedScenes"] or [], work["generatedScenes"], media, work
        )
    timeline = fields.get("editorState", {})
    work["editorState"] = _merge_timeline(work, timeline)
    if timeline is not None and "exportSettings" not in timeline:
        _follow_resolution(work, before["resolution"], timeline)
    _set_scene_count(work)
    touch(work)
    _mark_removals(work, _indexes(before))


def _indexes(work: Mapping[str, Any]) -> set[int]:
    return {scene["scene_index"] for scene in work["scenes"]}


def _mark_removals(work: Work, before: set[int]) -> None:
    """Let what was made for scenes that left the scenario say so, and for those that are back not.

    `before` are the indexes of the scenario before it changed, in place, perhaps.
    """
    after = _indexes(work)
    if before != after:
        work["generatedScenes"] = generated_scenes.with_removals(
            work["generatedScenes"], before, after, work["updatedAt"]
        )


def _set_sound(work: Work, given: Mapping[str, Any] | None) -> None:
    """Set the sound of a work, which has no such field until it has one."""
    sound = with_kept_sound(given, work.get("sound"))
    work.pop("sound", None)
    if sound is not None:
        work["sound"] = sound


def _are_changed(given: list[dict[str, Any]] | None, work: Work) -> bool:
    return bool(given != generated_scenes.without_media(work["generatedScenes"]))


def _validated_fields(work: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body's fields, validated where they differ from the work. Raises FieldsError."""
    body = {key: value for key, value in body.items() if key not in ("id", "projectId")}
    stored = work
    if "generatedScenes" in body:
        scenes = generated_scenes.without_media(work["generatedScenes"])
        stored = {**work, "generatedScenes": scenes}
        body["generatedScenes"] = generated_scenes.without_media(body["generatedScenes"])
    if isinstance(body.get("editorState"), dict):
        body["editorState"] = without_read_only(body["editorState"])
    fields: dict[str, Any] = load(_UPDATE, body, stored)
    for field, key in (("generatedScenes", "sceneIndex"), ("scenes", "scene_index")):
        _check_distinct(fields, field, key)
    voices = ((fields.get("editorState") or {}).get("editorData") or {}).get("voiceTrack") or []
    if errors := duplicate_errors(voices, "sceneIndex"):
        raise FieldsError({"editorState": {"editorData": {"voiceTrack": errors}}})
    return fields


def _check_distinct(fields: Mapping[str, Any], name: str, key: str) -> None:
    """Raise FieldsError if two items of a list have the same key."""
    if errors := duplicate_errors(fields.get(name) or [], key):
        raise FieldsError({name: errors})


def _merge_timeline(work: Work, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the editor state with the given parts replaced; null removes a part.

    Fields of the parts that a client may not know keep their values if it leaves them out.
    """
    stored = work["editorState"]
    if given is None:
        read_only = {key: stored[key] for key in READ_ONLY if key in stored}
        of_new = {key: value for key, value in _OF_NEW_WORKS.items() if key in stored}
        return {**_empty_timeline(work["resolution"]), **of_new, **read_only}
    parts = {**stored, **with_kept_fields(given, stored)}
    return {key: value for key, value in parts.items() if value is not None}


def _follow_resolution(work: Work, before: Mapping[str, int], given: Mapping[str, Any]) -> None:
    """Give the timeline the work's resolution if it had the one before.

    Its texts and pictures are arranged for that, unless some are `given` with it.
    """
    state, after = work["editorState"], work["resolution"]
    settings = state.get("exportSettings", {})
    if before == after or not before.items() <= settings.items():
        return
    if not {"textOverlays", "imageOverlays"} & given.keys():
        sizes = (Size(each["width"], each["height"]) for each in (before, after))
        state = with_reframed(state, *sizes)
    work["editorState"] = {**state, "exportSettings": {**settings, **after}}


def _set_scene_count(work: Work) -> None:
    """Set `sceneCount` where each selected asset becomes one scene."""
    if work["assetUsageMode"] == "direct" and work["selectedAssetIds"]:
        work["sceneCount"] = len(work["selectedAssetIds"])


def _empty_timeline(resolution: Mapping[str, int]) -> dict[str, Any]:
    tracks = ("videoTrack", "textTrack", "imageTrack", "audioTrack")
    return {
        "editorData": {track: [] for track in tracks},
        "textOverlays": {},
        "imageOverlays": {},
        "audioVolume": 1,
        "exportSettings": {**resolution, "fps": 30},
    }

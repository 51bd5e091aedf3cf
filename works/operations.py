"""Operations on the timeline of a stored work."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from errors import FieldsError, InvalidError
from media.clip_measures import DURATION
from schemas.editor import EditorStateSchema
from schemas.loading import load
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.errors import NotFoundError
from storage.paths import WorkRef, valid_id
from storage.store import Store
from timeline.context import Context, context_of_work
from timeline.edit import Operation
from timeline.operations import apply
from timeline.sound_fit import music_asset
from timeline.warnings import warnings_of
from works.service import change_slowly
from works.slots import AUDIO

Json = dict[str, Any]

MAX_IDS = 100  # of operations that are remembered
_IDS = "operationIds"
_STATE = EditorStateSchema()


class Applied(NamedTuple):
    """What operations did to a work: the changes of each, and the numbers of those skipped."""

    snapshot: Snapshot
    changes: list[list[Json]]
    warnings: list[Json]
    skipped: list[int]

    def to_json(self) -> Json:
        """Return what clients are told."""
        work = self.snapshot.values
        return {
            "changes": self.changes,
            "warnings": self.warnings,
            "skipped": self.skipped,
            "timeline": work["editorState"],
            "updatedAt": work["updatedAt"],
        }


class Edited(NamedTuple):
    """What an operation changed, and warnings."""

    changes: list[Json]
    warnings: list[str]


def apply_operations(
    store: Store,
    ref: WorkRef,
    operations: Sequence[Operation],
    check: Check | None = None,
) -> Applied:
    """Apply operations to a work's timeline: all, or none if one is refused.

    Those that were applied already are skipped; if all were, `check` is not asked. Raises
    FieldsError with the paths of arguments, NotFoundError, and what `check` raises.
    """
    current = store.work(ref)
    known = _applied_ids(current.values)
    if all(each.get("operationId") in known for each in operations):
        return Applied(current, [[] for _ in operations], [], [*range(len(operations))])
    context_for = context_around(store, current.values, operations)
    applied: list[Applied] = []

    def mutate(work: Json) -> None:
        applied[:] = [_apply_all(work, operations, context_for(work), current)]

    snapshot = change_slowly(store, ref, mutate, check)
    return applied[0]._replace(snapshot=snapshot)


def context_around(
    store: Store, work: Mapping[str, Any], operations: Sequence[Operation]
) -> Callable[[Mapping[str, Any]], Context]:
    """Return a function that returns the context of operations, given the work once it is locked.

    What is in other documents and files is read at once; what is new since then is not known.
    """
    ref = WorkRef.of(work)
    assets = dict(_assets(store, ref.project_id, work, operations))
    has_audio = AUDIO.name in store.work_media(ref).slots()
    return partial(context_of_work, assets=assets, has_audio=has_audio)


def apply_to_work(work: Json, operation: Operation, context: Context, path: str) -> Edited:
    """Apply an operation to the timeline of a work, in place.

    Raises FieldsError with paths that begin with `path`.
    """
    before = work["editorState"]
    try:
        after, changes = apply(before, operation, context)
        if operation["op"] == "revert":  # whose values are the client's
            _check_reverted(after, before)
    except FieldsError as exc:
        details = {f"{path}.{key}": [text] for key, text in exc.details.items()}
        raise FieldsError(details) from exc
    work["editorState"] = after
    return Edited(changes, warnings_of(before, after, changes, context))


def _apply_all(
    work: Json, operations: Sequence[Operation], context: Context, snapshot: Snapshot
) -> Applied:
    """Apply operations to a work, in place."""
    result = Applied(snapshot, [], [], [])
    ids = _applied_ids(work)
    for number, operation in enumerate(operations):
        operation_id = operation.get("operationId")
        if operation_id is not None and operation_id in ids:
            result.changes.append([])
            result.skipped.append(number)
            continue
        changes, messages = apply_to_work(work, operation, context, f"operations.{number}")
        result.changes.append(changes)
        result.warnings.extend({"operation": number, "message": each} for each in messages)
        ids = [*ids, operation_id] if operation_id is not None else ids
    if ids:
        work["editorState"] = {**work["editorState"], _IDS: ids[-MAX_IDS:]}
    return result


def _check_reverted(after: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    try:
        load(_STATE, after, before)
    except InvalidError as exc:
        raise FieldsError({"changes": [f"Would make an invalid timeline: {exc.details}"]}) from exc


def _applied_ids(work: Mapping[str, Any]) -> list[str]:
    ids: list[str] = work["editorState"].get(_IDS) or []
    return ids


def _assets(
    store: Store, project_id: str, work: Mapping[str, Any], operations: Sequence[Operation]
) -> Iterator[tuple[str, Json]]:
    """Yield what operations need to know of assets, by their ids."""
    table = store.assets(project_id)
    for asset_id in filter(valid_id, {*_named_assets(work, operations)}):
        try:
            asset = table.snapshot(asset_id).values
        except NotFoundError:
            continue
        yield asset_id, _known_of(asset)


def _known_of(asset: Mapping[str, Any]) -> Json:
    known = {key: asset[key] for key in ("type", "width", "height") if key in asset}
    seconds = asset.get(DURATION, asset.get("duration"))
    is_played = known["type"] in ("video", "audio")
    return {**known, "seconds": seconds} if is_played and seconds else known


def _named_assets(work: Mapping[str, Any], operations: Sequence[Operation]) -> Iterator[str]:
    state = work["editorState"]
    pictures = state.get("imageOverlays") or {}
    tracks = state.get("editorData") or {}
    shown = [*(tracks.get("videoTrack") or []), *(tracks.get("soundTrack") or [])]
    yield from (action["assetId"] for action in shown if action.get("assetId"))
    if music := music_asset(state.get("audioUrl")):
        yield music
    for operation in operations:
        yield from (operation[key] for key in ("asset", "font") if operation.get(key))
        if operation["op"] == "picture" and operation.get("id") in pictures:
            yield pictures[operation["id"]]["assetId"]

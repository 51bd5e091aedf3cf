"""Operations on the timeline of a stored work."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from errors import FieldsError, InvalidError
from schemas.editor import EditorStateSchema
from schemas.loading import load
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.errors import NotFoundError
from storage.ids import valid_id
from storage.store import Store
from timeline.context import Context, context_of_work
from timeline.operations import apply
from timeline.warnings import warnings_of
from works.service import change
from works.slots import AUDIO

Json = dict[str, Any]
Operation = Mapping[str, Any]

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


def apply_operations(
    store: Store,
    project_id: str,
    work_id: str,
    operations: Sequence[Operation],
    check: Check | None = None,
) -> Applied:
    """Apply operations to a work's timeline: all, or none if one is refused.

    Those that were applied already are skipped; if all were, `check` is not asked. Raises
    FieldsError with the paths of arguments, NotFoundError, and what `check` raises.
    """
    current = store.works(project_id).snapshot(work_id)
    known = _applied_ids(current.values)
    if all(each.get("operationId") in known for each in operations):
        return Applied(current, [[] for _ in operations], [], [*range(len(operations))])
    # Before the work is locked; what is new since then is not known, as if it were not there.
    assets = dict(_assets(store, project_id, current.values, operations))
    has_audio = AUDIO.name in store.work_media(project_id, work_id).slots()
    applied: list[Applied] = []

    def mutate(work: Json) -> None:
        context = context_of_work(work, assets, has_audio=has_audio)
        applied[:] = [_apply_all(work, operations, context, current)]

    snapshot = change(store, project_id, work_id, mutate, check)
    return applied[0]._replace(snapshot=snapshot)


def _apply_all(
    work: Json, operations: Sequence[Operation], context: Context, snapshot: Snapshot
) -> Applied:
    """Apply operations to a work, in place."""
    result = Applied(snapshot, [], [], [])
    ids = _applied_ids(work)
    state: Mapping[str, Any] = work["editorState"]
    for number, operation in enumerate(operations):
        operation_id = operation.get("operationId")
        if operation_id is not None and operation_id in ids:
            result.changes.append([])
            result.skipped.append(number)
            continue
        before = state
        state, changes = _apply(state, operation, context, number)
        result.changes.append(changes)
        messages = warnings_of(before, state, changes, context)
        result.warnings.extend({"operation": number, "message": each} for each in messages)
        ids = [*ids, operation_id] if operation_id is not None else ids
    kept = {_IDS: ids[-MAX_IDS:]} if ids else {}
    work["editorState"] = {**state, **kept}
    return result


def _apply(
    state: Mapping[str, Any], operation: Operation, context: Context, number: int
) -> tuple[Mapping[str, Any], list[Json]]:
    """Return the timeline after an operation. Raises FieldsError with its number in the paths."""
    try:
        after, changes = apply(state, operation, context)
        if operation["op"] == "revert":  # whose values are the client's
            _check_reverted(after, state)
    except FieldsError as exc:
        messages = {f"operations.{number}.{path}": [text] for path, text in exc.details.items()}
        raise FieldsError(messages) from exc
    return after, changes


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
        yield asset_id, {key: asset[key] for key in ("type", "width", "height") if key in asset}


def _named_assets(work: Mapping[str, Any], operations: Sequence[Operation]) -> Iterator[str]:
    pictures = work["editorState"].get("imageOverlays") or {}
    for operation in operations:
        yield from (operation[key] for key in ("asset", "font") if operation.get(key))
        if operation["op"] == "picture" and operation.get("id") in pictures:
            yield pictures[operation["id"]]["assetId"]

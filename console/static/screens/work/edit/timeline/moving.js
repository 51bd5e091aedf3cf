/**
 * Moving clips among each other, with the items that are selected with them.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("./lanes.js").Entry} Entry
 * @typedef {import("../../../../timeline/operations/operations.js").Operation} Operation
 */

import { ownOf, settingOf } from "../compound-operations.js";
import { clipEntries, entryOf, selectedEntries } from "./lanes.js";

/**
 * Return the ids of clips after some of them were put after another one.
 * @param {Entry[]} clips @param {Entry[]} moved @param {string|null} after
 */
export function orderAfter(clips, moved, after) {
  const ids = moved.map(({ id }) => id);
  const others = clips.map(({ id }) => id).filter((id) => !ids.includes(id));
  others.splice(after === null ? 0 : others.indexOf(after) + 1, 0, ...ids);
  return others;
}

/**
 * Put clips after another one, and say so. Items that are selected move by as much as a clip of them.
 * @param {Editor} editor @param {Entry[]} moved  in order @param {string|null} after @param {Entry} entry
 */
export function putAfter(editor, moved, after, entry) {
  const moves = moved.map(({ id }, index) => ({ op: "move", clip: id, after: moved[index - 1]?.id ?? after }));
  const ids = new Set(moved.map(({ id }) => id));
  const items = selectedEntries(editor).filter(({ kind, action }) => kind !== "clip" && !ids.has(action.anchor));
  const own = ownOf(editor, items.map(({ id }) => id));
  const by = items.length ? Math.max(shiftBy(editor, moves, entry), -Math.min(...items.map(({ start }) => start))) : 0;
  const shifts = by ? [...own.operations, ...movedBy(items, by, own.idOf)] : [];
  if (!editor.apply([...moves, ...shifts])) return;
  if (shifts.length) editor.select(editor.selected.peek().map(own.idOf), entry.id);
  sayPlace(editor, entry);
}

/**
 * The operations that move items.
 * @param {Entry[]} items @param {number} by  seconds @param {(id: string) => string} idOf
 */
export function movedBy(items, by, idOf) {
  return items.map(({ kind, id, action, start, end }) =>
    settingOf(kind, { ...action, id: idOf(id) }, { start: start + by, end: end + by }),
  );
}

/** Seconds that a clip begins later after operations. @param {Editor} editor @param {Operation[]} moves @param {Entry} entry */
function shiftBy(editor, moves, { id, start }) {
  editor.preview(moves);
  const after = entryOf(editor, id)?.start ?? start;
  editor.preview(null);
  return after - start;
}

/** @param {Editor} editor @param {Entry} entry */
function sayPlace(editor, { id, label: name }) {
  const clips = clipEntries(editor);
  const index = clips.findIndex((clip) => clip.id === id);
  if (index === 0) editor.announce("first", { name });
  else if (index === clips.length - 1) editor.announce("last", { name });
  else editor.announce("after", { name, other: clips[index - 1].label });
}

/**
 * Selecting by pointer and key.
 *
 * @typedef {import("./lanes.js").Entry} Entry
 * @typedef {import("./strip.js").Strip} Strip
 */

import { entriesOf, entryOf } from "./lanes.js";

/**
 * Select an entry, add it or take it away (Ctrl), or select all up to it (Shift).
 * @param {Strip} strip @param {Entry} entry
 * @param {{shiftKey: boolean, ctrlKey: boolean, metaKey: boolean}} keys
 */
export function choose(strip, entry, { shiftKey, ctrlKey, metaKey }) {
  const { editor } = strip;
  strip.focused.value = entry.id;
  if (ctrlKey || metaKey) editor.toggleSelected(entry.id);
  else if (shiftKey) editor.select(upTo(strip, entry), entry.id);
  else editor.select([entry.id]);
}

/** @param {Strip} strip @param {Entry} entry */
function upTo(strip, entry) {
  const from = entryOf(strip.editor, strip.editor.selection.peek());
  if (!from) return [entry.id];
  const [start, end] = [Math.min(from.start, entry.start), Math.max(from.end, entry.end)];
  const kinds = [from.kind, entry.kind];
  return entriesOf(strip.editor)
    .filter((each) => kinds.includes(each.kind) && each.start < end && each.end > start)
    .map(({ id }) => id);
}

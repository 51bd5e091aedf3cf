/**
 * The keyboard on the timeline: Tab goes to one entry, arrows from there to the others.
 *
 * @typedef {import("./lanes.js").Entry} Entry
 * @typedef {import("./strip.js").Strip} Strip
 */

import { rowsOf } from "./places.js";
import { revealRow } from "./revealing.js";

/** As the list of keys has them. */
export const FOCUS_KEYS = [
  { name: "focusBeside", keys: ["ArrowLeft", "ArrowRight"] },
  { name: "focusAcross", keys: ["ArrowUp", "ArrowDown"] },
  { name: "select", keys: ["Enter"] },
  { name: "selectMore", keys: ["Shift+Enter", "Ctrl+Enter"] },
];

/** @type {Record<string, (strip: Strip, entry: Entry) => Entry|undefined>} */
const NEXT = {
  ArrowLeft: (strip, entry) => beside(strip, entry, -1),
  ArrowRight: (strip, entry) => beside(strip, entry, 1),
  ArrowUp: (strip, entry) => across(strip, entry, -1),
  ArrowDown: (strip, entry) => across(strip, entry, 1),
};

/** Move the focus to another entry. @param {Strip} strip @param {KeyboardEvent} event */
export function moveFocus(strip, event) {
  const id = /** @type {HTMLElement|null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-id]"))?.dataset.id;
  if (!id || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !NEXT[event.key]) return;
  const entry = strip.lanes.peek().flatMap(({ entries }) => entries).find((each) => each.id === id);
  event.preventDefault();
  const next = entry && NEXT[event.key](strip, entry);
  if (!next) return;
  strip.wantsFocus = true;
  strip.focused.value = next.id;
  strip.reveal(next.start, next.end);
  const row = rowsOf(strip).find(({ entry: each }) => each.id === next.id);
  if (row) revealRow(strip, row);
}

/** @param {Strip} strip @param {Entry} entry @param {1|-1} by */
function beside({ lanes }, entry, by) {
  const entries = lanes.peek().find(({ kind }) => kind === entry.kind)?.entries ?? [];
  return entries[entries.indexOf(entry) + by];
}

/** The entry of the next lane whose time is nearest. @param {Strip} strip @param {Entry} entry @param {1|-1} by */
function across({ lanes }, entry, by) {
  const all = lanes.peek();
  const lane = all[all.findIndex(({ kind }) => kind === entry.kind) + by];
  const distance = (/** @type {Entry} */ { start, end }) => Math.max(start - entry.start, entry.start - end, 0);
  return lane?.entries.reduce((nearest, each) => (distance(each) < distance(nearest) ? each : nearest), lane.entries[0]);
}

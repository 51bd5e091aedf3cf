/**
 * The keys of the timeline: what handles do by pointer, for what is selected.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {{editor: Editor, player: import("../../../../player/player.js").Player,
 *   zoom: import("./zoom.js").Zoom}} Target
 */

import { timeInWords } from "../../../../components/ago.js";
import { toSeconds } from "../../../../timeline/frames.js";
import { rateOf } from "../../../../timeline/operations/index.js";
import { announceLength } from "../announcements.js";
import { ownOf } from "../compound-operations.js";
import { clipEntries, entriesOf, entryOf, movedBy, putAfter, selectedEntries } from "./lanes.js";
import { trimmed } from "./trimming.js";

const TRIMMED = ["clip", "text", "picture", "caption", "voice", "sound", "place"];

/** @type {(import("../../../../player/shortcuts.js").Binding<Target> & import("../actions.js").Editing)[]} */
export const TIMELINE_KEYS = [
  { name: "earlier", keys: ["Alt+ArrowLeft"], run: ({ editor }) => nudge(editor, -1) },
  { name: "later", keys: ["Alt+ArrowRight"], run: ({ editor }) => nudge(editor, 1) },
  { name: "startHere", keys: ["["], ...trimmingHere("start") },
  { name: "endHere", keys: ["]"], ...trimmingHere("end") },
  { name: "selectAll", keys: ["Ctrl+a"], run: ({ editor }) => editor.select(entriesOf(editor).map(({ id }) => id)) },
  { name: "zoomIn", keys: ["+", "="], run: ({ zoom }) => zoom.zoomIn() },
  { name: "zoomOut", keys: ["-"], run: ({ zoom }) => zoom.zoomOut() },
  { name: "zoomFit", keys: ["Shift+z"], run: ({ zoom }) => zoom.fit() },
];

/** Put selected clips before or after their neighbour, or move items by a frame. @param {Editor} editor @param {1|-1} by */
function nudge(editor, by) {
  const selected = selectedEntries(editor);
  const moved = selected.filter(({ kind }) => kind === "clip");
  if (moved.length === 0) {
    nudgeItems(editor, selected, by);
    return;
  }
  const clips = clipEntries(editor);
  const others = clips.filter((clip) => !moved.includes(clip));
  const [first, last] = [clips.indexOf(moved[0]), clips.indexOf(moved[moved.length - 1])];
  const passed = by < 0 ? others.findLast((clip) => clips.indexOf(clip) < first) : others.find((clip) => clips.indexOf(clip) > last);
  if (!passed) return;
  const after = by > 0 ? passed : others[others.indexOf(passed) - 1];
  putAfter(editor, moved, after?.id ?? null, moved[0]);
}

/** @param {Editor} editor @param {import("./lanes.js").Entry[]} items @param {1|-1} by */
function nudgeItems(editor, items, by) {
  const rate = rateOf(editor.state.peek());
  const seconds = toSeconds(by, rate);
  if (items.length === 0 || items.some(({ start }) => start + seconds < 0)) return;
  const own = ownOf(editor, items.map(({ id }) => id));
  const key = `nudge.${editor.selected.peek().join()}`;
  if (!editor.apply([...own.operations, ...movedBy(items, seconds, own.idOf)], key)) return;
  editor.select(items.map(({ id }) => own.idOf(id)));
  const { label: name, start } = entryOf(editor, own.idOf(items[0].id)) ?? items[0];
  editor.announce("movedTo", { name, time: timeInWords(start, rate) });
}

/** Let what is selected start or end at the current time. @param {"start"|"end"} edge */
function trimmingHere(edge) {
  const trimOf = (/** @type {Target} */ { editor, player }) => {
    const [entry] = selectedEntries(editor);
    return entry ? trimmed(editor, entry, edge, player.time.peek() - entry[edge]) : null;
  };
  const run = (/** @type {Target} */ target) => {
    const trim = trimOf(target);
    if (!trim || !target.editor.apply(trim.operations)) return;
    target.editor.select([trim.id]);
    announceLength(target.editor, trim.id);
  };
  return { run, of: TRIMMED, isPossible: (/** @type {Target} */ target) => trimOf(target) !== null };
}

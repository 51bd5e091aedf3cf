/**
 * Trimming clips and items: how far their edges can go, and the operations for that.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("./lanes.js").Entry} Entry
 * @typedef {import("../../../../timeline/operations/operations.js").Operation} Operation
 */

import { MIN_SECONDS } from "../../../../timeline/facts.js";
import { toFrame, toSeconds } from "../../../../timeline/frames.js";
import { rateOf } from "../../../../timeline/operations/index.js";
import { FREEZE, speedOf } from "../../../../timeline/placed-clips.js";
import { ownOf, settingOf } from "../compound-operations.js";
import { mediaOf } from "./clip-media.js";

const ROUNDING = 1e-6; // seconds
const SOUNDS = ["place", "voice", "sound"];
const LATEST = 86_400; // seconds: what operations accept

/**
 * Return the operations that move an edge of an entry by seconds, as far as it can go; null if that
 * changes nothing.
 * @param {Editor} editor @param {Entry} entry @param {"start"|"end"} edge @param {number} by
 * @param {ReturnType<typeof ownOf>} [own]  what was found before the edge was previewed elsewhere
 * @returns {{operations: Operation[], id: string, by: number}|null}  `id` is the entry's afterwards
 */
export function trimmed(editor, entry, edge, by, own = ownOf(editor, [entry.id])) {
  const rate = rateOf(editor.state.peek());
  const [first, last] = rangeOf(editor, entry, edge);
  const time = Math.max(first, Math.min(entry[edge] + by, last));
  const frames = toFrame(time, rate) - toFrame(entry[edge], rate);
  if (frames === 0) return null;
  const id = own.idOf(entry.id);
  const seconds = toSeconds(frames, rate);
  return { operations: [...own.operations, operationOf(editor, { ...entry, id }, edge, seconds)], id, by: seconds };
}

/**
 * Return from when to when an edge of an entry can be, in seconds.
 * @param {Editor} editor @param {Entry} entry @param {"start"|"end"} edge
 * @returns {[number, number]}
 */
export function rangeOf(editor, entry, edge) {
  const { start, end, kind } = entry;
  if (edge === "start") return [start - earlier(editor, entry), end - MIN_SECONDS];
  if (kind === "voice") return [start + MIN_SECONDS, end + (entry.action.trimEnd ?? 0) / speedOf(entry.action)];
  return [start + MIN_SECONDS, kind === "clip" ? Math.max(end, start + longest(editor, entry)) : LATEST];
}

/** @param {Editor} editor @param {Entry} entry @param {"start"|"end"} edge @param {number} by @returns {Operation} */
function operationOf(editor, entry, edge, by) {
  const { kind, id, start, end, action } = entry;
  const passed = by * (speeds(kind) ? speedOf(action) : 1);
  if (kind === "voice" && edge === "end") return settingOf(kind, action, { trimEnd: trimOf((action.trimEnd ?? 0) - passed) });
  const from = Math.max(0, (action.trimStart ?? 0) + passed);
  const named = kind === "clip" || kind === "place" ? { from } : { trimStart: trimOf(from) };
  const begins = edge === "start" && isMoving(editor, entry) && named;
  if (kind === "clip") return { op: "trim", clip: id, seconds: end - start + (edge === "end" ? by : -by), ...begins };
  return settingOf(kind, { ...action, id }, { [edge]: entry[edge] + by, ...begins });
}

/** Whether things of a kind have a speed. @param {import("./lanes.js").Kind} kind */
const speeds = (kind) => kind === "clip" || kind === "voice";

/** What is left out of a voice; null: nothing. @param {number} seconds */
const trimOf = (seconds) => (seconds > ROUNDING ? seconds : null);

/** Whether the media of an entry go on while it lasts. @param {Editor} editor @param {Entry} entry */
function isMoving(editor, { kind, action }) {
  if (SOUNDS.includes(kind)) return true;
  return kind === "clip" && mediaOf(editor, action).seconds !== null && speedOf(action) !== FREEZE;
}

/** Seconds that an entry can begin earlier. @param {Editor} editor @param {Entry} entry */
function earlier(editor, entry) {
  const { kind, start, action } = entry;
  if (!isMoving(editor, entry)) return kind === "clip" ? LATEST : start;
  const trimmedOff = action.trimStart ?? 0;
  const seconds = speeds(kind) ? trimmedOff / speedOf(action) : trimmedOff;
  return kind === "clip" ? seconds : Math.min(seconds, start);
}

/** Seconds of the timeline that the media of a clip last. @param {Editor} editor @param {Entry} entry */
function longest(editor, entry) {
  const { action } = entry;
  if (!isMoving(editor, entry)) return LATEST;
  const { seconds } = mediaOf(editor, action);
  return (/** @type {number} */ (seconds) - (action.trimStart ?? 0)) / speedOf(action);
}

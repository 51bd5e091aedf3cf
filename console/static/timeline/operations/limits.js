/**
 * Limits of exports and of what is stored (schemas/exports.py, schemas/editor.py): an operation that
 * makes a timeline larger stays within them.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./operations.js").Operation} Operation
 */

import { MAX_CAPTIONS, MAX_CLIPS, MAX_OVERLAYS, MAX_PLACES, MAX_SECONDS, MAX_SOUNDS } from "../facts.js";
import { toFrame } from "../frames.js";
import { endOf } from "./clip-operations.js";
import { OperationError } from "./arguments.js";
import { storedItems } from "./items.js";

/** The argument to name, by the operation. @type {Record<string, string>} */
const FIELDS = {
  insert: "scene",
  arrange: "clips",
  split: "clip",
  text: "text",
  picture: "asset",
  caption: "text",
  captions: "captions",
  place: "start",
  sound: "start",
  clip: "speed",
  revert: "changes",
};

/**
 * Refuse a timeline that became too large.
 * @param {State} before @param {State} after @param {Draft} draft @param {Operation} operation
 */
export function checkLimits(before, after, draft, operation) {
  const clips = draft.changesClips ? [draft.clipsBefore, draft.clips] : [[], []];
  const overlays = [before, after].map((state) => countOf(state, "text") + countOf(state, "picture"));
  const checks = [
    { counts: clips.map((each) => each.length), limit: MAX_CLIPS, what: "clips" },
    { counts: overlays, limit: MAX_OVERLAYS, what: "texts and pictures" },
    { counts: [before, after].map((state) => countOf(state, "place")), limit: MAX_PLACES, what: "places" },
    { counts: [before, after].map((state) => countOf(state, "sound")), limit: MAX_SOUNDS, what: "sounds" },
    { counts: [before, after].map((state) => countOf(state, "caption")), limit: MAX_CAPTIONS, what: "captions" },
  ];
  for (const { counts, limit, what } of checks) {
    if (counts[1] <= Math.max(limit, counts[0])) continue;
    throw new OperationError(fieldOf(operation), `At most ${limit} ${what} are accepted.`);
  }
  const [shorter, longer] = clips.map(endOf);
  if (longer <= Math.max(toFrame(MAX_SECONDS, draft.rate), shorter)) return;
  const field = operation.seconds === undefined ? fieldOf(operation) : "seconds";
  throw new OperationError(field, `The video would be longer than ${MAX_SECONDS / 60} minutes.`);
}

/** @param {Operation} operation */
function fieldOf({ op, asset }) {
  return op === "insert" && asset !== undefined ? "asset" : (FIELDS[op] ?? "op");
}

/** @param {State} state @param {import("./items.js").ItemKind} kind */
function countOf(state, kind) {
  return storedItems(state, kind).length;
}

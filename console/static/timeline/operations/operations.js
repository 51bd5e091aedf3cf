/**
 * Operations on a timeline: each has a name and arguments, and changes what it names and nothing else.
 * The rules are those of the package `timeline` of the service, which runs the same cases.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./context.js").Context} Context
 * @typedef {{op: string, operationId?: string, [argument: string]: any}} Operation
 *   times are in seconds
 */

import { ANIMATION_ARGUMENTS, LOOK_ARGUMENTS } from "../text-looks.js";
import { checkNames } from "./arguments.js";
import { arrange } from "./arrange.js";
import { setClip } from "./clip-fields.js";
import { gap, insert, move, split, transition, trim } from "./clip-operations.js";
import { Draft } from "./draft.js";
import { OperationError } from "./errors.js";
import { caption, layer, picture, place, text } from "./item-operations.js";
import { checkLimits } from "./limits.js";
import { revertChanges } from "./revert.js";
import { sound, voice } from "./sound-operations.js";
import { captions, clear, format, music, remove } from "./whole-operations.js";

const ITEM = ["id", "new", "start", "end"];
/** @type {Record<string, {names: string[], apply: (draft: Draft, operation: Operation) => void}>} */
const OPERATIONS = {
  insert: {
    names: ["scene", "asset", "new", "after", "seconds", "from", "gap", "transition", "transitionSeconds"],
    apply: insert,
  },
  move: { names: ["clip", "after"], apply: move },
  trim: { names: ["clip", "from", "seconds"], apply: trim },
  gap: { names: ["clip", "seconds"], apply: gap },
  clip: { names: ["clip", "speed", "volume", "fadeIn", "fadeOut", "crop", "motion"], apply: setClip },
  split: { names: ["clip", "at", "new"], apply: split },
  delete: { names: ["kind", "id", "leaveGap"], apply: remove },
  transition: { names: ["clip", "transition", "seconds"], apply: transition },
  text: {
    names: [...ITEM, "text", "size", "color", "x", "y", "font", "anchor", "preset", ...Object.keys(LOOK_ARGUMENTS)],
    apply: text,
  },
  picture: {
    names: [...ITEM, "asset", "width", "height", "x", "y", "opacity", "rotation", "keepAspect", "anchor", ...ANIMATION_ARGUMENTS],
    apply: picture,
  },
  caption: { names: [...ITEM, "text", "words", "anchor"], apply: caption },
  captions: { names: ["captions"], apply: captions },
  music: { names: ["asset", "volume", "level", "loop"], apply: music },
  place: { names: [...ITEM, "from", "fadeIn", "fadeOut"], apply: place },
  voice: { names: ["scene", "start", "trimStart", "trimEnd", "speed", "volume"], apply: voice },
  sound: {
    names: ["sound", "new", "asset", "start", "end", "anchor", "trimStart", "volume", "fadeIn", "fadeOut"],
    apply: sound,
  },
  layer: { names: ["kind", "id", "above"], apply: layer },
  format: { names: ["width", "height", "fps", "fit"], apply: format },
  arrange: { names: ["clips"], apply: arrange },
  clear: { names: [], apply: clear },
};
const REVERT = "revert";

/** The arguments that an operation takes. @param {string} op */
export const argumentsOf = (op) => OPERATIONS[op].names;

/**
 * Return the state after an operation; parts that it does not change are the same objects.
 * @param {State} state @param {Operation} operation @param {Context} context
 * @returns {State}
 * @throws {OperationError}
 */
export function applyOperation(state, operation, context) {
  const { op } = operation;
  if (op === REVERT) {
    checkNames(operation, ["op", "operationId", "changes"]);
    if (!Array.isArray(operation.changes)) throw new OperationError("changes", "Must be a list.");
    return revertChanges(state, operation.changes, context);
  }
  if (!Object.hasOwn(OPERATIONS, op)) {
    throw new OperationError("op", `Must be one of ${[...Object.keys(OPERATIONS), REVERT].join(", ")}.`);
  }
  const { names, apply } = OPERATIONS[op];
  checkNames(operation, ["op", "operationId", ...names]);
  const draft = new Draft(state, context);
  apply(draft, operation);
  const after = draft.finish();
  checkLimits(state, after, draft, operation);
  return after;
}

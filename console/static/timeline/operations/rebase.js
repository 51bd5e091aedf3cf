/**
 * Operations that are not saved yet, on what others saved meanwhile.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./arguments.js").Context} Context
 * @typedef {import("./operations.js").Operation} Operation
 */

import { clipsOf, startsOf } from "./clip-operations.js";
import { OperationError } from "./arguments.js";
import { readItems } from "./items.js";
import { applyOperation } from "./operations.js";
import { rateOf } from "./rate.js";

/** Operations that set registers, by the arguments that name whose. @type {Record<string, string[]>} */
const SETTING = {
  move: ["clip"],
  trim: ["clip"],
  gap: ["clip"],
  clip: ["clip"],
  transition: ["clip"],
  text: ["id"],
  picture: ["id"],
  caption: ["id"],
  place: ["id"],
  voice: ["scene"],
  sound: ["sound"],
  layer: ["kind", "id"],
  music: [],
};

/**
 * Apply pending operations to the state that others saved. One whose place is after a clip, or above an
 * item, that is gone takes the place of that; one whose clip or item is gone is dropped.
 * @param {State} base  what the operations were made on @param {Operation[]} pending
 * @param {State} theirs @param {Context} context
 * @returns {{state: State, kept: Operation[], dropped: {operation: Operation, field: string, reason: string}[]}}
 */
export function rebaseOperations(base, pending, theirs, context) {
  let [mine, state] = [base, theirs];
  /** @type {Operation[]} */
  const kept = [];
  /** @type {{operation: Operation, field: string, reason: string}[]} */
  const dropped = [];
  const applied = new Set(theirs.operationIds ?? []);
  for (const operation of pending) {
    if (!applied.has(operation.operationId)) {
      const adapted = adaptedTo(state, mine, operation, context);
      try {
        state = applyOperation(state, adapted, context);
        kept.push(adapted);
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        dropped.push({ operation, field: error.field, reason: error.reason });
      }
    }
    mine = afterOperation(mine, operation, context);
  }
  return { state, kept, dropped };
}

/**
 * Return the state after an operation, or as it is if that is refused.
 * @param {State} state
 * @param {Operation} operation
 * @param {Context} context
 */
function afterOperation(state, operation, context) {
  try {
    return applyOperation(state, operation, context);
  } catch (error) {
    if (error instanceof OperationError) return state;
    throw error;
  }
}

/**
 * Return pending operations with another one. One that sets the same of the same as the last one, such
 * as the letters typed into a text, takes its place.
 * @param {Operation[]} pending @param {Operation} operation
 * @returns {Operation[]}
 */
export function coalesce(pending, operation) {
  const last = pending.at(-1);
  return last && replaces(operation, last) ? [...pending.slice(0, -1), operation] : [...pending, operation];
}

/** @param {Operation} operation @param {Operation} last */
function replaces(operation, last) {
  const names = SETTING[operation.op];
  if (!names || operation.op !== last.op || setsLength(last)) return false;
  if (names.some((name) => operation[name] === undefined || operation[name] !== last[name])) return false;
  return Object.keys(last).every((name) => name === "operationId" || name in operation);
}

/** Return whether an operation sets a length by what it was before. @param {Operation} operation */
function setsLength({ op, speed }) {
  return op === "clip" && speed !== undefined;
}

/**
 * @param {State} state
 * @param {State} mine
 * @param {Operation} operation
 * @param {Context} context
 * @returns {Operation}
 */
function adaptedTo(state, mine, operation, context) {
  const { anchor, after, above } = operation;
  if (typeof after === "string") return { ...operation, after: stillThere(after, mine, state, context) };
  if (typeof above === "string" && (operation.kind === "text" || operation.kind === "picture")) {
    const [before, now] = [mine, state].map((each) => readItems(each, operation.kind).map(({ id }) => id));
    return { ...operation, above: lastOf(before, above, new Set(now)) };
  }
  if (typeof anchor !== "string" || idsOf(state, context).includes(anchor)) return operation;
  const { anchor: _, ...rest } = operation;
  return rest;
}

/**
 * Return a clip, or the nearest one before it that is there.
 * @param {string} id
 * @param {State} mine
 * @param {State} state
 * @param {Context} context
 */
function stillThere(id, mine, state, context) {
  return lastOf(idsOf(mine, context), id, new Set(idsOf(state, context)));
}

/** @param {string[]} ids @param {string} id @param {Set<string>} present @returns {string|null} */
function lastOf(ids, id, present) {
  return ids.slice(0, ids.indexOf(id) + 1).findLast((each) => present.has(each)) ?? null;
}

/** @param {State} state @param {Context} context */
function idsOf(state, context) {
  return [...startsOf(clipsOf(state, context, rateOf(state))).keys()];
}

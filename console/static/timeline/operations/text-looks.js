/**
 * The arguments of the operation `text` that say how it looks, and how it comes and goes.
 *
 * @typedef {import("./operations.js").Operation} Operation
 */

import { ALIGNMENTS, ANIMATIONS, ANIMATION_SECONDS, LINE_HEIGHTS, OUTLINE_WIDTHS, TEXT_WIDTHS, WEIGHTS } from "../facts.js";
import { ANIMATION_ARGUMENTS, LOOK_ARGUMENTS } from "../text-looks.js";
import { booleanOf, checkNames, choiceOf, colorOf, numberOf } from "./arguments.js";
import { OperationError } from "./errors.js";

/** @type {Record<string, (operation: Operation, name: string) => any>} */
const READERS = {
  weight: (operation, name) => choiceOf(operation, name, /** @type {any[]} */ (WEIGHTS)),
  width: (operation, name) => numberOf(operation, name, TEXT_WIDTHS[0], TEXT_WIDTHS[1]),
  align: (operation, name) => choiceOf(operation, name, ALIGNMENTS),
  lineHeight: (operation, name) => numberOf(operation, name, LINE_HEIGHTS[0], LINE_HEIGHTS[1]),
  outlineColor: colorOf,
  outlineWidth: (operation, name) => numberOf(operation, name, OUTLINE_WIDTHS[0], OUTLINE_WIDTHS[1]),
  shadow: booleanOf,
  background: colorOf,
  animationIn: animationOf,
  animationOut: animationOf,
};

/** Return the fields of an overlay that are given; null removes one. @param {Operation} operation */
export function lookGiven(operation) {
  const fields = Object.entries(LOOK_ARGUMENTS).map(([name, field]) => [
    field,
    operation[name] === null ? null : READERS[name](operation, name),
  ]);
  return Object.fromEntries(fields);
}

/** Return how something is to come and go; null removes it. @param {Operation} operation */
export function animationsGiven(operation) {
  const fields = ANIMATION_ARGUMENTS.map((name) => [name, operation[name] === null ? null : animationOf(operation, name)]);
  return Object.fromEntries(fields);
}

/** @param {Operation} operation @param {string} name */
function animationOf(operation, name) {
  const given = operation[name];
  if (given === undefined) return undefined;
  if (typeof given !== "object" || Array.isArray(given)) throw new OperationError(name, "Must be an object.");
  const path = `${name}.`;
  checkNames(given, ["type", "seconds"], path);
  const missing = ["type", "seconds"].find((part) => given[part] === undefined);
  if (missing) throw new OperationError(path + missing, "Required.");
  return {
    type: choiceOf(given, "type", ANIMATIONS, path),
    seconds: numberOf(given, "seconds", ANIMATION_SECONDS[0], ANIMATION_SECONDS[1], path),
  };
}

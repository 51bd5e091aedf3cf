/**
 * Reading the arguments of an operation. All functions throw OperationError for a value that is
 * wrong, and return undefined for an argument that is not there.
 *
 * @typedef {import("./operations.js").Operation} Operation
 */

import { MAX_ID, MAX_TIME } from "../facts.js";
import { isColor } from "./colors.js";
import { OperationError } from "./errors.js";

/** Refuse arguments of other names. @param {object} given @param {string[]} known @param {string} [path] */
export function checkNames(given, known, path = "") {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new OperationError(path + name, `Unknown; the arguments are ${known.join(", ")}.`);
    }
  }
}

/** Require arguments. @param {Operation} operation @param {string[]} names */
export function require(operation, ...names) {
  for (const name of names) {
    if (operation[name] === undefined) throw new OperationError(name, "Required.");
  }
}

/** Require one of some arguments at least. @param {Operation} operation @param {string[]} names */
export function requireOne(operation, ...names) {
  if (names.every((name) => operation[name] === undefined)) {
    throw new OperationError("op", `Give one of ${names.join(", ")} at least.`);
  }
}

/**
 * @param {Operation} operation @param {string} name @param {number} low @param {number} high
 * @param {string} [path]  of the operation, if it is a part of another one
 * @returns {number|undefined}
 */
export function numberOf(operation, name, low, high, path = "") {
  const value = operation[name];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new OperationError(path + name, "Must be a number.");
  }
  if (value < low || value > high) {
    throw new OperationError(path + name, `Must be from ${low} to ${high}.`);
  }
  return value;
}

/** @param {Operation} operation @param {string} name @param {string} [path] @returns {number|undefined} */
export function timeOf(operation, name, path = "") {
  return numberOf(operation, name, 0, MAX_TIME, path);
}

/** Return the fades of a sound; null for one to remove. @param {Operation} operation */
export function fadesOf(operation) {
  return { fadeIn: removable(operation, "fadeIn", timeOf), fadeOut: removable(operation, "fadeOut", timeOf) };
}

/**
 * Return an argument that is null where its field is removed.
 * @template T
 * @param {Operation} operation @param {string} name
 * @param {(operation: Operation, name: string) => T} read
 */
export function removable(operation, name, read) {
  return operation[name] === null ? null : read(operation, name);
}

/** @param {Operation} operation @param {string} name @param {number} low @param {number} high */
export function integerOf(operation, name, low, high, path = "") {
  const value = numberOf(operation, name, low, high, path);
  if (value !== undefined && !Number.isInteger(value)) {
    throw new OperationError(path + name, "Must be an integer.");
  }
  return value;
}

/** @param {Operation} operation @param {string} name @param {number} longest @param {string} [path] */
export function textOf(operation, name, longest, path = "") {
  const value = operation[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw new OperationError(path + name, "Must be a string.");
  if (lengthOf(value) > longest) {
    throw new OperationError(path + name, `Must have at most ${longest} characters.`);
  }
  return value;
}

/**
 * Return an id; also null where that is `allowed`.
 * @param {Operation} operation @param {string} name @param {boolean} [allowed] @param {string} [path]
 */
export function idOf(operation, name, allowed = false, path = "") {
  if (operation[name] === null && allowed) return null;
  const value = textOf(operation, name, MAX_ID, path);
  if (value === "") throw new OperationError(path + name, "Must not be empty.");
  return value;
}

/** @param {Operation} operation @param {string} name @returns {boolean|undefined} */
export function booleanOf(operation, name) {
  const value = operation[name];
  if (value === undefined || typeof value === "boolean") return value;
  throw new OperationError(name, "Must be true or false.");
}

/** @param {Operation} operation @param {string} name @param {string[]} known @param {string} [path] */
export function choiceOf(operation, name, known, path = "") {
  const value = operation[name];
  if (value === undefined || known.includes(value)) return value;
  throw new OperationError(path + name, `Must be one of ${known.join(", ")}.`);
}

/** @param {Operation} operation @param {string} name @returns {string|undefined} */
export function colorOf(operation, name) {
  const value = operation[name];
  if (value === undefined || (typeof value === "string" && isColor(value))) return value;
  throw new OperationError(name, "Must be a colour such as #ff8800.");
}

/**
 * Return the id of an asset; also null where that is `allowed`.
 * @param {Operation} operation @param {string} name
 * @param {import("./context.js").Context} context @param {string[]} types @param {boolean} [allowed]
 */
export function assetOf(operation, name, { assets }, types, allowed = false) {
  const id = idOf(operation, name, allowed);
  if (id && assets && (!Object.hasOwn(assets, id) || !types.includes(assets[id].type))) {
    throw new OperationError(name, `The project has no such asset of the type ${types.join(" or ")}.`);
  }
  return id;
}

/** Return how many characters a text has, as Python counts them. @param {string} text */
export function lengthOf(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

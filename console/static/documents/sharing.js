/** Structural sharing: what an answer repeats stays the object that is known, so that it is not rendered again. */

import { idOf } from "./merge.js";

/**
 * Return a JSON value in which each part that equals the known one is that object. Entries of lists are compared
 * by their ids.
 * @param {any} known
 * @param {any} value
 * @returns {any}
 */
export function shared(known, value) {
  if (!isContainer(known) || !isContainer(value) || Array.isArray(known) !== Array.isArray(value)) return value;
  const result = Array.isArray(value) ? sharedList(known, value) : sharedObject(known, value);
  const keys = Object.keys(result);
  const isSame = keys.length === Object.keys(known).length && keys.every((key) => Object.hasOwn(known, key) && known[key] === /** @type {any} */ (result)[key]);
  return isSame ? known : result;
}

/** @param {any[]} known @param {any[]} list */
function sharedList(known, list) {
  const byId = new Map(known.map((entry) => [idOf(entry), entry]));
  return list.map((entry, position) => {
    const id = idOf(entry);
    return shared(id === undefined ? known[position] : byId.get(id), entry);
  });
}

/** @param {Record<string, any>} known @param {Record<string, any>} value */
const sharedObject = (known, value) => Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shared(known[key], part)]));

/** @param {any} value */
const isContainer = (value) => typeof value === "object" && value !== null;

/**
 * Parts of a document that are saved separately: its fields, and the parts of a timeline, which the
 * service merges (`editorState.captions`). A part that is refused does not block the others.
 *
 * @typedef {Map<string, any>} Parts by their paths
 */

import { equal, idOf, replaceAt, valueAt } from "./merge.js";

const DIVIDED = "editorState";

/** The parts of changed fields. @param {Record<string, any>} edits @returns {Parts} */
export function partsOf(edits) {
  const parts = Object.entries(edits).flatMap(([field, value]) =>
    field === DIVIDED && value
      ? Object.entries(value).map(([name, part]) => [`${field}.${name}`, part])
      : [[field, value]],
  );
  return new Map(/** @type {[string, any][]} */ (parts));
}

/**
 * Whether a document has this value at a path; null equals a missing value.
 * @param {any} data
 * @param {string} path
 * @param {any} value
 */
export const has = (data, path, value) => equal(valueAt(data, path) ?? null, value ?? null);

/** A document with other values. @param {any} data @param {Iterable<[string, any]>} parts */
export function withParts(data, parts) {
  for (const [path, value] of parts) data = replaceAt(data, path.split("."), value);
  return data;
}

/**
 * The body of a request that saves parts.
 * @param {Iterable<[string, any]>} parts
 * @returns {Record<string, any>}
 */
export const bodyOf = (parts) => withParts({}, parts);

/** The part that a path is in. @param {Parts} parts @param {string} path */
export const partWith = (parts, path) => [...parts.keys()].find((each) => `${path}.`.startsWith(`${each}.`));

/**
 * Whether a path leads to the same place within two values: through lists of the same entries.
 * @param {any} a @param {any} b @param {string} path
 */
export function isSamePlace(a, b, path) {
  for (const name of path.split(".")) {
    if (Array.isArray(a) && (a.length !== b?.length || idOf(a[Number(name)]) !== idOf(b[Number(name)]))) return false;
    a = a?.[name];
    b = b?.[name];
  }
  return path !== "" && b !== undefined;
}

/** The smallest parts, as many as fit into so many bytes. @param {Parts} parts @param {number} bytes */
export function fitting(parts, bytes) {
  const sizes = [...parts].map(([path, value]) => ({ path, value, size: sizeOf({ [path]: value }) }));
  sizes.sort((a, b) => a.size - b.size);
  /** @type {Parts} */
  const chosen = new Map();
  for (const { path, value, size } of sizes) {
    bytes -= size;
    if (bytes < 0) break;
    chosen.set(path, value);
  }
  return chosen;
}

/** How many bytes a value is as JSON. @param {any} value */
export const sizeOf = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * Return changed fields with another value at a path.
 * @param {Record<string, any>} edits @param {string} path @param {any} value
 * @param {any} data what is not changed
 */
export function withValue(edits, path, value, data) {
  const [field, ...rest] = path.split(".");
  return { ...edits, [field]: replaceAt(edits[field] ?? data[field], rest, value) };
}

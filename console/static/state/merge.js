/** Three-way merging of JSON values: what two clients changed since they read the same version. */

/**
 * @typedef {{path: string, mine: any, theirs: any}} Conflict
 *   `path` is such as `scenes.2.image_prompt`
 */

/**
 * Merge two versions that go back to the same base.
 *
 * Objects are merged by their keys, arrays of the same length by their positions. Where both
 * versions changed the same value differently, the result has `mine` and a conflict is returned.
 * @param {any} base
 * @param {any} mine
 * @param {any} theirs
 * @param {string} [path]
 * @returns {{value: any, conflicts: Conflict[]}}
 */
export function merge(base, mine, theirs, path = "") {
  if (equal(mine, theirs) || equal(base, mine)) return { value: theirs, conflicts: [] };
  if (equal(base, theirs)) return { value: mine, conflicts: [] };
  if (!haveSameShape(base, mine, theirs)) {
    return { value: mine, conflicts: [{ path, mine, theirs }] };
  }
  const value = Array.isArray(theirs) ? [...theirs] : { ...theirs };
  /** @type {Conflict[]} */
  const conflicts = [];
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine), ...Object.keys(base)])) {
    const merged = merge(base[key], mine[key], theirs[key], path ? `${path}.${key}` : key);
    if (merged.value === undefined) delete value[key];
    else value[key] = merged.value;
    conflicts.push(...merged.conflicts);
  }
  return { value, conflicts };
}

/**
 * Return a copy of a value with another one at a path.
 * @param {any} value
 * @param {string[]} path
 * @param {any} replacement
 * @returns {any}
 */
export function replaceAt(value, [key, ...rest], replacement) {
  if (key === undefined) return replacement;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = replaceAt(copy[key], rest, replacement);
  return copy;
}

/**
 * Whether two JSON values are the same, whatever the order of their keys.
 * @param {any} a
 * @param {any} b
 * @returns {boolean}
 */
export function equal(a, b) {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => equal(a[key], b[key]));
}

/** @param {any[]} values */
function haveSameShape(...values) {
  if (!values.every(isContainer)) return false;
  const [first] = values;
  if (!Array.isArray(first)) return !values.some(Array.isArray);
  return values.every((value) => Array.isArray(value) && value.length === first.length);
}

/** @param {any} value */
function isContainer(value) {
  return typeof value === "object" && value !== null;
}

/** Three-way merging of JSON values: what two clients changed since they read the same version. */

/**
 * @typedef {{path: string, mine: any, theirs: any}} Conflict
 *   `path` is such as `scenes.2.image_prompt`
 * @typedef {{value: any, conflicts: Conflict[]}} Merged
 */

const KEYS = ["scene_index", "sceneIndex", "id"]; // fields that identify the entries of lists

/**
 * Merge two versions that go back to the same base.
 *
 * Objects are merged by their keys, lists by the numbers or ids of their entries or else, if they
 * are of the same length, by position. Where both versions changed the same value differently, the
 * result has `mine` and a conflict is returned. An entry that one version removed and the other one
 * changed stays.
 * @param {any} base
 * @param {any} mine
 * @param {any} theirs
 * @param {string} [path]
 * @returns {Merged}
 */
export function merge(base, mine, theirs, path = "") {
  if (equal(mine ?? null, theirs ?? null) || equal(base, mine)) return { value: theirs, conflicts: [] };
  if (equal(base, theirs)) return { value: mine, conflicts: [] };
  const key = keyOf(base, mine, theirs);
  if (key) return mergeEntries(key, [base, mine, theirs], path);
  if (!haveSameShape(base, mine, theirs)) {
    return { value: mine, conflicts: [{ path, mine, theirs }] };
  }
  const value = Array.isArray(theirs) ? [...theirs] : { ...theirs };
  /** @type {Conflict[]} */
  const conflicts = [];
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine), ...Object.keys(base)])) {
    const merged = merge(base[name], mine[name], theirs[name], join(path, name));
    if (merged.value === undefined) delete value[name];
    else value[name] = merged.value;
    conflicts.push(...merged.conflicts);
  }
  return { value, conflicts };
}

/**
 * Rebase changed fields onto another version than the one that they were made in.
 * @param {Record<string, any>} edits
 * @param {any} base the version that they were made in
 * @param {any} theirs
 * @returns {{edits: Record<string, any>, conflicts: Conflict[]}} the fields that differ from `theirs`
 */
export function rebase(edits, base, theirs) {
  /** @type {Record<string, any>} */
  const rebased = {};
  /** @type {Conflict[]} */
  const conflicts = [];
  for (const [field, mine] of Object.entries(edits)) {
    const merged = merge(base[field], mine, theirs[field], field);
    conflicts.push(...merged.conflicts);
    if (!equal(merged.value, theirs[field])) rebased[field] = merged.value;
  }
  return { edits: rebased, conflicts };
}

/**
 * The values that differ, the smallest ones: `[path, before, after]`.
 * @param {any} before
 * @param {any} after
 * @param {string} [path]
 * @returns {[string, any, any][]}
 */
export function changes(before, after, path = "") {
  if (equal(before, after)) return [];
  if (!haveSameShape(before, after)) return [[path, before, after]];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => changes(before[name], after[name], join(path, name)));
}

/** @param {any} value @param {string} path @returns {any} undefined if there is nothing */
export const valueAt = (value, path) =>
  path ? path.split(".").reduce((found, name) => found?.[name], value) : value;

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

/**
 * Merge lists whose entries have keys: their order, and at the end what is only in `mine`.
 * @param {string} key
 * @param {[any[], any[], any[]]} versions base, mine, theirs
 * @param {string} path
 * @returns {Merged}
 */
function mergeEntries(key, versions, path) {
  const [base, mine, theirs] = versions.map((list) => new Map(list.map((entry) => [entry[key], entry])));
  /** @type {any[]} */
  const value = [];
  /** @type {Conflict[]} */
  const conflicts = [];
  for (const id of new Set([...theirs.keys(), ...mine.keys()])) {
    const sides = [mine.get(id), theirs.get(id)];
    const removed = base.has(id) && sides.some((side) => side === undefined);
    const merged = removed
      ? { value: sides.find((side) => side && !equal(side, base.get(id))), conflicts: [] }
      : merge(base.get(id) ?? {}, sides[0] ?? {}, sides[1] ?? {}, join(path, String(value.length)));
    if (merged.value) value.push(merged.value);
    conflicts.push(...merged.conflicts);
  }
  return { value, conflicts };
}

/** The id of a list's entry. @param {any} entry */
export const idOf = (entry) => KEYS.map((key) => entry?.[key]).find((id) => id !== undefined);

/** The field that identifies the entries of these lists, if there is one. @param {any[]} lists */
function keyOf(...lists) {
  if (!lists.every(Array.isArray)) return undefined;
  return KEYS.find((key) =>
    lists.every((list) => {
      const ids = new Set(list.map((/** @type {any} */ entry) => entry?.[key]));
      return ids.size === list.length && !ids.has(undefined);
    }),
  );
}

/** @param {string} path @param {string} name */
const join = (path, name) => (path ? `${path}.${name}` : name);

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

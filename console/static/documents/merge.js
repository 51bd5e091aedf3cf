/** Three-way merging of JSON values: what two clients changed since they read the same version. */

/**
 * @typedef {{path: string, mine: any, theirs: any}} Conflict
 *   `path` is such as `scenes.#2.image_prompt`, of the scene with this number wherever it stands
 * @typedef {{value: any, conflicts: Conflict[]}} Merged
 */

const KEYS = ["scene_index", "sceneIndex", "id"]; // fields that identify the entries of lists
const ITSELF = ""; // in place of such a field: the entries are ids
const ID = /^[a-z]+_\w[\w-]*$/;
const BY_ID = "#"; // before the id of an entry in a path

/**
 * Merge two versions that go back to the same base.
 *
 * Objects are merged by their keys, lists by the numbers or ids of their entries, or as sets in an order if
 * they are lists of ids, or else, if they are of the same length, by position. Where both versions changed the same value differently, the
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
  const lists = [base ?? [], mine ?? [], theirs ?? []];
  if (haveIds(lists)) return mergeEntries(ITSELF, lists, path);
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
  const [old, now] = [entriesById(before), entriesById(after)];
  if (old && now) {
    if ([...old.keys()].some((step) => !now.has(step))) return [[path, before, after]];
    return [...old].flatMap(([step, entry]) => changes(entry, now.get(step), join(path, step)));
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => changes(before[name], after[name], join(path, name)));
}

/** @param {any} value @param {string} path @returns {any} undefined if there is nothing */
export const valueAt = (value, path) =>
  path ? path.split(".").reduce((found, step) => found?.[keyAt(found, step)], value) : value;

/**
 * A path with the positions of entries in place of their ids; -1 of one that is gone.
 * @param {any} value @param {string} path
 */
export function withPositions(value, path) {
  const keys = [];
  for (const step of path.split(".")) {
    keys.push(keyAt(value, step));
    value = value?.[keyAt(value, step)];
  }
  return keys.join(".");
}

/** Whether a path leads to no entry that is gone. @param {any} value @param {string} path */
export const leads = (value, path) => !withPositions(value, path).split(".").includes("-1");

/** The key or position of a step of a path. @param {any} value @param {string} step */
const keyAt = (value, step) =>
  step.startsWith(BY_ID) && Array.isArray(value) ? value.findIndex((entry) => stepOf(entry) === step) : step;

/**
 * Return a copy of a value with another one at a path; the same if the path leads to an entry that is gone.
 * @param {any} value
 * @param {string[]} path
 * @param {any} replacement
 * @returns {any}
 */
export function replaceAt(value, [step, ...rest], replacement) {
  if (step === undefined) return replacement;
  const key = keyAt(value, step);
  if (key === -1) return value;
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
 * Merge lists whose entries have keys. The order is theirs, or mine if only that has changed.
 * @param {string} key
 * @param {any[][]} versions base, mine, theirs
 * @param {string} path
 * @returns {Merged}
 */
function mergeEntries(key, versions, path) {
  const [base, mine, theirs] = versions.map((list) => new Map(list.map((entry) => [key === ITSELF ? entry : entry[key], entry])));
  /** @type {any[]} */
  const value = [];
  /** @type {Conflict[]} */
  const conflicts = [];
  for (const id of mergeOrder([...base.keys()], [...mine.keys()], [...theirs.keys()])) {
    const sides = [mine.get(id), theirs.get(id)];
    const isOneSided = sides.includes(undefined); // removed or added by the other side
    const merged = isOneSided
      ? { value: sides.find((side) => side && !equal(side, base.get(id))), conflicts: [] }
      : merge(base.get(id) ?? blanks(sides), sides[0], sides[1], join(path, stepTo(id, value.length)));
    if (merged.value) value.push(merged.value);
    conflicts.push(...merged.conflicts);
  }
  return { value, conflicts };
}

/**
 * The ids of a merged list. An entry that is only in the other one comes after the one before it there,
 * and after what this one has added at the same place.
 * @param {any[]} base @param {any[]} mine @param {any[]} theirs
 */
function mergeOrder(base, mine, theirs) {
  const order = (/** @type {any[]} */ ids, /** @type {any[]} */ others) => ids.filter((id) => others.includes(id));
  const isMoved = (/** @type {any[]} */ ids) => !equal(order(ids, base), order(base, ids));
  const [first, other] = isMoved(mine) && !isMoved(theirs) ? [mine, theirs] : [theirs, mine];
  const merged = [...first];
  other.forEach((id, place) => {
    if (first.includes(id)) return;
    const before = other.slice(0, place).findLast((each) => merged.includes(each));
    let position = before === undefined ? 0 : merged.indexOf(before) + 1;
    while (position < merged.length && !other.includes(merged[position])) position += 1;
    merged.splice(position, 0, id);
  });
  return merged;
}

/**
 * What two entries that were added with the same id leave empty: what only one of them says is no conflict.
 * @param {any[]} entries
 */
function blanks(entries) {
  const empty = entries.flatMap((entry) => Object.entries(entry ?? {}).filter(([, value]) => value === "" || value === null));
  return Object.fromEntries(empty);
}

/** The entries of a list by the steps of paths that lead to them; null unless all have ids. @param {any} list */
function entriesById(list) {
  if (!Array.isArray(list) || !keyOf(list)) return null;
  const entries = new Map(list.map((entry) => [stepOf(entry), entry]));
  return [...entries.keys()].some((step) => step.includes(".")) ? null : entries;
}

/** The step of a path that leads to an entry. @param {any} entry */
const stepOf = (entry) => `${BY_ID}${idOf(entry)}`;

/** @param {any} id  of an entry @param {number} position */
const stepTo = (id, position) => (String(id).includes(".") ? String(position) : `${BY_ID}${id}`);

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

/** Whether these are lists of ids, each of which is there once. @param {any[]} lists */
const haveIds = (lists) =>
  lists.every((list) => Array.isArray(list) && new Set(list).size === list.length && list.every((each) => typeof each === "string" && ID.test(each)));

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

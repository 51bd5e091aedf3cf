/**
 * Keys of order: numbers by which the items of a track are sorted, so that one of them is put
 * elsewhere without a change of the others. Where no number is left between two, a key is a list:
 * `[1, 0]` and `[1, 1]` follow `1`, and come before all larger numbers, as words of a dictionary do.
 *
 * @typedef {number | number[]} Key
 * @typedef {number[]} Path  what a key is sorted by
 * @typedef {{id: string, order: Key}} Keyed
 * @typedef {{id: string, action: {[field: string]: any}}} Ordered  its action may have a key
 */

import { limited } from "../frames.js";
import { OperationError, checkNames, idOf, require, timeOf } from "./arguments.js";
import { checkTrim, lengthOf, newClip, sceneOf, transitionOf } from "./new-clip.js";

/**
 * Ids of what is on a timeline.
 *
 * @typedef {"clip"|"text"|"picture"|"caption"|"music"|"sound"|"operation"|"step"} Prefix
 * @typedef {{start: number, end: number, text: string, id?: string, [field: string]: any}} Caption
 */

const CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 8;
const ENCODER = new TextEncoder();
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Of captions and lists of them, which are not changed once they are made. */
/** @type {WeakMap<object, string>} */
const bases = new WeakMap();
/** @type {WeakMap<object, string[]>} */
const listed = new WeakMap();

/** Return a random id for something new. @param {Prefix} prefix */
export function newId(prefix) {
  const numbers = [...crypto.getRandomValues(new Uint32Array(LENGTH))];
  return `${prefix}-${numbers.map((number) => CHARACTERS[number % CHARACTERS.length]).join("")}`;
}

/**
 * Return ids of which none is there twice: a later one becomes `id~2`, `id~3`.
 * @param {string[]} ids
 */
export function distinct(ids) {
  const used = new Set(ids);
  if (used.size === ids.length) return ids;
  const seen = new Set();
  return ids.map((id) => {
    if (!seen.has(id)) {
      seen.add(id);
      return id;
    }
    let number = 2;
    while (used.has(`${id}~${number}`)) number += 1;
    used.add(`${id}~${number}`);
    return `${id}~${number}`;
  });
}

/**
 * Return the ids of captions: those that are stored, or else ones that follow from their contents.
 * @param {Caption[]} captions
 */
export function captionIds(captions) {
  const known = listed.get(captions);
  if (known) return known;
  const stored = captions.map(({ id }) => id).filter(Boolean);
  const given = distinct(/** @type {string[]} */ (stored))[Symbol.iterator]();
  const ids = captions.map(({ id }) => (id ? /** @type {string} */ (given.next().value) : ""));
  const used = new Set(ids);
  captions.forEach((caption, index) => {
    if (caption.id) return;
    const base = captionBase(caption);
    let id = base;
    for (let number = 2; used.has(id); number += 1) id = `${base}-${number}`;
    used.add(id);
    ids[index] = id;
  });
  listed.set(captions, ids);
  return ids;
}

/** Return the id that follows from a caption's contents. @param {Caption} caption */
export function captionBase(caption) {
  const known = bases.get(caption);
  if (known) return known;
  const times = [caption.start, caption.end].map((seconds) => Math.floor(limited(seconds) * 1000 + 0.5));
  const base = `c${crc32(`${times[0]}|${times[1]}|${caption.text}`).toString(16).padStart(8, "0")}`;
  bases.set(caption, base);
  return base;
}

/** @param {string} text */
function crc32(text) {
  let value = 0xffffffff;
  for (const byte of ENCODER.encode(text)) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

const LARGEST = 1e9; // of stored keys: others count as missing
const LONGEST = 100; // numbers in a stored key: as LARGEST

/**
 * Return the keys of items in order: those that are stored, where they agree with the order. Others
 * are spread between these.
 * @param {Ordered[]} items
 * @returns {Key[]}
 */
export function keysOf(items) {
  const counted = items.map((_, index) => index);
  const kept = increasing(items);
  if (kept.length === 0) return counted;
  const keyAt = (/** @type {number} */ place) => items[kept[place]]?.action.order;
  /** @type {Key[]} */
  const keys = [];
  for (let place = 0; place <= kept.length; place += 1) {
    const missing = (kept[place] ?? items.length) - keys.length;
    keys.push(...spread(pathOf(keyAt(place - 1)), pathOf(keyAt(place)), missing).map(keyOf));
    if (place < kept.length) keys.push(keyOf(pathOf(keyAt(place))));
  }
  return keys.every((_, index) => index === 0 || follows(items, keys, index)) ? keys : counted;
}

/**
 * Return the paths of keys for so many items between two others, of which an empty one is an end.
 * @param {Path} before @param {Path} after @param {number} count
 * @returns {Path[]}
 */
function spread([low, ...lower], [high, ...higher], count) {
  const numbered = (/** @type {(number: number) => number} */ numberOf) => Array.from({ length: count }, (_, index) => [numberOf(index)]);
  if (low === undefined || high === undefined) {
    const first = high !== undefined ? high - count : low !== undefined ? low + 1 : 0;
    return numbered((index) => first + index);
  }
  if (low === high) return spread(lower, higher, count).map((rest) => [low, ...rest]);
  const between = numbered((index) => low + ((high - low) * (index + 1)) / (count + 1));
  const all = [low, ...between.flat(), high];
  if (all.every((each, index) => index === 0 || all[index - 1] < each)) return between;
  return spread(lower, [], count).map((rest) => [low, ...rest]);
}

/** @param {Path} path @returns {Key} */
const keyOf = (path) => (path.length === 1 ? path[0] : path);

/** @param {Key} [key]  none at an end of the track @returns {Path} */
const pathOf = (key) => (key === undefined ? [] : Array.isArray(key) ? key : [key]);

/** @param {{id: string}[]} items @param {Key[]} keys @param {number} index */
function follows(items, keys, index) {
  return compare(items[index - 1].id, keys[index - 1], items[index].id, keys[index]) < 0;
}

/**
 * @template {Keyed} T
 * @param {T[]} items  in order @param {number} index @param {T} item
 * @returns {T[]} with an item at a place; those behind it that have the key of the one before it get others
 */
export function inserted(items, index, item) {
  const before = pathOf(items[index - 1]?.order);
  const isOther = (/** @type {Keyed} */ { order }) => compareKeys(before, pathOf(order)) !== 0;
  const next = items.findIndex((each, place) => place >= index && isOther(each));
  const end = next < 0 ? items.length : next;
  const paths = spread(before, pathOf(items[end]?.order), end - index + 1);
  const placed = [item, ...items.slice(index, end)].map((each, place) => ({ ...each, order: keyOf(paths[place]) }));
  return [...items.slice(0, index), ...placed, ...items.slice(end)];
}

/** Sort by keys. @template {Keyed} T @param {T[]} items @returns {T[]} */
export function inKeyOrder(items) {
  return [...items].sort((a, b) => compare(a.id, a.order, b.id, b.order));
}

/** Return whether keys are left out: they say no more than the order. @param {Keyed[]} items */
export function areCounted(items) {
  return items.every(({ order }, index) => order === index);
}

/** @param {string} idA @param {Key} keyA @param {string} idB @param {Key} keyB */
function compare(idA, keyA, idB, keyB) {
  const difference = compareKeys(pathOf(keyA), pathOf(keyB));
  if (difference !== 0 || idA === idB) return difference;
  return idA < idB ? -1 : 1;
}

/** @param {Path} a @param {Path} b */
function compareKeys(a, b) {
  const level = a.findIndex((part, index) => part !== b[index]);
  if (level < 0) return a.length - b.length;
  return level < b.length ? a[level] - b[level] : 1;
}

/** Return whether a stored key counts. @param {any} order */
function isKey(order) {
  const path = pathOf(order);
  return path.length > 0 && path.length <= LONGEST && path.every((part) => typeof part === "number" && Math.abs(part) <= LARGEST);
}

/**
 * Return the indexes of the most items whose stored keys increase.
 * @param {Ordered[]} items
 * @returns {number[]}
 */
function increasing(items) {
  /** @type {number[]} */
  const tails = []; // of a sequence of each length, the index of its last item
  /** @type {Map<number, number|undefined>} */
  const before = new Map();
  items.forEach(({ action: { order } }, index) => {
    if (!isKey(order)) return;
    const at = firstNotBelow(items, tails, index);
    before.set(index, tails[at - 1]);
    tails[at] = index;
  });
  const result = [];
  for (let index = tails.at(-1); index !== undefined; index = before.get(index)) result.push(index);
  return result.reverse();
}

/** @param {any[]} items @param {number[]} tails @param {number} index */
function firstNotBelow(items, tails, index) {
  let [low, high] = [0, tails.length];
  const { id, action } = items[index];
  while (low < high) {
    const middle = (low + high) >> 1;
    const tail = items[tails[middle]];
    if (compare(tail.id, tail.action.order, id, action.order) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The operation that says all clips at once.
 *
 * @typedef {import("./clip-operations.js").Clip} Clip
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./operations.js").Operation} Operation
 */

const NAMES = ["scene", "from", "seconds", "transition", "transitionSeconds", "new"];

/**
 * Put clips of scenes in an order. The first clip of a scene that is there already keeps what is not
 * given; clips that are not asked for are deleted.
 * @param {Draft} draft @param {Operation} operation
 */
export function arrange(draft, operation) {
  require(operation, "clips");
  if (!Array.isArray(operation.clips)) throw new OperationError("clips", "Must be a list.");
  const unused = [...draft.clips];
  const taken = new Set(unused.map(({ id }) => id));
  const clips = operation.clips.map((part, number) => {
    const path = `clips.${number}.`;
    checkPart(part, path);
    return arranged(draft, part, unused, taken, path);
  });
  const keys = keysOf(clips.map(({ id, order, isNew }) => ({ id, action: isNew ? {} : { order } })));
  draft.clips = clips.map(({ isNew, ...clip }, index) => ({ ...clip, order: keys[index] }));
}

/** @param {any} part @param {string} path */
function checkPart(part, path) {
  if (part === null || typeof part !== "object" || Array.isArray(part)) {
    throw new OperationError(path.slice(0, -1), "Must be an object.");
  }
  checkNames(part, NAMES, path);
  if (part.scene === undefined) throw new OperationError(`${path}scene`, "Required.");
}

/**
 * @param {Draft} draft @param {any} part @param {Clip[]} unused @param {Set<string>} taken
 * @param {string} path
 * @returns {Clip & {isNew: boolean}}
 */
function arranged(draft, part, unused, taken, path) {
  const { scene } = sceneOf(draft, part, path);
  const index = unused.findIndex(({ action }) => !action.assetId && action.sceneIndex === scene);
  if (index < 0) {
    const id = idOf(part, "new", false, path) ?? newId("clip");
    if (taken.has(id)) throw new OperationError(`${path}new`, "There is a clip of this id.");
    taken.add(id);
    return { ...newClip(draft, part, id, path), isNew: true };
  }
  const [clip] = unused.splice(index, 1);
  const from = timeOf(part, "from", path);
  checkTrim(draft, clip.action, from, path);
  const fields = { ...(from !== undefined && { trimStart: from }), ...transitionOf(part, "transitionSeconds", path) };
  const length = lengthOf(part, draft.rate, path) ?? clip.length;
  return { ...clip, length, action: { ...clip.action, ...fields }, isNew: false };
}

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

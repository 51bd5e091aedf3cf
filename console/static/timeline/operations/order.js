/**
 * Keys of order: numbers by which the items of a track are sorted, so that one of them is put
 * elsewhere without a change of the others.
 *
 * @typedef {{id: string, order: number}} Keyed
 * @typedef {{id: string, action: {[field: string]: any}}} Ordered  its action may have a key
 */

const LARGEST = 1e9; // of stored keys: others count as missing

/**
 * Return the keys of items in order: those that are stored, where they agree with the order. Others
 * are spread between these.
 * @param {Ordered[]} items
 * @returns {number[]}
 */
export function keysOf(items) {
  const counted = items.map((_, index) => index);
  const kept = increasing(items);
  if (kept.length === 0) return counted;
  const keyAt = (/** @type {number} */ place) => /** @type {number} */ (items[kept[place]].action.order);
  let place = 0; // of the next kept one
  const keys = items.map((_, index) => {
    if (index === kept[place]) return keyAt(place++);
    if (place === 0) return keyAt(0) - (kept[0] - index);
    const before = index - kept[place - 1];
    if (place === kept.length) return keyAt(place - 1) + before;
    const distance = keyAt(place) - keyAt(place - 1);
    return keyAt(place - 1) + (distance * before) / (kept[place] - kept[place - 1]);
  });
  return keys.every((_, index) => index === 0 || follows(items, keys, index)) ? keys : counted;
}

/** Return a key between two others. @param {number|undefined} before @param {number|undefined} after */
function between(before, after) {
  if (before === undefined) return after === undefined ? 0 : after - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

/** @param {{id: string}[]} items @param {number[]} keys @param {number} index */
function follows(items, keys, index) {
  return compare(items[index - 1].id, keys[index - 1], items[index].id, keys[index]) < 0;
}

/**
 * @template {Keyed} T
 * @param {T[]} items  in order @param {number} index @param {T} item
 * @returns {T[]} with an item at a place; all have new keys if there is none between the neighbours
 */
export function inserted(items, index, item) {
  const [before, after] = [items[index - 1]?.order, items[index]?.order];
  const order = between(before, after);
  const result = [...items.slice(0, index), { ...item, order }, ...items.slice(index)];
  const isBetween = (before === undefined || before < order) && (after === undefined || order < after);
  return isBetween ? result : result.map((each, number) => ({ ...each, order: number }));
}

/** Sort by keys. @template {Keyed} T @param {T[]} items @returns {T[]} */
export function inKeyOrder(items) {
  return [...items].sort((a, b) => compare(a.id, a.order, b.id, b.order));
}

/** Return whether keys are left out: they say no more than the order. @param {Keyed[]} items */
export function areCounted(items) {
  return items.every(({ order }, index) => order === index);
}

/** @param {string} idA @param {number} keyA @param {string} idB @param {number} keyB */
function compare(idA, keyA, idB, keyB) {
  if (keyA !== keyB) return keyA - keyB;
  if (idA === idB) return 0;
  return idA < idB ? -1 : 1;
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
    if (typeof order !== "number" || !(Math.abs(order) <= LARGEST)) return;
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

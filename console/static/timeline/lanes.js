/** Lanes of a track, so that items at the same time do not cover each other. */

/**
 * Return the lane of each item, from 0 on: the first one that is free.
 * @param {{start: number, end: number}[]} items
 * @returns {number[]}
 */
export function lanesOf(items) {
  /** @type {number[]} */
  const lanes = new Array(items.length).fill(0);
  /** @type {number[]} */
  const ends = [];
  const inOrder = items.map((_, index) => index).sort((a, b) => items[a].start - items[b].start);
  for (const index of inOrder) {
    const free = ends.findIndex((end) => end <= items[index].start);
    lanes[index] = free < 0 ? ends.length : free;
    ends[lanes[index]] = items[index].end;
  }
  return lanes;
}

/**
 * Where burned captions stand: one above the other while they are shown together. The rules are
 * those of export/plan/caption_looks.py.
 *
 * @typedef {import("./frames.js").Span} Span
 * @typedef {{top: number, bottom: number}} Box  what a caption takes of the frame's height
 * @typedef {{top: number, bottom: number, middle: number}} Room
 *   where captions may be, in pixels from the frame's top; `middle` is that of a lone one
 */

const CLOSE = 0.01; // pixels: boxes that overlap by less touch each other

/**
 * Return the vertical middle of each caption that has a height, in pixels from the top.
 * @param {Span[][]} cues  the times at which each is shown
 * @param {Map<number, number>} heights  by the index of the caption
 * @param {Room} room
 * @returns {Map<number, number>}
 */
export function placeCaptions(cues, heights, room) {
  /** @type {Map<number, Box>} */
  const boxes = new Map();
  for (const { index, earlier } of withEarlier(cues)) {
    const height = heights.get(index);
    if (height === undefined) continue;
    const shown = earlier.flatMap((other) => boxes.get(other) ?? []);
    const top = freeTop(height, shown, room);
    boxes.set(index, { top, bottom: top + height });
  }
  return new Map([...boxes].map(([index, { top, bottom }]) => [index, (top + bottom) / 2]));
}

/**
 * Return the captions in the order of their starts, each with earlier ones that it meets. Of two that
 * begin together, the one that is shown longer is the earlier one.
 * @param {Span[][]} cues
 * @returns {{index: number, earlier: number[]}[]}
 */
function withEarlier(cues) {
  const shown = [...cues.keys()].filter((index) => cues[index].length > 0);
  const [start, end] = [
    (/** @type {number} */ index) => cues[index][0].start,
    (/** @type {number} */ index) => cues[index][0].end,
  ];
  /** @type {number[]} */
  let left = [];
  return shown
    .sort((a, b) => start(a) - start(b) || end(b) - end(a))
    .map((index) => {
      left = left.filter((other) => (cues[other].at(-1)?.end ?? 0) > start(index));
      const earlier = left.filter((other) => meet(cues[other], cues[index]));
      left.push(index);
      return { index, earlier };
    });
}

/** Return whether two captions are shown in a common frame. @param {Span[]} one @param {Span[]} other */
function meet(one, other) {
  return one.some((a) => other.some((b) => Math.max(a.start, b.start) < Math.min(a.end, b.end)));
}

/** @param {number} height @param {Box[]} shown @param {Room} room */
function freeTop(height, shown, room) {
  const lowest = Math.max(room.bottom - height, room.top);
  const usual = Math.min(Math.max(room.middle - height / 2, room.top), lowest);
  const free = candidates(usual, height, shown).find(
    (top) =>
      room.top - CLOSE < top &&
      top < lowest + CLOSE &&
      !shown.some((box) => top < box.bottom - CLOSE && box.top < top + height - CLOSE),
  );
  return free ?? usual;
}

/**
 * Return the usual top, then those above other captions, then those below, nearest first.
 * @param {number} usual @param {number} height @param {Box[]} shown
 */
function candidates(usual, height, shown) {
  const above = shown.map((box) => box.top - height).filter((top) => top < usual);
  const below = shown.map((box) => box.bottom).filter((top) => top > usual);
  return [usual, ...above.sort((a, b) => b - a), ...below.sort((a, b) => a - b)];
}

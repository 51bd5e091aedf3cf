/**
 * Captions that are not to be shown at the same time as another one: those before it end where it
 * begins, those behind it begin where it ends.
 *
 * @typedef {{id: string, start: number, end: number}} Span  seconds
 * @typedef {import("./operations/operations.js").Operation} Operation
 */

import { MIN_SECONDS } from "./facts.js";

/**
 * Return the operations that make room for the captions that operations add, or give other times.
 * @param {Span[]} captions  as they are before @param {Operation[]} operations
 * @returns {Operation[]}
 */
export function roomForCaptions(captions, operations) {
  const timed = operations.filter(({ op, start, end }) => op === "caption" && (start ?? end) !== undefined);
  const placed = timed.map(({ id, new: added, start, end }) => {
    const before = captions.find((caption) => caption.id === id);
    return { id: id ?? added ?? "", start: start ?? before?.start ?? 0, end: end ?? before?.end ?? 0 };
  });
  const ids = new Set(placed.map(({ id }) => id));
  let others = captions.filter(({ id }) => !ids.has(id));
  const before = new Map(others.map((caption) => [caption.id, caption]));
  for (const span of placed) others = besides(others, span);
  return others.flatMap(({ id, start, end }) => {
    const known = before.get(id);
    const isSame = known?.start === start && known.end === end;
    return isSame ? [] : [{ op: "caption", id, start, end }];
  });
}

/** @param {Span[]} others @param {Span} span @returns {Span[]} */
function besides(others, span) {
  const isTrimmed = (/** @type {Span} */ { start }) => span.start - start >= MIN_SECONDS;
  const earlier = others.filter(isTrimmed).map((each) => ({ ...each, end: Math.min(each.end, span.start) }));
  const later = others.filter((each) => !isTrimmed(each)).sort((a, b) => a.start - b.start);
  let free = span.end;
  const moved = later.map((each) => {
    if (each.end <= span.start) return each;
    const start = Math.max(each.start, free);
    const end = start === each.start ? each.end : Math.max(each.end, start + MIN_SECONDS);
    if (start !== each.start) free = end;
    return { ...each, start, end };
  });
  return [...earlier, ...moved];
}

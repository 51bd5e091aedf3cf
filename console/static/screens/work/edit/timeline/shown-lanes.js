/**
 * The lanes that are shown. While the pointer is over the timeline, none of them goes or gets lower, so
 * that nothing moves away from under it.
 *
 * @typedef {import("./lanes.js").Lane} Lane
 */

import { computed } from "@preact/signals";
import { LANES } from "./lanes.js";

/**
 * @param {import("@preact/signals").ReadonlySignal<Lane[]>} lanes  those with something on them
 * @param {import("@preact/signals").ReadonlySignal<boolean>} isPointerOver
 */
export function watchShownLanes(lanes, isPointerOver) {
  /** @type {Lane[]} */
  let before = [];
  return computed(() => {
    before = isPointerOver.value ? LANES.flatMap(({ kind }) => kept(find(before, kind), find(lanes.value, kind))) : lanes.value;
    return before;
  });
}

/** @param {Lane[]} lanes @param {import("./lanes.js").Kind} kind */
const find = (lanes, kind) => lanes.find((lane) => lane.kind === kind);

/** @param {Lane|undefined} before @param {Lane|undefined} now @returns {Lane[]} */
function kept(before, now) {
  if (!now) return before ? [before.entries.length ? { ...before, entries: [] } : before] : [];
  return [before && before.rows > now.rows ? { ...now, rows: before.rows } : now];
}

import { computed } from "@preact/signals";
import { equal } from "../../../../documents/merge.js";

/**
 * A computed value that is the same object until it differs.
 * @template T
 * @param {() => T} compute
 */
export function keptWhileEqual(compute) {
  /** @type {T|undefined} */
  let before;
  return computed(() => {
    const now = compute();
    if (before === undefined || !equal(before, now)) before = now;
    return before;
  });
}

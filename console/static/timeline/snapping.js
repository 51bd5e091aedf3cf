/** Snapping of times to what is on the timeline. */

import { toSeconds } from "./frames.js";

/**
 * Return the times at which something begins or ends.
 * @param {import("./model.js").Model} model
 */
export function edgesOf({ plan }) {
  const spans = [...plan.slots, ...plan.spans];
  const frames = new Set([0, ...spans.flatMap(({ start, end }) => [start, end])]);
  return [...frames].map((frame) => toSeconds(frame, plan.rate));
}

/**
 * Return the nearest of some times, if it is near, or else the time itself.
 * @param {number} time @param {number[]} times @param {number} tolerance  seconds
 */
export function snapped(time, times, tolerance) {
  let nearest = time;
  let distance = tolerance;
  for (const each of times) {
    if (Math.abs(each - time) < distance) [nearest, distance] = [each, Math.abs(each - time)];
  }
  return nearest;
}

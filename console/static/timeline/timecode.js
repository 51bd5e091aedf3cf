/** Times as texts. */

import { perSecond } from "./frames.js";

const LATE = 1e-6; // frames

/**
 * Return a time as minutes, seconds and frames: "1:05:12".
 * @param {number} time  seconds @param {import("./frames.js").Rate} rate
 */
export function timecode(time, rate) {
  const fps = Math.round(perSecond(rate));
  const frames = Math.floor(time * perSecond(rate) + LATE);
  const [seconds, rest] = [Math.floor(frames / fps), frames % fps];
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}:${two(rest)}`;
}

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, "0");
}

/**
 * How texts and pictures come and go: the frames in which they fade or slide. The rules are those of
 * export/plan/overlays.py and export/render/animated.py.
 *
 * @typedef {import("./frames.js").Rate} Rate
 * @typedef {import("./frames.js").Span} Span
 *
 * @typedef {object} Animation  frames in which something comes, or goes
 * @property {string} kind
 * @property {boolean} leaves
 * @property {number} start
 * @property {number} frames
 */

import { DIRECTIONS } from "./facts.js";
import { toFrame } from "./frames.js";

/**
 * Return the animations of each overlay: first the one by which it comes.
 * @param {import("./text-looks.js").Animated[]} overlays @param {Span[]} spans @param {Rate} rate
 * @returns {Animation[][]}
 */
export function animationsOf(overlays, spans, rate) {
  return overlays.map((overlay, index) => {
    const { start, end } = spans[index];
    const enter = Math.min(framesOf(overlay.enter, overlay.enterSeconds, rate), end - start);
    const leave = Math.min(framesOf(overlay.leave, overlay.leaveSeconds, rate), end - start - enter);
    return [
      { kind: overlay.enter, leaves: false, start, frames: enter },
      { kind: overlay.leave, leaves: true, start: end - leave, frames: leave },
    ].filter(({ frames }) => frames > 0);
  });
}

/** @param {string} kind @param {number} seconds @param {Rate} rate */
function framesOf(kind, seconds, rate) {
  return kind ? Math.max(toFrame(seconds, rate), 1) : 0;
}

/**
 * Return how something that comes or goes is shown at a frame: its opacity, and how many pixels it is
 * away from its place.
 * @param {Animation[]} animations @param {number} frame
 * @param {{width: number, height: number}} size  of the frame
 */
export function appearanceAt(animations, frame, { width, height }) {
  const found = { opacity: 1, x: 0, y: 0 };
  for (const { kind, leaves, start, frames } of animations) {
    const progress = Math.min(Math.max((frame - start) / frames, 0), 1);
    const away = leaves ? progress : 1 - progress;
    if (kind === "fade") found.opacity *= 1 - away;
    const [across, down] = DIRECTIONS[kind] ?? [0, 0];
    const sign = leaves ? 1 : -1;
    found.x += sign * across * steps(width, away);
    found.y += sign * down * steps(height, away);
  }
  return found;
}

/** @param {number} length @param {number} share */
function steps(length, share) {
  return 2 * Math.trunc(Math.floor(length / 2) * share ** 3);
}

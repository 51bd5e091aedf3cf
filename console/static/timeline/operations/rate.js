/** The frame rate that operations reckon with. */

import { settingsOf } from "../editor-state.js";
import { MIN_SECONDS } from "../facts.js";
import { exactRate, toFrame } from "../frames.js";

const DEFAULT_FPS = 30; // also for "source"
const LARGEST_FPS = 1000;

/** @param {import("../editor-state.js").State} state */
export function rateOf(state) {
  const { fps } = settingsOf(state);
  return exactRate(typeof fps === "number" ? Math.min(fps, LARGEST_FPS) : DEFAULT_FPS);
}

/** Return how many frames anything on a track lasts at least. @param {import("../frames.js").Rate} rate */
export function shortest(rate) {
  return Math.max(1, toFrame(MIN_SECONDS, rate));
}

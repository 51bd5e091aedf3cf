/**
 * The clips of a timeline as a page shows them.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./context.js").Context} Context
 */

import { clipsOf, isArranged, writeClips } from "./clip-track.js";
import { rateOf } from "./rate.js";

/**
 * Return the state with the scenes on the video track, unless clips are arranged. It is for showing
 * only: operations do the same where they need it.
 * @param {State} state @param {Context} context
 * @returns {State}
 */
export function withClipsOfScenes(state, context) {
  if (isArranged(state)) return state;
  const rate = rateOf(state);
  return writeClips(state, clipsOf(state, context, rate), rate);
}

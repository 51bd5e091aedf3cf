/**
 * The clips of a timeline as a page shows them.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./context.js").Context} Context
 *
 * @typedef {object} ClipView  times are in seconds
 * @property {string} id
 * @property {number} index
 * @property {number} scene
 * @property {number} start
 * @property {number} end
 * @property {number} seconds
 * @property {number} gap  before it
 * @property {number} trim  where its media begins
 * @property {string} transition  to the next clip
 * @property {number} transitionSeconds
 */

import { toSeconds } from "../frames.js";
import { CUT, DEFAULT_TRANSITION_SECONDS } from "../timeline.js";
import { clipsOf, isArranged, startsOf, writeClips } from "./clip-track.js";
import { rateOf } from "./rate.js";

/**
 * Return the clips in order; before they are arranged, the scenes.
 * @param {State} state @param {Context} context
 * @returns {ClipView[]}
 */
export function clipViews(state, context) {
  const rate = rateOf(state);
  const clips = clipsOf(state, context, rate);
  const starts = startsOf(clips);
  return clips.map(({ id, gap, length, action }, index) => {
    const start = /** @type {number} */ (starts.get(id));
    return {
      id,
      index,
      scene: action.sceneIndex,
      start: toSeconds(start, rate),
      end: toSeconds(start + length, rate),
      seconds: toSeconds(length, rate),
      gap: toSeconds(gap, rate),
      trim: action.trimStart ?? 0,
      transition: action.transitionType || CUT,
      transitionSeconds: action.transitionDuration ?? DEFAULT_TRANSITION_SECONDS,
    };
  });
}

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

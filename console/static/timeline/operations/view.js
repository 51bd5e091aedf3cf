/**
 * The clips of a timeline as a page shows them.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./context.js").Context} Context
 */

import { actionsOf, isArranged, withActions } from "../editor-state.js";
import { atClip } from "../voices.js";
import { clipsOf, startsOf, writeClips } from "./clip-track.js";
import { isAnchored } from "./items.js";
import { rateOf } from "./rate.js";

/**
 * Return the state with the scenes on the video track, unless clips are arranged, and voices at their
 * scenes. It is for showing only: operations do the same where they need it.
 * @param {State} state @param {Context} context
 * @returns {State}
 */
export function withClipsOfScenes(state, context) {
  if (isArranged(state)) return state;
  const rate = rateOf(state);
  const clips = clipsOf(state, context, rate);
  const shown = writeClips(state, clips, rate);
  const entries = actionsOf(state, "voiceTrack");
  if (!entries.some(isAnchored)) return shown;
  const starts = startsOf(clips);
  const placed = entries.map((entry) => {
    const clip = starts.get(entry.anchor);
    return clip === undefined ? entry : atClip(entry, clip, rate);
  });
  return withActions(shown, "voiceTrack", placed);
}

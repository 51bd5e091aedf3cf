/**
 * What is heard of the clips. The rules are those of export/plan/clip_sounds.py.
 *
 * @typedef {import("./frames.js").Rate} Rate
 * @typedef {import("./frames.js").Span} Span
 * @typedef {import("./placed-clips.js").PlacedClip} PlacedClip
 * @typedef {import("./placed-clips.js").Sources} Sources
 *
 * @typedef {object} Sound  of a clip: from frame `start` on for `frames`
 * @property {number|string} media
 * @property {number} at  seconds of the media
 * @property {number} clip  index into `clips` of the plan
 * @property {number} start
 * @property {number} frames
 * @property {number} fadeIn  frames: the clip's own fade, or the transition if that is longer
 * @property {number} fadeOut  frames
 * @property {boolean} continues  it goes on from the sound before: a clip was split there
 * @property {number} speed
 * @property {number} volume
 */

import { mediaOf } from "./clips.js";
import { toFrame } from "./frames.js";
import { runStarts, sourceOf } from "./placed-clips.js";
import { FREEZE } from "./time-map.js";

/**
 * Return the sounds of the clips that are used in a window, each from where its media begins to
 * where its place ends.
 * @param {PlacedClip[]} clips @param {Sources} sources @param {Span} window @param {Rate} rate
 * @returns {Sound[]}
 */
export function soundsOf(clips, sources, window, rate) {
  const isUsed = (/** @type {PlacedClip} */ { begin, end }) => begin < window.end && end > window.start;
  const skipped = clips.findIndex(isUsed);
  const used = clips.filter(isUsed);
  const starts = runStarts(used, rate);
  /** @type {Sound|undefined} */
  let before;
  return used.flatMap((placed, number) => {
    before = isHeard(placed, sources)
      ? soundOf(placed, skipped + number, starts[number] < number ? before : undefined, rate)
      : undefined;
    return before ?? [];
  });
}

/** @param {PlacedClip} placed @param {Sources} sources */
function isHeard({ clip }, sources) {
  const length = sourceOf(sources, mediaOf(clip)).soundSeconds ?? null;
  return length !== null && clip.trim < length && clip.speed !== FREEZE && clip.volume > 0;
}

/**
 * @param {PlacedClip} placed @param {number} index
 * @param {Sound|undefined} before  whose media goes on
 * @param {Rate} rate
 * @returns {Sound}
 */
function soundOf({ clip, begin, start, end, transitionFrames }, index, before, rate) {
  const frames = end - begin;
  const fade = (/** @type {number} */ own, /** @type {number} */ over) =>
    Math.min(Math.max(toFrame(own, rate), over), frames);
  const fadeIn = fade(clip.fadeIn, start - begin);
  return {
    media: mediaOf(clip),
    at: clip.trim,
    clip: index,
    start: begin,
    frames,
    fadeIn,
    fadeOut: fade(clip.fadeOut, transitionFrames),
    continues: before !== undefined && before.volume === clip.volume && !before.fadeOut && !fadeIn,
    speed: clip.speed,
    volume: clip.volume,
  };
}

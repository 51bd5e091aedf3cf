/**
 * The frames in which captions are shown, and which of their words is spoken in which frame. The rules
 * are those of export/plan/cue_spans.py and spoken_captions.py.
 *
 * @typedef {import("./timeline.js").Cue} Cue
 * @typedef {import("./frames.js").Rate} Rate
 * @typedef {import("./frames.js").Span} Span
 * @typedef {import("./placed-clips.js").PlacedClip} PlacedClip
 * @typedef {{frame: number, word: number}} State  the word that is spoken from a frame on; -1: none
 */

import { GAP, MIN_SECONDS } from "./caption-lines.js";
import { mediaOf } from "./placed-clips.js";
import { perSecond, toFrame, toSpan } from "./frames.js";

const NO_WORD = -1;

/**
 * Return the frames in which each caption is shown.
 * @param {Cue[]} cues @param {PlacedClip[]} clips @param {Map<number, number>} starts  of voices, in seconds
 * @param {Rate} rate
 * @returns {Span[][]}
 */
export function cueSpans(cues, clips, starts, rate) {
  const byMedia = mediaSpans(clips);
  const spans = cues.map((cue) => spansOf(cue, byMedia, starts, rate));
  const spoken = [...cues.keys()].filter((index) => cues[index].voice !== null && spans[index].length > 0);
  spoken.sort((a, b) => spans[a][0].start - spans[b][0].start || spans[a][0].end - spans[b][0].end);
  for (const [place, index] of spoken.slice(0, -1).entries()) {
    const [{ start, end }] = spans[index];
    const after = spans[spoken[place + 1]][0].start;
    if (after >= end && after - end >= GAP * perSecond(rate)) continue;
    // Of two voices at once, each caption is shown for its second, one above the other.
    const isOther = cues[index].voice !== cues[spoken[place + 1]].voice;
    const least = isOther ? Math.min(end, start + Math.ceil(MIN_SECONDS * perSecond(rate))) : start;
    spans[index] = [{ start, end: Math.max(after, least) }];
  }
  return spans;
}

/**
 * Return which word of a caption is spoken in its frames. It stays lit until the next one, unless that
 * is late, and the last one until it ends; of words that begin in one frame, the last one is lit.
 * @param {Cue} cue @param {number} offset  where its clock begins, in seconds @param {Span} span @param {Rate} rate
 * @returns {State[]}
 */
export function statesOf({ words }, offset, span, rate) {
  const frame = (/** @type {number} */ seconds) => Math.max(span.start, toFrame(offset + seconds, rate));
  const states = new Map([[span.start, NO_WORD]]);
  for (const [number, { start, end }] of words.entries()) {
    states.set(frame(start), number);
    const following = words[number + 1]?.start ?? Infinity;
    if (following - end >= GAP && frame(end) > Math.max(...states.keys())) states.set(frame(end), NO_WORD);
  }
  return [...states]
    .map(([at, word]) => ({ frame: at, word }))
    .sort((a, b) => a.frame - b.frame)
    .filter((state) => state.frame < span.end);
}

/**
 * Return the word that is spoken in a frame.
 * @param {State[]} states  in the order of their frames @param {number} frame
 */
export function wordAt(states, frame) {
  return states.findLast((state) => state.frame <= frame)?.word ?? NO_WORD;
}

/**
 * Return when a caption is visible: at its times, or whenever its scene is.
 * @param {Cue} cue @param {Map<number|string, Span[]>} byMedia @param {Map<number, number>} starts @param {Rate} rate
 * @returns {Span[]}
 */
function spansOf({ start, end, scene, voice }, byMedia, starts, rate) {
  if (start === null || end === null) return (scene === null ? undefined : byMedia.get(scene)) ?? [];
  const offset = voice === null ? 0 : starts.get(voice);
  return offset === undefined ? [] : [toSpan(offset + start, offset + end, rate)];
}

/**
 * Return when media are visible; clips that follow each other immediately are one span.
 * @param {PlacedClip[]} clips
 * @returns {Map<number|string, Span[]>}
 */
function mediaSpans(clips) {
  /** @type {Map<number|string, Span[]>} */
  const found = new Map();
  for (const { clip, start, end } of clips) {
    const spans = found.get(mediaOf(clip)) ?? [];
    const before = spans.at(-1);
    if (before?.end === start) before.end = end;
    else spans.push({ start, end });
    found.set(mediaOf(clip), spans);
  }
  return found;
}

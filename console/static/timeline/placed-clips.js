/**
 * The places of clips on the timeline, in frames, and the transitions between them. The rules are
 * those of export/plan/clips.py and timeline/transitions.py.
 *
 * @typedef {import("./frames.js").Rate} Rate
 * @typedef {import("./clips.js").Clip} Clip
 *
 * @typedef {object} Source  what is known of the media of a scene or an asset
 * @property {number|null} seconds  how long its picture lasts; null for an image
 * @property {number|null} [soundSeconds]  how long its sound lasts; null without any
 * @property {number|null} [fps]
 * @property {string} [url]
 * @property {number} [width]
 * @property {number} [height]
 *
 * @typedef {Record<number|string, Source>} Sources  by the index of the scene, or the id of the asset
 *
 * @typedef {object} PlacedClip  frames from `start` up to `end`, and of the transition to the next
 * @property {Clip} clip
 * @property {number} start
 * @property {number} end
 * @property {number} begin  the frame at which its media begins: before `start` in a transition
 * @property {number} transitionFrames
 */

import { mediaOf } from "./clips.js";
import { CUT, DEFAULT_TRANSITION_SECONDS, MAX_TRANSITION_SECONDS, MOVEMENTS } from "./facts.js";
import { toFrame } from "./frames.js";
import { goesOn } from "./time-map.js";

const FADE = "fade";
const NO_TRANSITION = new Set(["", CUT, "none"]);

const OTHER_NAMES = new Set(["wipe", "dissolve"]); // of "wipeleft" and "fade"

/** The transitions that operations accept, and those to choose from. */
export const TRANSITION_NAMES = [CUT, ...Object.keys(MOVEMENTS)];
export const TRANSITIONS = TRANSITION_NAMES.filter((name) => !OTHER_NAMES.has(name));

/** @type {Source} */
const UNKNOWN = { seconds: null, soundSeconds: null };

/**
 * Return the source of media; missing ones count as an image.
 * @param {Sources} sources @param {number|string} media
 * @returns {Source}
 */
export function sourceOf(sources, media) {
  return sources[media] ?? UNKNOWN;
}

/**
 * Return the movement of a transition; an unknown one is a fade.
 * @param {string} name
 */
export function movementOf(name) {
  return MOVEMENTS[name] ?? FADE;
}

/**
 * Return how long a transition between clips of two lengths lasts: half of either at most.
 * @param {string|undefined} name @param {number|undefined} seconds @param {number[]} lengths  frames
 * @param {Rate} rate
 */
export function transitionFrames(name, seconds, lengths, rate) {
  if (name === undefined || NO_TRANSITION.has(name)) return 0;
  const longest = Math.min(seconds ?? DEFAULT_TRANSITION_SECONDS, MAX_TRANSITION_SECONDS);
  const wanted = toFrame(Math.max(longest, 0), rate);
  return Math.min(wanted, ...lengths.map((length) => Math.floor(length / 2)));
}

/**
 * Return the places of the clips in order: one that overlaps the next ends where that begins.
 * A gap of one frame, which rounding can make, is closed.
 * @param {Clip[]} clips @param {Sources} sources @param {Rate} rate
 * @returns {PlacedClip[]}
 */
export function placeClips(clips, sources, rate) {
  const inOrder = withTimes(clips, sources).sort((a, b) => a.start - b.start);
  const starts = inOrder.map(({ start }) => toFrame(start, rate));
  /** @type {PlacedClip[]} */
  const placed = [];
  inOrder.forEach(({ clip, end }, number) => {
    const start = starts[number];
    const following = starts[number + 1];
    let stop = toFrame(end, rate);
    if (following !== undefined && (stop > following || stop === following - 1)) stop = following;
    if (stop > start) placed.push({ clip, start, end: stop, begin: start, transitionFrames: 0 });
  });
  return withTransitions(placed, rate);
}

/**
 * Return which time of its media a clip shows at each frame.
 * @param {PlacedClip} placed @param {Rate} rate
 * @returns {import("./time-map.js").TimeMap}
 */
export function timeMapOf({ begin, clip }, rate) {
  return { begin, trim: clip.trim, rate, speed: clip.speed };
}

/**
 * Return for each clip the index of the one whose media it goes on with, without a jump: those are
 * the parts of a clip that was split. For other clips, it is their own index.
 * @param {PlacedClip[]} clips @param {Rate} rate
 * @returns {number[]}
 */
export function runStarts(clips, rate) {
  /** @type {number[]} */
  const starts = [];
  clips.forEach((placed, number) => {
    const before = clips[number - 1];
    const first = clips[starts[number - 1]] ?? placed;
    const isPart =
      before !== undefined &&
      mediaOf(before.clip) === mediaOf(placed.clip) &&
      before.end === placed.start &&
      placed.begin === placed.start &&
      goesOn(timeMapOf(first, rate), timeMapOf(placed, rate));
    starts.push(isPart ? starts[number - 1] : number);
  });
  return starts;
}

/** @param {Clip[]} clips @param {Sources} sources */
function withTimes(clips, sources) {
  let position = 0;
  return clips.map((clip) => {
    const start = clip.start ?? position;
    position = clip.end ?? start + lengthOf(clip, sourceOf(sources, mediaOf(clip)));
    return { clip, start, end: position };
  });
}

/** @param {Clip} clip @param {Source} source */
function lengthOf(clip, source) {
  const own = source.seconds === null ? clip.stillSeconds : Math.max(source.seconds - clip.trim, 0);
  return Math.max(own, clip.leastSeconds);
}

/**
 * Add the transitions: of each clip but the last one, to one that follows immediately. A transition
 * takes at most half of either place.
 * @param {PlacedClip[]} clips @param {Rate} rate
 * @returns {PlacedClip[]}
 */
function withTransitions(clips, rate) {
  const frames = clips.map((placed, number) => {
    const following = clips[number + 1];
    if (!following || placed.end !== following.start) return 0;
    const lengths = [placed.end - placed.start, following.end - following.start];
    return transitionFrames(placed.clip.transition, placed.clip.transitionSeconds, lengths, rate);
  });
  return clips.map((placed, number) => ({
    ...placed,
    begin: placed.start - (frames[number - 1] ?? 0),
    transitionFrames: frames[number],
  }));
}

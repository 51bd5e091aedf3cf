/**
 * The time map: which time of its media a clip shows at a frame of the timeline. All times of media
 * that follow from frames, and the reverse, are computed here, by the rules of timeline/time_map.py.
 *
 * @typedef {import("./frames.js").Rate} Rate
 *
 * @typedef {object} TimeMap  at frame `begin` of the timeline, the media are at `trim` seconds
 * @property {number} begin
 * @property {number} trim
 * @property {Rate} rate
 */

import { perSecond, toSeconds } from "./frames.js";

const JUMP_FRAMES = 0.51; // half a frame, whatever the times were rounded to

/**
 * Return the time of the media at a frame of the timeline, in seconds.
 * @param {TimeMap} map
 * @param {number} frame  also between two frames
 */
export function mediaAt({ begin, trim, rate }, frame) {
  return trim + toSeconds(frame - begin, rate);
}

/**
 * Return the time of the timeline at which the media are at a time, in seconds.
 * @param {TimeMap} map
 * @param {number} media  seconds
 */
export function timeOf({ begin, trim, rate }, media) {
  return toSeconds(begin, rate) + media - trim;
}

/**
 * Return whether the media go on in a following map without a jump: they were split there. Splits are
 * rounded to frames, so a jump of less than half a frame is none.
 * @param {TimeMap} map @param {TimeMap} following
 */
export function goesOn(map, following) {
  const jump = following.trim - mediaAt(map, following.begin);
  return Math.abs(jump) * perSecond(map.rate) < JUMP_FRAMES;
}

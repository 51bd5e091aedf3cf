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
 * @property {number} speed  seconds of the media in one of the timeline
 */

import { perSecond, toSeconds } from "./frames.js";

export const FREEZE = 0; // the speed at which media stand still
export const NORMAL_SPEED = 1;
const JUMP_FRAMES = 0.51; // half a frame, whatever the times were rounded to

/** Return the speed of a clip. @param {Record<string, any>} action  of the video track */
export function speedOf({ speed }) {
  return speed ?? NORMAL_SPEED;
}

/**
 * Return which time of its media a clip shows, counted from where these begin.
 * @param {Record<string, any>} action  of the video track @param {Rate} rate
 * @returns {TimeMap}
 */
export function ownTimeMap(action, rate) {
  return { begin: 0, trim: action.trimStart ?? 0, rate, speed: speedOf(action) };
}

/**
 * Return the time of the media at a frame of the timeline, in seconds.
 * @param {TimeMap} map
 * @param {number} frame  also between two frames
 */
export function mediaAt({ begin, trim, rate, speed }, frame) {
  return trim + toSeconds(frame - begin, rate) * speed;
}

/**
 * Return whether the media go on in a following map without a jump: they were split there. Splits are
 * rounded to frames, so a jump of less than half a frame is none.
 * @param {TimeMap} map @param {TimeMap} following
 */
export function goesOn(map, following) {
  const jump = following.trim - mediaAt(map, following.begin);
  const isNone = Math.abs(jump) * perSecond(map.rate) < JUMP_FRAMES * (map.speed || NORMAL_SPEED);
  return following.speed === map.speed && isNone;
}

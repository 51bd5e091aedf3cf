/**
 * Voices that do not fit: they run into the next one, or past the end of the video. The rules are those
 * of timeline/voice_fit.py.
 *
 * @typedef {import("./voices.js").PlacedVoice} PlacedVoice
 *
 * @typedef {object} Overrun
 * @property {number} scene
 * @property {number} seconds  for which it is still heard when another one begins, or the video ends
 * @property {number|null} following  the scene of the other voice; null: the end
 * @property {number|null} speed  at which it would fit; null: faster than a voice may be
 * @property {number} longer  by how many seconds its clip has to be longer
 */

import { MAX_VOICE_SPEED, TAIL } from "./facts.js";

export const TOLERANCE = 0.02; // seconds: less is not heard, and clips are rounded to frames

/**
 * Return the voices that do not fit.
 * @param {PlacedVoice[]} voices  in the order of their starts @param {number} end  of the video
 * @param {number} [endPause]  after a voice with which the video ends
 * @returns {Overrun[]}
 */
export function overrunsOf(voices, end, endPause = TAIL) {
  const heard = voices.filter((voice) => voice.volume > 0 && voice.end > voice.start);
  return heard.flatMap((voice, number) => {
    const next = heard[number + 1];
    const following = next && next.start <= end ? next : null;
    const limit = following ? following.start : end;
    const seconds = voice.end - limit;
    if (seconds <= TOLERANCE) return [];
    const speed = fittingSpeed(voice, limit);
    const longer = seconds + (following ? TAIL : endPause);
    return [{ scene: voice.scene, seconds, following: following?.scene ?? null, speed, longer }];
  });
}

/**
 * Return the speed at which a voice ends in time, in hundredths; null above the highest.
 * @param {{start: number, end: number, speed: number}} voice @param {number} limit
 */
export function fittingSpeed({ start, end, speed }, limit) {
  if (limit <= start) return null;
  const hundredths = Math.ceil(((speed * (end - start)) / (limit - start)) * 100 - 1e-6) / 100;
  return hundredths <= MAX_VOICE_SPEED ? hundredths : null;
}

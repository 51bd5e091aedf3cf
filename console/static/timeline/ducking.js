/**
 * Ducking: how the music steps back while someone speaks. The rules are those of timeline/ducking.py.
 * All times are seconds.
 *
 * @typedef {{start: number, end: number}} Speech  a time in which someone speaks
 * @typedef {{time: number, gain: number}} Point  how loud the music is: 1 is as without ducking
 */

import { DUCKING } from "./facts.js";

const { pause: PAUSE, down: DOWN, up: UP } = DUCKING; // seconds

/**
 * Return when a voice speaks that is heard at a place of the timeline.
 * @param {Speech} voice  its place
 * @param {Speech[]} words  at times of its file; without any, it speaks all the time
 * @param {number} [trim]  where it begins in its file @param {number} [speed]
 * @returns {Speech[]}
 */
export function speechOfVoice({ start, end }, words, trim = 0, speed = 1) {
  if (words.length === 0) return [{ start, end }];
  return joined(
    words.map((word) => ({
      start: Math.max(start + (word.start - trim) / speed, start),
      end: Math.min(start + (word.end - trim) / speed, end),
    })),
  );
}

/**
 * Return spans in order; those with a short pause between them are one. Empty ones are none.
 * @param {Speech[]} spans
 * @returns {Speech[]}
 */
export function joined(spans) {
  /** @type {Speech[]} */
  const result = [];
  const lasting = spans.filter(({ start, end }) => end > start);
  for (const { start, end } of lasting.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const before = result.at(-1);
    if (before && start - before.end < PAUSE) before.end = Math.max(before.end, end);
    else result.push({ start, end });
  }
  return result;
}

/**
 * Return the envelope of the music while someone speaks; without points, it stays as it is.
 * @param {Speech[]} spans @param {number} duck  by how many dB the music changes, 0 or less
 * @returns {Point[]}
 */
export function duckingOf(spans, duck) {
  const gain = gainOf(duck);
  if (gain === 1) return [];
  return joined(spans).flatMap(({ start, end }) => [
    { time: start - DOWN, gain: 1 },
    { time: start, gain },
    { time: end, gain },
    { time: end + UP, gain: 1 },
  ]);
}

/** Return the factor of so many dB. @param {number} decibels */
export function gainOf(decibels) {
  return 10 ** (decibels / 20);
}

/**
 * Return how loud the music is at a time.
 * @param {Point[]} points @param {number} time
 */
export function duckedAt(points, time) {
  const next = firstAfter(points, time);
  if (next === 0 || next === points.length) return 1;
  const [before, after] = [points[next - 1], points[next]];
  return before.gain + ((time - before.time) / (after.time - before.time)) * (after.gain - before.gain);
}

/** Return the index of the first point after a time, of all if there is none. @param {Point[]} points @param {number} time */
function firstAfter(points, time) {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].time > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

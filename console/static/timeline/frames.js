/**
 * Frames of the output: exact frame rates, the frame that a time falls on, spans of frames.
 * The rules are those of timeline/frames.py and media/streams.py.
 *
 * @typedef {{num: number, den: number}} Rate  frames per second, as a fraction
 * @typedef {{start: number, end: number}} Span  frames from `start` up to `end`
 */

const NTSC = [24, 30, 60].map((rate) => ({ num: rate * 1000, den: 1001 }));
const NTSC_TOLERANCE = 0.005;
const MAX_DENOMINATOR = 1000;
const LARGEST_SECONDS = 1e9; // far beyond what is exported, but stored timelines may have any number

/**
 * Return a frame rate as a fraction: 29.97 is 30000/1001.
 * @param {number} fps
 * @returns {Rate}
 */
export function exactRate(fps) {
  const ntsc = NTSC.find((rate) => Math.abs(fps - perSecond(rate)) < NTSC_TOLERANCE);
  return ntsc ?? nearestFraction(fps);
}

/**
 * @param {Rate} rate
 * @returns {number} frames per second
 */
export function perSecond(rate) {
  return rate.num / rate.den;
}

/**
 * Return the frame that begins nearest to a time.
 * @param {number} seconds
 * @param {Rate} rate
 */
export function toFrame(seconds, rate) {
  return Math.floor(limited(seconds) * perSecond(rate) + 0.5);
}

/** Return a time that can be reckoned with. @param {number} seconds */
export function limited(seconds) {
  return Math.max(-LARGEST_SECONDS, Math.min(seconds, LARGEST_SECONDS));
}

/**
 * Return how many seconds so many frames last.
 * @param {number} frames
 * @param {Rate} rate
 */
export function toSeconds(frames, rate) {
  return (frames * rate.den) / rate.num;
}

/**
 * Return the frames between two times, none of them before the video.
 * @param {number} start seconds
 * @param {number} end seconds
 * @param {Rate} rate
 * @returns {Span}
 */
export function toSpan(start, end, rate) {
  const first = Math.max(toFrame(start, rate), 0);
  return { start: first, end: Math.max(toFrame(end, rate), first) };
}

/**
 * Round to the nearest integer, halves to the even one, as Python does.
 * @param {number} value
 */
export function roundHalfEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** @param {number} value @returns {Rate} */
function nearestFraction(value) {
  let best = { num: Math.round(value), den: 1 };
  let error = Math.abs(best.num - value);
  for (let den = 2; den <= MAX_DENOMINATOR && error > 0; den += 1) {
    const num = Math.round(value * den);
    const found = Math.abs(num / den - value);
    if (found < error) [best, error] = [{ num, den }, found];
  }
  return best;
}

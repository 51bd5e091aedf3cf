/**
 * How loud a sound is at each time: its volume, its fades, and the edges that keep it from clicking.
 * The rules are those of export/render/sound_args.py.
 *
 * @typedef {object} Envelope  times are seconds of the timeline
 * @property {number} start
 * @property {number} end
 * @property {number} volume
 * @property {number} fadeIn
 * @property {number} fadeOut
 *
 * @typedef {{start: number, end: number, gains: number[]}} Curve  gains at equal distances
 */

export const EDGE = 0.004; // seconds in which sound begins and ends: a jump would be heard as a click
const STEP = 0.005; // seconds between the gains of a curve, which is straight between them
const MOST_STEPS = 2000;

/**
 * Return the envelope of a clip or a place of the music, for drawing: without transitions.
 * @param {Record<string, any>} action @param {{start: number, end: number}} [span]  where it is shown
 * @returns {Envelope}
 */
export function envelopeOf({ start, end, volume = 1, fadeIn = 0, fadeOut = 0 }, span = { start, end }) {
  const length = span.end - span.start;
  return { ...span, volume, fadeIn: Math.min(fadeIn, length), fadeOut: Math.min(fadeOut, length) };
}

/**
 * Return how loud a sound is at a time. Fades have equal power: over a transition, two sounds are as
 * loud as one.
 * @param {Envelope} envelope @param {number} time
 */
export function gainAt({ start, end, volume, fadeIn, fadeOut }, time) {
  if (time < start || time >= end) return 0;
  return volume * risen(time - start, fadeIn) * risen(end - time, fadeOut);
}

/**
 * Return the parts of a sound, from a time on, in which it gets louder or quieter.
 * @param {Envelope} envelope @param {number} from
 * @returns {Curve[]}
 */
export function curvesOf(envelope, from) {
  const { start, end, fadeIn, fadeOut } = envelope;
  const [risen, falls] = [start + (fadeIn || EDGE), end - (fadeOut || EDGE)];
  const spans = risen + STEP < falls ? [[start, risen], [falls, end]] : [[start, end]];
  return spans
    .map(([begin, stop]) => [Math.max(begin, from), stop])
    .filter(([begin, stop]) => begin < stop)
    .map(([begin, stop]) => ({ start: begin, end: stop, gains: gainsBetween(envelope, begin, stop) }));
}

/** @param {Envelope} envelope @param {number} begin @param {number} stop */
function gainsBetween(envelope, begin, stop) {
  const steps = Math.min(Math.max(Math.ceil((stop - begin) / STEP), 4), MOST_STEPS);
  return Array.from({ length: steps + 1 }, (_, step) => gainAt(envelope, begin + ((stop - begin) * step) / steps));
}

/**
 * Return how much of a sound is heard some time after its begin, or before its end.
 * @param {number} passed @param {number} fade  seconds; 0: without one
 */
function risen(passed, fade) {
  if (fade <= 0) return Math.min(passed / EDGE, 1);
  return Math.sin((Math.min(passed / fade, 1) * Math.PI) / 2);
}

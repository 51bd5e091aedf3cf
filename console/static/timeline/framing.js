/**
 * What part of its picture a clip shows: its crop, and a window in this that moves. The rules are those of
 * timeline/framing.py and schemas/text_looks.py.
 *
 * @typedef {object} Window  a part of a picture, in shares of its width and height, from its top left corner
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * @typedef {{begin: Window, end: Window}} Motion  the windows at the beginning and at the end of a clip
 * @typedef {{preset: string}|{from: Window, to: Window}} StoredMotion
 * @typedef {object} Framing  what a clip shows from a frame on
 * @property {Window} crop
 * @property {Window} window  in the crop
 * @property {Window} step  by how much the window changes with each frame
 * @typedef {{name: string, reason: string}} Problem  of a part of a value, such as `from.x`
 */

import { MIN_SHARE, MOTIONS } from "./facts.js";

const ROUNDING = 1e-6; // of shares that make a whole together
/** @type {(keyof Window)[]} */
const SIDES = ["x", "y", "width", "height"];

/** @type {Window} */
export const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** @type {Window} */
const STILL = { x: 0, y: 0, width: 0, height: 0 };

/**
 * Return a motion as it is stored.
 * @param {any} stored  a `StoredMotion` @returns {Motion}
 */
export function motionOf(stored) {
  return stored.preset === undefined ? { begin: stored.from, end: stored.to } : MOTIONS[stored.preset];
}

/** Return the crop of a stored clip; of one that exports refuse, none. @param {any} action @returns {Window|null} */
export function storedCrop({ crop }) {
  return crop && !cropProblem(crop) ? crop : null;
}

/** Return the motion of a stored clip; of one that exports refuse, none. @param {any} action @returns {Motion|null} */
export function storedMotion({ motion }) {
  return motion && !motionProblem(motion) ? motionOf(motion) : null;
}

/**
 * Return what a clip of so many frames shows after some of them; null if that is all of its picture.
 * @param {{crop: Window|null, motion: Motion|null}} clip @param {number} frames @param {number} passed
 * @returns {Framing|null}
 */
export function framingOf({ crop, motion }, frames, passed) {
  const area = crop ?? WHOLE;
  if (!motion) return isWhole(area) ? null : { crop: area, window: WHOLE, step: STILL };
  const { begin, end } = motion;
  if (isSame(begin, end)) return { crop: within(begin, area), window: WHOLE, step: STILL };
  const step = plus(plus(STILL, end, 1 / frames), begin, -1 / frames);
  return { crop: area, window: windowAt(motion, passed / frames), step };
}

/** Return the framing so many frames later. @param {Framing} framing @param {number} frames @returns {Framing} */
export function framingAfter({ crop, window, step }, frames) {
  return { crop, window: plus(window, step, frames), step };
}

/**
 * Return the window of a motion at a share of its way.
 * @param {Motion} motion @param {number} share
 */
function windowAt({ begin, end }, share) {
  return ofSides((side) => begin[side] + (end[side] - begin[side]) * share);
}

/**
 * Return the size of a part of a picture.
 * @param {{width: number, height: number}} picture @param {Window} part
 */
export function partSize(picture, part) {
  return { width: picture.width * part.width, height: picture.height * part.height };
}

/** Return a window of a window as one of the picture. @param {Window} window @param {Window} outer @returns {Window} */
export function within({ x, y, width, height }, outer) {
  return {
    x: outer.x + x * outer.width,
    y: outer.y + y * outer.height,
    width: width * outer.width,
    height: height * outer.height,
  };
}

/** @param {Window} window @param {Window} step @param {number} times */
function plus(window, step, times) {
  return ofSides((side) => window[side] + step[side] * times);
}

/** @param {(side: keyof Window) => number} value @returns {Window} */
function ofSides(value) {
  return { x: value("x"), y: value("y"), width: value("width"), height: value("height") };
}

/** Return whether a window shows all. @param {Window} window */
export function isWhole(window) {
  return isSame(window, WHOLE);
}

/** @param {Window} one @param {Window} other */
function isSame(one, other) {
  return SIDES.every((side) => one[side] === other[side]);
}

/**
 * Return the motions of the parts of a clip that is split at a share of its way, so that it moves as before.
 * @param {StoredMotion} stored @param {number} share @returns {StoredMotion[]}
 */
export function divided(stored, share) {
  const motion = motionOf(stored);
  const middle = windowAt(motion, share);
  return [{ from: motion.begin, to: middle }, { from: middle, to: motion.end }];
}

/** Return what is wrong with a crop. @param {any} crop @returns {Problem|null} */
export function cropProblem(crop) {
  const problem = partsProblem(crop, SIDES);
  if (problem) return problem;
  for (const side of SIDES) {
    const found = numberProblem(crop[side], side === "x" || side === "y" ? 0 : MIN_SHARE);
    if (found) return { name: side, reason: found };
  }
  if (crop.x + crop.width > 1 + ROUNDING) return { name: "width", reason: "Must end within the picture, with x." };
  if (crop.y + crop.height > 1 + ROUNDING) return { name: "height", reason: "Must end within the picture, with y." };
  return null;
}

/** Return what is wrong with a motion. @param {any} motion @returns {Problem|null} */
export function motionProblem(motion) {
  const problem = partsProblem(motion, ["from", "preset", "to"]);
  if (problem) return problem;
  if (motion.preset !== undefined && !Object.hasOwn(MOTIONS, motion.preset)) {
    return { name: "preset", reason: `Must be one of ${Object.keys(MOTIONS).join(", ")}.` };
  }
  for (const name of ["from", "to"]) {
    const found = motion[name] === undefined ? null : scaledProblem(motion[name]);
    if (found) return { ...found, name: found.name ? `${name}.${found.name}` : name };
  }
  const given = Object.keys(motion).sort().join();
  if (given === "preset" || given === "from,to") return null;
  return { name: "preset", reason: "Give a preset alone, or from and to." };
}

/** @param {any} window @returns {Problem|null} */
function scaledProblem(window) {
  const problem = cropProblem(window);
  if (problem || Math.abs(window.width - window.height) <= ROUNDING) return problem;
  return { name: "height", reason: "Must be equal to width, as a share." };
}

/** @param {any} value @param {string[]} known @returns {Problem|null} */
function partsProblem(value, known) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { name: "", reason: "Must be an object." };
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  return unknown === undefined ? null : { name: unknown, reason: `Unknown; the parts are ${known.join(", ")}.` };
}

/** @param {any} value @param {number} low @returns {string|null} */
function numberProblem(value, low) {
  if (value === undefined) return "Required.";
  if (typeof value !== "number" || !Number.isFinite(value)) return "Must be a number.";
  return value < low || value > 1 ? `Must be from ${low} to 1.` : null;
}

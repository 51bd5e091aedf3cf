/**
 * How two pictures look in a transition, as in exports: most are the movements of FFmpeg's xfade.
 *
 * @typedef {{opacity: string, clipPath: string, transform: string}} Look
 * @typedef {{outgoing: Look, incoming: Look, background: string, blur: number}} Looks  `background`:
 *   colour behind both pictures; `blur`: of both together, its deviation in pixels
 */

const ZOOM = 2;
const BLUR_SHARE = 0.03;

/** @type {Look} */
const STILL = { opacity: "1", clipPath: "none", transform: "none" };
/** @type {Looks} */
export const ALONE = { outgoing: STILL, incoming: STILL, background: "#000", blur: 0 };

/**
 * @typedef {import("../timeline/geometry.js").Size} Size
 * @typedef {{outgoing?: Partial<Look>, incoming: Partial<Look>, background?: string, blur?: number}} Change
 * @type {Record<string, (progress: number, frame: Size) => Change>}
 */
const MOVEMENTS = {
  fade,
  wiperight: (progress, { width }) => uncovered(0, Math.ceil(rest(progress, width)) - 1, 0, 0),
  wipeleft: (progress, { width }) => uncovered(0, 0, 0, Math.trunc(rest(progress, width)) + 1),
  wipeup: (progress, { height }) => uncovered(Math.trunc(rest(progress, height)) + 1, 0, 0, 0),
  wipedown: (progress, { height }) => uncovered(0, 0, Math.ceil(rest(progress, height)) - 1, 0),
  slideleft: (progress, { width }) => moved("translateX", Math.trunc(rest(progress, width)) - width, width),
  slideup: (progress, { height }) => moved("translateY", Math.trunc(rest(progress, height)) - height, height),
  slidedown: (progress, { height }) => moved("translateY", height - Math.trunc(rest(progress, height)), -height),
  zoom: (progress) => ({
    ...fade(progress),
    outgoing: { transform: `scale(${1 + (ZOOM - 1) * progress ** 2})` },
  }),
  blur: (progress, { width, height }) => ({
    ...fade(progress),
    blur: BLUR_SHARE * Math.min(width, height) * (1 - Math.abs(2 * progress - 1)),
  }),
  fadeblack: (progress) => throughColor("#000", progress),
  fadewhite: (progress) => throughColor("#fff", progress),
};

/**
 * Return the looks of the outgoing and of the incoming picture, which lies above.
 * @param {{movement: string, progress: number}} transition @param {Size} frame
 * @returns {Looks}
 */
export function looksOf({ movement, progress }, frame) {
  const { outgoing, incoming, ...both } = MOVEMENTS[movement](progress, frame);
  return { ...ALONE, ...both, outgoing: { ...STILL, ...outgoing }, incoming: { ...STILL, ...incoming } };
}

/** @param {number} progress @returns {Change} */
function fade(progress) {
  return { incoming: { opacity: String(progress) } };
}

/** @param {...number} inset  pixels that are not uncovered yet: top, right, bottom, left @returns {Change} */
function uncovered(...inset) {
  return { incoming: { clipPath: `inset(${inset.map((pixels) => `${pixels}px`).join(" ")})` } };
}

/** @param {string} background @param {number} progress @returns {Change} */
function throughColor(background, progress) {
  return {
    background,
    outgoing: { opacity: String(Math.max(0, 1 - 2 * progress)) },
    incoming: { opacity: String(Math.max(0, 2 * progress - 1)) },
  };
}

/** @param {string} move @param {number} by  pixels @param {number} from  pixels, of the incoming one @returns {Change} */
function moved(move, by, from) {
  return {
    outgoing: { transform: `${move}(${by}px)` },
    incoming: { transform: `${move}(${from + by}px)` },
  };
}

/**
 * Return how many pixels of a side are still to go, in single precision as xfade computes it.
 * @param {number} progress @param {number} side
 */
function rest(progress, side) {
  return Math.fround(Math.fround(1 - Math.fround(progress)) * side);
}

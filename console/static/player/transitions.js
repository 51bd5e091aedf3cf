/**
 * How two pictures look in a transition: the same movements as FFmpeg's xfade.
 *
 * @typedef {{opacity: string, clipPath: string, transform: string}} Look
 */

/** @type {Look} */
export const STILL = { opacity: "1", clipPath: "none", transform: "none" };

/**
 * @typedef {import("../timeline/geometry.js").Size} Size
 * @type {Record<string, (progress: number, frame: Size) => {outgoing?: Partial<Look>, incoming: Partial<Look>}>}
 */
const MOVEMENTS = {
  fade: (progress) => ({ incoming: { opacity: String(progress) } }),
  wiperight: (progress, { width }) => ({
    incoming: { clipPath: `inset(0 ${Math.ceil(rest(progress, width)) - 1}px 0 0)` },
  }),
  wipeleft: (progress, { width }) => ({
    incoming: { clipPath: `inset(0 0 0 ${Math.trunc(rest(progress, width)) + 1}px)` },
  }),
  slideleft: (progress, { width }) => moved("translateX", Math.trunc(rest(progress, width)) - width, width),
  slideup: (progress, { height }) => moved("translateY", Math.trunc(rest(progress, height)) - height, height),
  slidedown: (progress, { height }) => moved("translateY", height - Math.trunc(rest(progress, height)), -height),
};

/**
 * Return the look of the outgoing and of the incoming picture, which lies above.
 * @param {{movement: string, progress: number}} transition @param {Size} frame
 * @returns {{outgoing: Look, incoming: Look}}
 */
export function looksOf({ movement, progress }, frame) {
  const { outgoing, incoming } = MOVEMENTS[movement](progress, frame);
  return { outgoing: { ...STILL, ...outgoing }, incoming: { ...STILL, ...incoming } };
}

/** @param {string} move @param {number} by  pixels @param {number} from  pixels, of the incoming one */
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

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
    incoming: { clipPath: `inset(0 ${width - pixels(progress, width)}px 0 0)` },
  }),
  wipeleft: (progress, { width }) => ({
    incoming: { clipPath: `inset(0 0 0 ${width - pixels(progress, width)}px)` },
  }),
  slideleft: (progress, { width }) => moved("translateX", -pixels(progress, width), width),
  slideup: (progress, { height }) => moved("translateY", -pixels(progress, height), height),
  slidedown: (progress, { height }) => moved("translateY", pixels(progress, height), -height),
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

/** @param {number} share @param {number} whole */
function pixels(share, whole) {
  return Math.round(share * whole);
}

/** The settings of an export as they are chosen, and as the API takes them. */

/**
 * @typedef {{size: string, width: number | null, height: number | null, rate: string, quality: string,
 *   fit: string, captions: string, loudness: boolean}} Settings
 *   `size` and `rate` are `timeline` for what the work has; `width` and `height` count for an own size
 */

/** @type {Record<string, [number, number]>} */
export const SIZES = { portrait: [1080, 1920], landscape: [1920, 1080], square: [1080, 1080] };
export const RATES = ["24", "25", "30", "50", "60"];

/** The size and the rate that a work was arranged in. @param {any} work @returns {{width: number, height: number, fps: number}} */
export const arrangedIn = ({ resolution, editorState }) => ({
  fps: 30,
  ...resolution,
  ...editorState.exportSettings,
});

/**
 * The settings to begin with: those of the last export, if there is one.
 * @param {any} work
 * @param {import("../../../state/exports.js").Export | undefined} last
 * @returns {Settings}
 */
export function initialSettings(work, last) {
  const arranged = arrangedIn(work);
  const { width, height, fps, quality, fit, captions, loudness } = { ...arranged, ...last?.options };
  return {
    size: sizeOf(arranged, width, height),
    width,
    height,
    rate: fps === arranged.fps ? "timeline" : String(fps),
    quality: quality ?? "standard",
    fit: fit ?? "contain",
    captions: captions ?? "none",
    loudness: loudness ?? false,
  };
}

/** @param {Settings} settings @returns {Record<string, any>} the options of the API */
export function toOptions({ size, width, height, rate, quality, fit, captions, loudness }) {
  const [presetWidth, presetHeight] = SIZES[size] ?? [width, height];
  const frame = size === "timeline" ? {} : { width: presetWidth, height: presetHeight };
  const fps = rate === "timeline" ? {} : { fps: rate === "source" ? rate : Number(rate) };
  return { ...frame, ...fps, quality, fit, captions, loudness };
}

/** @param {{width: number, height: number}} arranged @param {number} width @param {number} height */
function sizeOf(arranged, width, height) {
  if (width === arranged.width && height === arranged.height) return "timeline";
  const known = Object.entries(SIZES).find(([, [w, h]]) => w === width && h === height);
  return known?.[0] ?? "own";
}

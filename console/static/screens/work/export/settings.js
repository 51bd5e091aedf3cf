/** The settings of an export as they are chosen, and as the API takes them. */

/**
 * @typedef {{size: string, width: number | null, height: number | null, rate: string, quality: string,
 *   fit: string, captions: string, loudness: boolean}} Settings
 *   `size` and `rate` are `timeline` for what the work has; `width` and `height` count for an own size
 */

/** @type {Record<string, [number, number]>} */
export const SIZES = { portrait: [1080, 1920], landscape: [1920, 1080], square: [1080, 1080] };
export const RATES = ["24", "25", "30", "50", "60"];

/**
 * The size and the rate of a work: those of its timeline, or of the brief while nothing is on that.
 * @param {any} work
 * @returns {{width: number, height: number, fps: number}}
 */
export function arrangedIn({ resolution, editorState }) {
  const { fps = 30, ...frame } = editorState.exportSettings ?? {};
  const tracks = Object.values(editorState.editorData ?? {});
  const isArranged = tracks.some((actions) => Array.isArray(actions) && actions.length > 0);
  return { ...resolution, ...(isArranged ? frame : {}), fps };
}

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

/**
 * @param {any} work
 * @param {Settings} settings
 * @returns {Record<string, any>} the options of the API
 */
export function toOptions(work, { size, rate, quality, fit, captions, loudness, ...own }) {
  const arranged = arrangedIn(work);
  const [width, height] = SIZES[size] ?? [own.width, own.height];
  const frame = size === "timeline" ? { width: arranged.width, height: arranged.height } : { width, height };
  const fps = { timeline: arranged.fps, source: "source" }[rate] ?? Number(rate);
  return { ...frame, fps, quality, fit, captions, loudness };
}

/** @param {{width: number, height: number}} arranged @param {number} width @param {number} height */
function sizeOf(arranged, width, height) {
  if (width === arranged.width && height === arranged.height) return "timeline";
  const known = Object.entries(SIZES).find(([, [w, h]]) => w === width && h === height);
  return known?.[0] ?? "own";
}

/** The settings of an export as they are chosen, and as the API takes them. */

/**
 * @typedef {{size: string, width: number | null, height: number | null, rate: string, quality: string,
 *   fit: string, captions: string, loudness: boolean}} Settings
 *   `size` and `rate` are `timeline` for what the work has; `width` and `height` count for an own size
 */

import { SIZES, nameOf, sizeOf } from "../../../timeline/size.js";

export const RATES = ["24", "25", "30", "50", "60"];

/**
 * The size and the rate of a work: those of its timeline, or of the brief while nothing is on that.
 * @param {any} work
 * @returns {{width: number, height: number, fps: number}}
 */
export function arrangedIn(work) {
  return { ...sizeOf(work), fps: work.editorState.exportSettings?.fps ?? 30 };
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
    size: chosenSize(arranged, { width, height }),
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
  const { width, height } = size === "timeline" ? arranged : (SIZES[size] ?? own);
  const fps = { timeline: arranged.fps, source: "source" }[rate] ?? Number(rate);
  return { width, height, fps, quality, fit, captions, loudness };
}

/** @typedef {import("../../../timeline/geometry.js").Size} Size */
/** @param {Size} arranged @param {Size} size */
function chosenSize(arranged, size) {
  if (size.width === arranged.width && size.height === arranged.height) return "timeline";
  return nameOf(size) ?? "own";
}

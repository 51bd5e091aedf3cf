/** The settings of an export as the form has them, and as the API takes them. */

/**
 * @typedef {{size: string, width: number | null, height: number | null, rate: string, quality: string,
 *   fit: string, captions: string, loudness: boolean}} Settings
 *   `size` and `rate` are `timeline` for what the work has; `width` and `height` count for an own size
 */

import { settingsOf } from "../../../timeline/editor-state.js";
import { SIZES, sizeOf } from "../../../timeline/size.js";

const DRAFT_LINES = 360;

/**
 * What a work's picture is like: as its timeline says, but for the size of the brief while nothing is
 * on that.
 * @param {any} work
 * @returns {{width: number, height: number, fps: number, fit: string}}
 */
export function arrangedIn(work) {
  return { fit: "contain", ...settingsOf(work.editorState), ...sizeOf(work) };
}

/**
 * The settings to begin with: the picture is that of the player, the rest as in the last export.
 * @param {any} work
 * @param {import("../../../state/exports.js").Export | undefined} last
 * @returns {Settings}
 */
export function initialSettings(work, last) {
  const arranged = arrangedIn(work);
  const { width, height, quality, captions, loudness } = { ...arranged, ...last?.options };
  return {
    size: "timeline",
    width,
    height,
    rate: "timeline",
    quality: quality ?? "standard",
    fit: arranged.fit,
    captions: captions ?? (hasOwnCaptions(work) || speaks(work) ? "burn" : "none"),
    loudness: loudness ?? false,
  };
}

/** Whether captions were written in the cut, not only texts of scenes. @param {any} work */
export const hasOwnCaptions = ({ editorState }) => (editorState.captions ?? []).length > 0;

/** Whether someone speaks, so that captions can follow the words. @param {any} work */
export const speaks = ({ generatedScenes }) => generatedScenes.some((/** @type {any} */ { voiceUrl }) => voiceUrl);

/**
 * The frame of a draft, with at most 360 lines, or columns in portrait; null if it is not smaller.
 * @param {any} work
 * @param {Settings} settings
 */
export function draftOf(work, settings) {
  const { width, height } = toOptions(work, settings);
  const shorter = Math.min(width, height);
  if (settings.quality !== "draft" || !(shorter > DRAFT_LINES)) return null;
  const factor = DRAFT_LINES / shorter;
  return { width: even(width * factor), height: even(height * factor) };
}

/** @param {number} pixels */
const even = (pixels) => 2 * Math.floor(pixels / 2);

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

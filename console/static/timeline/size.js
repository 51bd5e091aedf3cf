/**
 * The size of a work's frame: that of the brief, until the timeline has one of its own.
 *
 * @typedef {import("./editor-state.js").State} State
 * @typedef {import("./geometry.js").Size} Size
 */

import { TRACKS, actionsOf, withSettings } from "./editor-state.js";

/** Sizes in use, by their names. @type {Record<string, Size>} */
export const SIZES = {
  portrait: { width: 1080, height: 1920 },
  landscape: { width: 1920, height: 1080 },
  square: { width: 1080, height: 1080 },
};
export const SMALLEST = 16; // pixels of a side of an exported frame
export const LARGEST = 4096;

/** Return the name of a size in use; undefined for another. @param {Size} size */
export function nameOf(size) {
  return Object.keys(SIZES).find((name) => same(SIZES[name], size));
}

/**
 * Return the size of a work's frame. A timeline with nothing on it has none of its own.
 * @param {any} work  as the API answers it
 * @returns {Size}
 */
export function sizeOf({ resolution, editorState }) {
  const { width, height } = { ...resolution, ...(isArranged(editorState) && editorState.exportSettings) };
  return { width, height };
}

/** Return whether the timeline has another size than the brief. @param {any} work */
export function hasOwnSize(work) {
  return !same(sizeOf(work), work.resolution);
}

/**
 * Return the state in another size. Overlays stay where they are in proportion to the frame, as large
 * as they are in proportion to its shorter side.
 * @param {State} state @param {Size} before @param {Size} after
 * @returns {State}
 */
export function resized(state, before, after) {
  const [x, y] = [after.width / before.width, after.height / before.height];
  const factor = Math.min(after.width, after.height) / Math.min(before.width, before.height);
  const scaled = { centerX: x, centerY: y, fontSize: factor, width: factor, height: factor };
  return {
    ...withSettings(state, after),
    ...overlaysOf(state, "textOverlays", scaled),
    ...overlaysOf(state, "imageOverlays", scaled),
  };
}

/** @param {State} state */
export function isArranged(state) {
  return state.editorData?.arranged === true || TRACKS.some((track) => actionsOf(state, track).length > 0);
}

/**
 * @param {State} state @param {"textOverlays"|"imageOverlays"} name
 * @param {Record<string, number>} factors  by the names of fields
 */
function overlaysOf(state, name, factors) {
  if (!state[name]) return {};
  const scaled = Object.entries(state[name]).map(([id, overlay]) => [id, multiplied(overlay, factors)]);
  return { [name]: Object.fromEntries(scaled) };
}

/** @param {any} overlay @param {Record<string, number>} factors */
function multiplied(overlay, factors) {
  const fields = Object.entries(overlay);
  return Object.fromEntries(fields.map(([name, value]) => [name, name in factors ? value * factors[name] : value]));
}

/** @param {Size} one @param {Size} other */
function same(one, other) {
  return one.width === other.width && one.height === other.height;
}

/**
 * The size of a work's frame: that of the brief, until the timeline has one of its own.
 *
 * @typedef {import("./editor-state.js").State} State
 * @typedef {import("./geometry.js").Size} Size
 */

import { TRACKS, actionsOf } from "./editor-state.js";

/** Sizes in use, by their names. @type {Record<string, Size>} */
export const SIZES = {
  portrait: { width: 1080, height: 1920 },
  landscape: { width: 1920, height: 1080 },
  square: { width: 1080, height: 1080 },
};

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
  const { width, height } = { ...resolution, ...(hasItems(editorState) && editorState.exportSettings) };
  return { width, height };
}

/** Return whether the timeline has another size than the brief. @param {any} work */
export function hasOwnSize(work) {
  return !same(sizeOf(work), work.resolution);
}

/** Return whether something is on the timeline, or all clips were deleted. @param {State} state */
function hasItems(state) {
  return state.editorData?.arranged === true || TRACKS.some((track) => actionsOf(state, track).length > 0);
}

/** @param {Size} one @param {Size} other */
function same(one, other) {
  return one.width === other.width && one.height === other.height;
}

/**
 * A template of what lies above the clips: the texts and pictures of a timeline, with their places and
 * times.
 *
 * @typedef {import("./editor-state.js").State} State
 * @typedef {import("../state/templates.js").Content} Content
 * @typedef {"relative"|"absolute"} Timing  in percent of the video, or in seconds
 */

import { actionsOf, settingsOf } from "./editor-state.js";

/**
 * Return the content of a template.
 * @param {State} state
 * @param {{seconds: number, timing: Timing, withFormat: boolean}} options  `seconds`: of the video
 * @returns {Content}
 */
export function templateOf(state, { seconds, timing, withFormat }) {
  const timesOf = timing === "relative" ? percentOf(seconds) : secondsOf;
  return {
    textOverlays: overlaysOn(state, "textTrack", "textOverlays", timing, timesOf),
    imageOverlays: overlaysOn(state, "imageTrack", "imageOverlays", timing, timesOf),
    ...(withFormat && { exportSettings: settingsOf(state) }),
  };
}

/** @param {State} state @returns {{texts: number, images: number}} how many a template would have */
export function overlayCounts(state) {
  return {
    texts: placed(state, "textTrack", "textOverlays").length,
    images: placed(state, "imageTrack", "imageOverlays").length,
  };
}

/** @param {State} state @param {"textTrack"|"imageTrack"} track @param {string} name */
function placed(state, track, name) {
  return actionsOf(state, track).filter(({ id }) => state[name]?.[id]);
}

/**
 * @param {State} state @param {"textTrack"|"imageTrack"} track @param {string} name
 * @param {Timing} timingMode @param {(action: import("./editor-state.js").Action) => object} timesOf
 * @returns {any[]}
 */
function overlaysOn(state, track, name, timingMode, timesOf) {
  return placed(state, track, name).map((action, number) => ({
    ...state[name][action.id],
    id: `${track.replace("Track", "")}-${number + 1}`,
    timingMode,
    ...timesOf(action),
  }));
}

/** @param {number} seconds  of the video */
function percentOf(seconds) {
  const percent = (/** @type {number} */ time) => Math.round(Math.min(time / seconds, 1) * 1e5) / 1e3;
  return (/** @type {import("./editor-state.js").Action} */ { start, end }) => ({
    startPercent: percent(start),
    endPercent: percent(end),
  });
}

/** @param {import("./editor-state.js").Action} action */
function secondsOf({ start, end }) {
  return { startSeconds: start, endSeconds: end };
}

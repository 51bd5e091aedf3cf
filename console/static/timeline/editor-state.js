/**
 * Reading and writing parts of an editorState. Edits return a new state and share what is unchanged
 * with the old one; an edit that changes nothing returns the state itself.
 *
 * @typedef {any} State  an editorState as the API has it
 * @typedef {{id: string, start: number, end: number, [field: string]: any}} Action
 * @typedef {"videoTrack"|"textTrack"|"imageTrack"|"audioTrack"} TrackName
 * @typedef {{width: number, height: number, fps: number, fit?: import("./timeline.js").Fit}} Settings
 */

import { exactRate } from "./frames.js";

export const MIN_SECONDS = 0.1; // of anything on a track
/** @type {TrackName[]} */
export const TRACKS = ["videoTrack", "textTrack", "imageTrack", "audioTrack"];
const DEFAULT_SETTINGS = { width: 1080, height: 1920, fps: 30 };

/** @param {State} state @param {TrackName} name @returns {Action[]} */
export function actionsOf(state, name) {
  return state.editorData?.[name] ?? [];
}

/** @param {State} state @param {TrackName} name @param {Action[]} actions @returns {State} */
export function withActions(state, name, actions) {
  return { ...state, editorData: { ...state.editorData, [name]: actions } };
}

/**
 * Change fields of an action.
 * @param {State} state @param {TrackName} name @param {string} id @param {object} changes
 * @returns {State}
 */
export function changeAction(state, name, id, changes) {
  const actions = actionsOf(state, name);
  return withActions(
    state,
    name,
    actions.map((action) => (action.id === id ? { ...action, ...changes } : action)),
  );
}

/** @param {State} state @returns {Settings} */
export function settingsOf(state) {
  return { ...DEFAULT_SETTINGS, ...state.exportSettings };
}

/** @param {State} state @param {Partial<Settings>} changes @returns {State} */
export function withSettings(state, changes) {
  return { ...state, exportSettings: { ...settingsOf(state), ...changes } };
}

/** @param {State} state */
export function rateOf(state) {
  return exactRate(settingsOf(state).fps);
}

/**
 * Return an id that nothing on a track and no overlay has.
 * @param {State} state @param {string} prefix
 */
export function newId(state, prefix) {
  const used = new Set([
    ...TRACKS.flatMap((name) => actionsOf(state, name).map(({ id }) => id)),
    ...Object.keys(state.textOverlays ?? {}),
    ...Object.keys(state.imageOverlays ?? {}),
  ]);
  let number = 1;
  while (used.has(`${prefix}-${number}`)) number += 1;
  return `${prefix}-${number}`;
}

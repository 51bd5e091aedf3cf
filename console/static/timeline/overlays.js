/**
 * Edits of texts, pictures and places of music: what is on the text, image and audio tracks.
 *
 * @typedef {import("./editor-state.js").State} State
 * @typedef {import("./editor-state.js").Action} Action
 * @typedef {import("./editor-state.js").TrackName} TrackName
 */

import { MIN_SECONDS, actionsOf, changeAction, newId, rateOf, settingsOf, withActions } from "./editor-state.js";
import { toFrame, toSeconds } from "./frames.js";

const TEXT_SECONDS = 3;
const PICTURE_SECONDS = 5;
const TEXT_SIZE = 0.06; // of the frame's shorter side
const PICTURE_SIZE = 0.4;
const DUPLICATE_OFFSET = 0.03;
/** @type {TrackName[]} */
const ITEM_TRACKS = ["textTrack", "imageTrack", "audioTrack"];
/** @type {Record<string, string>} */
const OVERLAYS = { textTrack: "textOverlays", imageTrack: "imageOverlays" };

/**
 * Return the track that an item is on, and its action; undefined for an unknown id.
 * @param {State} state @param {string} id
 * @returns {{track: TrackName, action: Action}|undefined}
 */
export function findItem(state, id) {
  for (const track of ITEM_TRACKS) {
    const action = actionsOf(state, track).find((each) => each.id === id);
    if (action) return { track, action };
  }
  return undefined;
}

/**
 * Add a text, in the middle of the frame.
 * @param {State} state @param {number} start  seconds @param {object} [fields]
 * @returns {State}
 */
export function addText(state, start, fields = {}) {
  const fontSize = Math.round(shorterSide(state) * TEXT_SIZE);
  const overlay = { text: "", fontSize, fontColor: "#ffffff", centerX: 0, centerY: 0, ...fields };
  return added(state, "textTrack", newId(state, "text"), start, TEXT_SECONDS, overlay);
}

/**
 * Add a picture, in the middle of the frame.
 * @param {State} state @param {number} start  seconds
 * @param {{id: string, width?: number, height?: number}} asset
 * @returns {State}
 */
export function addPicture(state, start, asset) {
  const [width, height] = [asset.width || 1, asset.height || 1];
  const factor = (shorterSide(state) * PICTURE_SIZE) / Math.max(width, height);
  const overlay = {
    assetId: asset.id,
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
    centerX: 0,
    centerY: 0,
    opacity: 1,
    rotation: 0,
    maintainAspectRatio: true,
  };
  return added(state, "imageTrack", newId(state, "image"), start, PICTURE_SECONDS, overlay);
}

/**
 * Change fields of a text or picture.
 * @param {State} state @param {string} id @param {object} changes
 * @returns {State}
 */
export function editOverlay(state, id, changes) {
  const name = OVERLAYS[findItem(state, id)?.track ?? ""];
  const overlay = state[name]?.[id];
  return overlay ? withOverlay(state, name, id, { ...overlay, ...changes }) : state;
}

/**
 * Move an item in time.
 * @param {State} state @param {string} id @param {number} start  seconds
 * @returns {State}
 */
export function moveItem(state, id, start) {
  const item = findItem(state, id);
  if (!item) return state;
  const from = Math.max(0, start);
  const end = from + item.action.end - item.action.start;
  return changeAction(state, item.track, id, { start: from, end });
}

/**
 * Let an item begin or end at another time. Music goes on as it did.
 * @param {State} state @param {string} id @param {{start?: number, end?: number}} times  seconds
 * @returns {State}
 */
export function resizeItem(state, id, times) {
  const item = findItem(state, id);
  if (!item) return state;
  const { action, track } = item;
  const earliest = track === "audioTrack" ? action.start - (action.trimStart ?? 0) : 0;
  const start =
    times.start === undefined
      ? action.start
      : Math.max(0, earliest, Math.min(times.start, (times.end ?? action.end) - MIN_SECONDS));
  const end = Math.max(times.end ?? action.end, start + MIN_SECONDS);
  const trimStart = (action.trimStart ?? 0) + start - action.start;
  return changeAction(state, track, id, { start, end, ...(track === "audioTrack" && { trimStart }) });
}

/**
 * Divide an item at a time that is at least MIN_SECONDS from both of its ends.
 * @param {State} state @param {string} id @param {number} time  seconds
 * @returns {State}
 */
export function splitItem(state, id, time) {
  const item = findItem(state, id);
  if (!item) return state;
  const rate = rateOf(state);
  const at = toSeconds(toFrame(time, rate), rate);
  const { action } = item;
  if (at - action.start < MIN_SECONDS || action.end - at < MIN_SECONDS) return state;
  const copied = copy(state, id, {});
  const shortened = changeAction(copied.state, item.track, id, { end: at });
  return resizeItem(shortened, copied.id, { start: at });
}

/**
 * Add a copy of an item at the same times; that of an overlay a little beside it.
 * @param {State} state @param {string} id
 * @returns {State}
 */
export function duplicateItem(state, id) {
  const item = findItem(state, id);
  if (!item) return state;
  const overlay = state[OVERLAYS[item.track]]?.[id];
  const by = Math.round(shorterSide(state) * DUPLICATE_OFFSET);
  const place = overlay && { centerX: overlay.centerX + by, centerY: overlay.centerY + by };
  return copy(state, id, place ?? {}).state;
}

/**
 * Put an overlay above the next ones on its track, or below for a negative number.
 * @param {State} state @param {string} id @param {number} by
 * @returns {State}
 */
export function raiseItem(state, id, by) {
  const item = findItem(state, id);
  if (!item) return state;
  const actions = actionsOf(state, item.track);
  const index = actions.indexOf(item.action);
  const rest = actions.filter((each) => each !== item.action);
  const to = Math.max(0, Math.min(index + by, rest.length));
  if (to === index) return state;
  return withActions(state, item.track, [...rest.slice(0, to), item.action, ...rest.slice(to)]);
}

/**
 * Remove an item. With its last place, music is gone: without any, it would be under the whole video.
 * @param {State} state @param {string} id @returns {State}
 */
export function removeItem(state, id) {
  const item = findItem(state, id);
  if (!item) return state;
  const actions = actionsOf(state, item.track).filter((each) => each.id !== id);
  const rest = withActions(state, item.track, actions);
  if (item.track === "audioTrack" && actions.length === 0) return setMusic(rest, null);
  const name = OVERLAYS[item.track];
  if (!name || !rest[name]) return rest;
  const { [id]: _, ...others } = rest[name];
  return { ...rest, [name]: others };
}

/**
 * Set the music: a URL of the work's audio or of an audio asset; null for none.
 * @param {State} state @param {string|null} url
 * @returns {State}
 */
export function setMusic(state, url) {
  return { ...state, audioUrl: url };
}

/**
 * Return the state with music where it is heard: under the whole video if it has no places, nowhere
 * if there is none.
 * @param {State} state @param {number} seconds  of the video
 * @returns {State}
 */
export function placeMusic(state, seconds) {
  const hasPlaces = actionsOf(state, "audioTrack").length > 0;
  if (!state.audioUrl) return hasPlaces ? withActions(state, "audioTrack", []) : state;
  if (hasPlaces) return state;
  return withActions(state, "audioTrack", [{ id: newId(state, "audio"), start: 0, end: seconds, trimStart: 0 }]);
}

/** @param {State} state @param {number} volume  1: as it is @returns {State} */
export function setMusicVolume(state, volume) {
  return { ...state, audioVolume: Math.max(0, Math.min(volume, 10)) };
}

/** @param {State} state */
function shorterSide(state) {
  const { width, height } = settingsOf(state);
  return Math.min(width, height);
}

/**
 * @param {State} state @param {TrackName} track @param {string} id @param {number} start
 * @param {number} seconds @param {object} overlay
 * @returns {State}
 */
function added(state, track, id, start, seconds, overlay) {
  const from = Math.max(0, start);
  const actions = [...actionsOf(state, track), { id, start: from, end: from + seconds }];
  return withOverlay(withActions(state, track, actions), OVERLAYS[track], id, overlay);
}

/** @param {State} state @param {string} name @param {string} id @param {object} overlay */
function withOverlay(state, name, id, overlay) {
  return { ...state, [name]: { ...state[name], [id]: overlay } };
}

/**
 * @param {State} state @param {string} id @param {object} changes  of the overlay
 * @returns {{state: State, id: string}} with the copy's id
 */
function copy(state, id, changes) {
  const { track, action } = /** @type {{track: TrackName, action: Action}} */ (findItem(state, id));
  const copied = newId(state, track.replace("Track", ""));
  const actions = [...actionsOf(state, track), { ...action, id: copied }];
  const placed = withActions(state, track, actions);
  const name = OVERLAYS[track];
  const overlay = state[name]?.[id];
  const result = overlay ? withOverlay(placed, name, copied, { ...overlay, ...changes }) : placed;
  return { state: result, id: copied };
}

/**
 * Reading and writing parts of an editorState. Edits return a new state and share what is unchanged
 * with the old one; an edit that changes nothing returns the state itself.
 *
 * @typedef {any} State  an editorState as the API has it
 * @typedef {{id: string, start: number, end: number, [field: string]: any}} Action
 * @typedef {"videoTrack"|"textTrack"|"imageTrack"|"audioTrack"|"voiceTrack"|"soundTrack"} TrackName
 * @typedef {{track: TrackName, action: Action}} Item
 * @typedef {{width: number, height: number, fps: number, fit?: import("./timeline.js").Fit}} Settings
 */

/** @type {TrackName[]} */
export const TRACKS = ["videoTrack", "textTrack", "imageTrack", "audioTrack", "voiceTrack", "soundTrack"];
/** @type {TrackName[]} */
const ITEM_TRACKS = ["textTrack", "imageTrack", "audioTrack", "voiceTrack", "soundTrack"];
const DEFAULT_SETTINGS = { width: 1080, height: 1920, fps: 30 };

/** @param {State} state @param {TrackName} name @returns {Action[]} */
export function actionsOf(state, name) {
  return state.editorData?.[name] ?? [];
}

/**
 * Return whether the clips are arranged, if only to none: otherwise, the scenes play.
 * @param {State} state
 */
export function isArranged(state) {
  return actionsOf(state, "videoTrack").length > 0 || state.editorData?.arranged === true;
}

/** @param {State} state @param {TrackName} name @param {Action[]} actions @returns {State} */
export function withActions(state, name, actions) {
  return { ...state, editorData: { ...state.editorData, [name]: actions } };
}

/** @param {State} state @param {TrackName} name @returns {State} */
export function withoutTrack(state, name) {
  if (state.editorData?.[name] === undefined) return state;
  const { [name]: _, ...tracks } = state.editorData;
  return { ...state, editorData: tracks };
}

/** @param {State} state @returns {Settings} */
export function settingsOf(state) {
  return { ...DEFAULT_SETTINGS, ...state.exportSettings };
}

/**
 * Return the clips by their times. A clip without a scene has that of its place on the track.
 * @param {State} state
 * @returns {Action[]}
 */
export function clipsInOrder(state) {
  return actionsOf(state, "videoTrack")
    .map((action, number) => (action.assetId ? action : { ...action, sceneIndex: action.sceneIndex ?? number }))
    .sort((a, b) => a.start - b.start);
}

/**
 * Return what is on a track beside the clips with an id; undefined for another.
 * @param {State} state @param {string|null} id
 * @returns {Item|undefined}
 */
export function findItem(state, id) {
  for (const track of ITEM_TRACKS) {
    const action = actionsOf(state, track).find((each) => each.id === id);
    if (action) return { track, action };
  }
  return undefined;
}

/**
 * Whether an item has what is stored of it beside its times: other clients may leave that out.
 * @param {State} state
 * @param {Item} item
 */
export function hasFields({ textOverlays = {}, imageOverlays = {} }, { track, action: { id } }) {
  if (track === "textTrack") return id in textOverlays;
  return track !== "imageTrack" || id in imageOverlays;
}

/**
 * What scenes are called, by their indexes: their places in the list, then those of others with media.
 * @param {{scenes?: {scene_index: number}[], generatedScenes?: any[]}} work @returns {Record<number, number>}
 */
export function sceneNumbers({ scenes = [], generatedScenes = [] }) {
  const planned = scenes.map(({ scene_index: index }) => index);
  const others = generatedScenes.filter((made) => made.imageUrl || made.videoUrl).map((made) => made.sceneIndex);
  return Object.fromEntries([...new Set([...planned, ...others])].map((index, place) => [index, place + 1]));
}

/** @param {Parameters<typeof sceneNumbers>[0]} work @param {number} index */
export const sceneNumber = (work, index) => sceneNumbers(work)[index] ?? index + 1;

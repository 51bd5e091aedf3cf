/**
 * Edits that consist of several operations: dividing and copying what is on tracks beside the clips, and
 * music that gets its first place.
 *
 * @typedef {import("../../../timeline/editor-state.js").State} State
 * @typedef {import("../../../timeline/editor-state.js").Action} Action
 * @typedef {import("../../../timeline/editor-state.js").TrackName} TrackName
 * @typedef {import("../../../timeline/operations/operations.js").Operation} Operation
 * @typedef {import("../../../timeline/editor-state.js").Item} Item
 */

import { actionsOf, findItem, settingsOf } from "../../../timeline/editor-state.js";
import { newId } from "../../../timeline/operations/index.js";
import { ANIMATION_ARGUMENTS, lookArguments } from "../../../timeline/text-looks.js";

const OFFSET = 0.03; // of a copy, of the frame's shorter side
/** @type {Record<string, "text"|"picture"|"place"|"voice"|"sound">} */
const KINDS = { textTrack: "text", imageTrack: "picture", audioTrack: "place", voiceTrack: "voice", soundTrack: "sound" };

/** The kind of what is on a track, as operations name it. @param {TrackName} track */
export const kindOf = (track) => KINDS[track] ?? "clip";

/**
 * The operation that sets arguments of something beside the clips. The end of a voice follows from its length.
 * @param {string} kind  as operations name it @param {{id: string, [field: string]: any}} action
 * @param {Record<string, any>} values
 * @returns {Operation}
 */
export function settingOf(kind, { id, sceneIndex }, { end, ...values }) {
  if (kind === "voice") return { op: "voice", scene: sceneIndex, ...values };
  const ended = end === undefined ? values : { ...values, end };
  return kind === "sound" ? { op: "sound", sound: id, ...ended } : { op: kind, id, ...ended };
}

/**
 * The operations that divide an item at a time.
 * @param {State} state @param {Item} item @param {number} at  seconds
 * @returns {Operation[]}
 */
export function divisionOf(state, item, at) {
  const { op, animationIn, fadeIn, ...copy } = copyOf(state, item);
  const { start, trimStart = 0 } = item.action;
  const passed = trimStart + at - start;
  const from = (op === "place" && { from: passed }) || (op === "sound" && { trimStart: passed });
  return [
    { ...settingOf(op, item.action, { end: at }), ...withoutEnding(copy) },
    { op, ...copy, start: at, ...from },
  ];
}

/** What the first part of an item does no longer at its end. @param {Record<string, any>} copy */
const withoutEnding = ({ animationOut, fadeOut }) => ({
  ...(animationOut && { animationOut: null }),
  ...(fadeOut && { fadeOut: null }),
});

/**
 * The operation that adds a copy of an item; that of an overlay a little beside it.
 * @param {State} state @param {Item} item
 * @returns {Operation}
 */
export function duplicationOf(state, item) {
  const copy = copyOf(state, item);
  const { width, height } = settingsOf(state);
  const by = Math.round(Math.min(width, height) * OFFSET);
  return copy.op === "place" || copy.op === "sound" ? copy : { ...copy, x: copy.x + by, y: copy.y + by };
}

/**
 * The operations that make items the timeline's own before they are changed: music under the whole video
 * gets a place, and texts of scenes become captions. `idOf` says which ids they have then.
 * @param {import("./editor.js").Editor} editor @param {string[]} ids
 * @returns {{operations: Operation[], idOf: (id: string) => string}}
 */
export function ownOf(editor, ids) {
  const music = ids.find((id) => isWholeMusic(editor, id));
  const isCaption = editor.captions.peek().all.some(({ id }) => ids.includes(id));
  const place = music !== undefined && placementOf(/** @type {Item} */ (findItem(editor.placed.peek(), music)).action);
  return {
    operations: [...(place ? [place] : []), ...(isCaption ? ownCaptions(editor) : [])],
    idOf: (id) => (place && id === music ? place.new : id),
  };
}

/**
 * The operation that makes what voices say, or the texts of scenes, the video's own captions, unless it
 * has some.
 * @param {import("./editor.js").Editor} editor @returns {Operation[]}
 */
export function ownCaptions(editor) {
  const { all, isOwn } = editor.captions.peek();
  if (isOwn || all.length === 0) return [];
  const captions = all.map(({ text, start, end, words }) => ({ text, start, end, ...(words && { words }) }));
  return [{ op: "captions", captions }];
}

/**
 * The operations that delete clips, items and captions.
 * @param {import("./editor.js").Editor} editor @param {string[]} ids
 * @param {boolean} leaveGap  whether later clips stay where they are
 * @returns {Operation[]}
 */
export function deletionOf(editor, ids, leaveGap) {
  const captions = editor.captions.peek().all.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
  const clips = actionsOf(editor.state.peek(), "videoTrack").filter(({ id }) => ids.includes(id));
  const kinds = Object.fromEntries([...captions.map((id) => [id, "caption"]), ...clips.map(({ id }) => [id, "clip"])]);
  const deletions = ids.flatMap((id) => {
    if (isWholeMusic(editor, id)) return { op: "music", asset: null };
    const item = findItem(editor.placed.peek(), id);
    const kind = item ? kindOf(item.track) : kinds[id];
    return kind ? { op: "delete", kind, id, ...(kind === "clip" && leaveGap && { leaveGap }) } : [];
  });
  return [...ownOf(editor, captions).operations, ...deletions];
}

/**
 * The operations that put an overlay above the next one on its track, or below the one before it.
 * @param {State} state @param {string} id @param {1 | -1} by
 */
export function layerOperation(state, id, by) {
  const item = findItem(state, id);
  if (!item) return [];
  const ids = actionsOf(state, item.track).map((action) => action.id);
  const index = ids.indexOf(id);
  const above = by > 0 ? ids[index + 1] : (ids[index - 2] ?? null);
  const isLast = by > 0 ? above === undefined : index === 0;
  return isLast ? [] : [{ op: "layer", kind: kindOf(item.track), id, above }];
}

/** Whether something stands for music under the whole video. @param {import("./editor.js").Editor} editor @param {string} id */
function isWholeMusic(editor, id) {
  return findItem(editor.placed.peek(), id)?.track === "audioTrack" && !findItem(editor.state.peek(), id);
}

/** The operation that gives music a place of its own, where it is heard without. @param {Action} action */
const placementOf = ({ start, end }) => ({ op: "place", new: newId("music"), start, end, from: 0 });

/**
 * The operation that adds the same item once more.
 * @param {State} state @param {Item} item
 * @returns {Operation}
 */
export function copyOf(state, { track, action }) {
  const { id, start, end, anchor } = action;
  const times = { start, end, ...(anchor !== undefined && { anchor }) };
  if (track === "audioTrack") {
    const { trimStart = 0, fadeIn, fadeOut } = action;
    const fades = { ...(fadeIn !== undefined && { fadeIn }), ...(fadeOut !== undefined && { fadeOut }) };
    return { op: "place", new: newId("music"), ...times, from: trimStart, ...fades };
  }
  if (track === "soundTrack") {
    const { assetId: asset, trimStart, volume, fadeIn, fadeOut, voice } = action;
    const fields = Object.entries({ trimStart, volume, fadeIn, fadeOut, voice }).filter(([, value]) => value !== undefined);
    return { op: "sound", new: newId("sound"), ...times, asset, ...Object.fromEntries(fields) };
  }
  if (track === "textTrack") {
    const overlay = state.textOverlays[id];
    const { text, fontSize: size, fontColor: color, centerX: x, centerY: y, fontAssetId: font } = overlay;
    const look = { ...(font && { font }), ...lookArguments(overlay) };
    return { op: "text", new: newId("text"), ...times, text, size, color, x, y, ...look };
  }
  const { assetId: asset, centerX: x, centerY: y, maintainAspectRatio: keepAspect = true, ...rest } = state.imageOverlays[id];
  const { width, height, opacity, rotation } = rest;
  const animations = Object.fromEntries(ANIMATION_ARGUMENTS.filter((name) => rest[name]).map((name) => [name, rest[name]]));
  return { op: "picture", new: newId("picture"), ...times, asset, x, y, width, height, opacity, rotation, keepAspect, ...animations };
}

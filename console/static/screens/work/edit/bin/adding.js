/**
 * Adding media to the timeline: at a place, or by default at the current time.
 *
 * @typedef {import("../drag.js").Dragged} Dragged
 * @typedef {import("../drag.js").Place} Place
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../player/player.js").Player} Player
 * @typedef {import("../../../../state/assets.js").Asset} Asset
 * @typedef {import("../../../../timeline/operations/operations.js").Operation} Operation
 */

import { t } from "../../../../i18n.js";
import { clipSeconds } from "../../../../state/assets.js";
import { actionsOf, clipsInOrder, settingsOf } from "../../../../timeline/editor-state.js";
import { MIN_SECONDS } from "../../../../timeline/facts.js";
import { isArranged, newId } from "../../../../timeline/operations/index.js";
import { SIZES, nameOf } from "../../../../timeline/size.js";
import { fitOf, shapeOf } from "../../../new-video/motions.js";
import { announceAdded } from "../announcements.js";
import { rememberAsset } from "../media.js";

export const PICTURE_SECONDS = 5;
const PICTURE_SIZE = 0.4; // of the frame's shorter side
const EFFECT_SECONDS = 15; // longer audio is rather music
const UNKNOWN_SECONDS = 2; // of a sound that was not measured
const LATE = 1e-6; // seconds
/** @type {Record<string, import("../../../../timeline/editor-state.js").TrackName>} */
const TRACKS = { clip: "videoTrack", picture: "imageTrack", sound: "soundTrack" };

/** @param {Asset} asset @returns {Dragged} */
export function draggedAsset(asset) {
  const kind = asset.type === "font" ? "file" : asset.type;
  return { kind, label: asset.name, asset, picture: pictureOf(asset) };
}

/** The address of a picture of an asset, which may still have to be made. @param {Asset} asset */
export function pictureOf({ type, url, thumbnail }) {
  return thumbnail ?? (type === "image" || type === "video" ? `${url}/thumbnail` : null);
}

/** Whether audio is rather a sound than music: it is short. @param {Asset} [asset] */
export const isEffect = (asset) => (asset?.duration ?? Infinity) <= EFFECT_SECONDS;

/**
 * Where something goes that is added at the current time; without a player, at the end.
 * @param {Editor} editor @param {Player|null} player @param {Dragged} dragged @returns {Place|null}
 */
function placeNow(editor, player, { kind, asset }) {
  if (!player) return null;
  if (kind === "audio") return isEffect(asset) ? { as: "sound", time: player.time.peek() } : null;
  const time = player.time.peek();
  const clips = clipsInOrder(editor.state.peek());
  const before = clips.findLast(({ start }) => start <= time + LATE);
  return { as: "clip", time: before?.end ?? 0, after: before?.id ?? null };
}

/**
 * Add something to the timeline, select it and show it.
 * @param {Editor} editor @param {Player|null} player @param {Dragged} dragged @param {Place|null} [place]
 * @returns {string|null} the id of what was added
 */
export function add(editor, player, dragged, place = placeNow(editor, player, dragged)) {
  if (dragged.kind === "file") return null;
  if (dragged.asset) {
    rememberAsset(dragged.asset);
    editor.library.know(dragged.asset);
  }
  if (dragged.kind === "audio" && place?.as !== "sound") return addMusic(editor, dragged, place);
  const as = place?.as === "picture" || place?.as === "sound" ? place.as : "clip";
  const id = newId(as);
  editor.apply([...formatFor(editor, as, dragged), { ...operationFor(editor, as, dragged, place), new: id }]);
  const added = actionsOf(editor.state.peek(), TRACKS[as]).find((each) => each.id === id);
  if (!added) return null;
  editor.select([id]);
  player?.seek(added.start);
  announceAdded(editor, id);
  return id;
}

/**
 * Let a recording be heard as a voice from a time on, select and show it.
 * @param {Editor} editor @param {Player} player @param {Asset} asset @param {number} time  seconds
 */
export const addVoice = (editor, player, asset, time) => add(editor, player, draggedAsset(asset), { as: "sound", time, isVoice: true });

/** @param {Editor} editor @param {"clip"|"picture"|"sound"} as @param {Dragged} dragged @param {Place|null} place @returns {Operation} */
function operationFor(editor, as, dragged, place) {
  if (as === "sound") return soundAt(/** @type {Asset} */ (dragged.asset), place);
  return as === "picture" ? pictureAt(editor, dragged, place) : clipAt(dragged, place);
}

/**
 * What gives the frame the shape of the first clip, where nobody has chosen one: the brief has the usual size.
 * @param {Editor} editor @param {"clip"|"picture"|"sound"} as @param {Dragged} dragged @returns {Operation[]}
 */
function formatFor(editor, as, { asset }) {
  const work = editor.document.value.peek();
  const isFirst = as === "clip" && !isArranged(editor.state.peek()) && !work.scenes.length && nameOf(work.resolution) === "landscape";
  if (!isFirst || !asset?.width || !asset.height) return [];
  const size = { width: asset.width, height: asset.height };
  const frame = SIZES[shapeOf([size])];
  return [{ op: "format", ...frame, fit: fitOf([size], frame) }];
}

/** @param {Asset} asset @param {Place|null} place @returns {Operation} */
function soundAt({ id, duration }, place) {
  const start = place?.time ?? 0;
  const end = start + Math.max(duration ?? UNKNOWN_SECONDS, MIN_SECONDS);
  return { op: "sound", asset: id, start, end, ...(place?.isVoice && { voice: true }) };
}

/** @param {Dragged} dragged @param {Place|null} place @returns {Operation} */
function clipAt({ scene, asset }, place) {
  const after = place?.after === undefined ? {} : { after: place.after };
  if (!asset) return { op: "insert", scene, ...after };
  return { op: "insert", asset: asset.id, seconds: clipSeconds(asset), ...after };
}

/** @param {Editor} editor @param {Dragged} dragged @param {Place|null} place @returns {Operation} */
function pictureAt(editor, { asset }, place) {
  const last = editor.model.peek().duration;
  const wanted = place?.time ?? 0;
  const start = wanted < last - MIN_SECONDS ? wanted : Math.max(0, last - PICTURE_SECONDS); // at the end, it is not seen
  const size = pictureSize(editor, /** @type {Asset} */ (asset));
  return { op: "picture", asset: asset?.id, start, end: start + PICTURE_SECONDS, ...size };
}

/**
 * Make a sound the music. At a place, it is heard from there on, unless the music has places already.
 * @param {Editor} editor @param {Dragged} dragged @param {Place|null} place
 */
function addMusic(editor, { asset, label }, place) {
  const state = editor.state.peek();
  const hasPlaces = actionsOf(state, "audioTrack").length > 0;
  const isSame = state.audioUrl === asset?.url;
  /** @type {Operation[]} */
  const operations = isSame ? [] : [{ op: "music", asset: asset?.id }];
  const id = newId("music");
  const end = Math.min((place?.time ?? 0) + (asset?.duration ?? Infinity), editor.model.peek().duration);
  const isPlaced = place !== null && end - place.time > MIN_SECONDS && (hasPlaces ? isSame : place.time > 0);
  if (isPlaced) operations.push({ op: "place", start: place.time, end, from: 0, new: id });
  editor.apply(operations);
  editor.select(isPlaced ? [id] : []);
  editor.announce("chosen", { what: t("edit.music"), value: label });
  if (!isPlaced) editor.tab.value = "sound";
  return isPlaced ? id : null;
}

/**
 * The size of a new picture, in the shape of its file.
 * @param {Editor} editor @param {Asset} asset
 */
export function pictureSize(editor, { width, height }) {
  const settings = settingsOf(editor.state.peek());
  const [wide, high] = [width || 1, height || 1];
  const factor = (Math.min(settings.width, settings.height) * PICTURE_SIZE) / Math.max(wide, high);
  return { width: Math.max(1, Math.round(wide * factor)), height: Math.max(1, Math.round(high * factor)) };
}

/**
 * What is on a timeline beside clips: texts, pictures, places of the music, voices, sounds, and captions.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("../editor-state.js").Action} Action
 * @typedef {import("../frames.js").Rate} Rate
 * @typedef {"text"|"picture"|"place"|"voice"|"sound"|"caption"} ItemKind
 *
 * @typedef {object} Item
 * @property {string} id
 * @property {import("./order.js").Key} [order]  of texts and pictures
 * @property {Action} action  a caption itself
 * @property {Record<string, any>} [overlay]  of texts and pictures
 */

import { equal } from "../../documents/merge.js";
import { actionsOf, isArranged, withActions, withoutTrack } from "../editor-state.js";
import { toFrame } from "../frames.js";
import { atClip } from "../voices.js";
import { moved } from "./caption-words.js";
import { clipsOf, startsOf, withTimes, writeClips } from "./clip-operations.js";
import { areCounted, captionBase, captionIds, distinct, keysOf } from "./order.js";
import { rateOf } from "./rate.js";

/** @type {ItemKind[]} */
export const ITEM_KINDS = ["text", "picture", "place", "voice", "sound", "caption"];
/** @type {Record<string, import("../editor-state.js").TrackName>} */
const TRACKS = {
  text: "textTrack",
  picture: "imageTrack",
  place: "audioTrack",
  voice: "voiceTrack",
  sound: "soundTrack",
};
/** Tracks that are missing where nothing is on them. @type {ItemKind[]} */
const OPTIONAL = ["voice", "sound"];
/** @type {Record<string, string>} */
export const OVERLAYS = { text: "textOverlays", picture: "imageOverlays" };

/**
 * Return the actions of a kind, or the captions, as they are stored.
 * @param {State} state
 * @param {ItemKind} kind
 * @returns {Action[]}
 */
export function storedItems(state, kind) {
  return kind === "caption" ? (state.captions ?? []) : actionsOf(state, TRACKS[kind]);
}

/** Return whether something follows a clip. @param {Action} action */
export function isAnchored(action) {
  return action.anchor !== undefined;
}

/** @param {State} state @param {ItemKind} kind @returns {Item[]} */
export function readItems(state, kind) {
  const actions = storedItems(state, kind);
  if (kind === "caption") {
    const ids = captionIds(/** @type {any} */ (actions));
    return actions.map((action, index) => ({ id: ids[index], action }));
  }
  const ids = distinct(actions.map(({ id }) => id));
  const items = actions.map((action, index) => ({ id: ids[index], action }));
  if (!(kind in OVERLAYS)) return items;
  const keys = keysOf(items);
  const overlays = state[OVERLAYS[kind]] ?? {};
  return items.map((item, index) => {
    const { id } = item.action;
    return { ...item, order: keys[index], ...(Object.hasOwn(overlays, id) && { overlay: overlays[id] }) };
  });
}

/**
 * Put items in the place of those of their kind.
 * @param {State} state @param {ItemKind} kind @param {Item[]} before @param {Item[]} items
 * @returns {State}
 */
export function writeItems(state, kind, before, items) {
  if (kind === "caption") return withCaptions(state, before, items);
  const isOrdered = kind in OVERLAYS && !areCounted(/** @type {any} */ (items));
  const actions = items.map(({ id, action, order }) => withFields(action, id, isOrdered ? order : undefined, kind));
  if (OPTIONAL.includes(kind) && actions.length === 0) return withoutTrack(state, TRACKS[kind]);
  const placed = withActions(state, TRACKS[kind], actions);
  return kind in OVERLAYS ? withOverlays(placed, OVERLAYS[kind], before, items) : placed;
}

/** @param {Action} action @param {string} id @param {Item["order"]} order @param {ItemKind} kind */
function withFields(action, id, order, kind) {
  if (action.id === id && (action.order === order || !(kind in OVERLAYS))) return action;
  const { order: _, ...fields } = action;
  if (!(kind in OVERLAYS)) return { ...action, id };
  return order === undefined ? { ...fields, id } : { ...fields, id, order };
}

/** @param {State} state @param {string} name @param {Item[]} before @param {Item[]} items @returns {State} */
function withOverlays(state, name, before, items) {
  const overlays = { ...state[name] };
  const kept = new Set(items.map(({ id }) => id));
  let isChanged = false;
  for (const { id } of before) {
    if (kept.has(id) || !Object.hasOwn(overlays, id)) continue;
    delete overlays[id];
    isChanged = true;
  }
  for (const { id, overlay } of items) {
    if (overlay === undefined || (Object.hasOwn(overlays, id) && overlays[id] === overlay)) continue;
    overlays[id] = overlay;
    isChanged = true;
  }
  return isChanged ? { ...state, [name]: overlays } : state;
}

/** @param {State} state @param {Item[]} before @param {Item[]} items @returns {State} */
function withCaptions(state, before, items) {
  if (items.length === 0) {
    const { captions, ...rest } = state;
    return rest;
  }
  const unchanged = new Set(before.map(({ action }) => action));
  const stored = new Map(before.map(({ id, action }) => [id, action]));
  const rate = rateOf(state);
  const captions = items.map((item) => {
    if (unchanged.has(item.action)) return item.action;
    return captionOf({ ...item, action: withMovedWords(item.action, stored.get(item.id), rate) }, items);
  });
  return { ...state, captions };
}

/**
 * Return a caption whose words move along if it moves, as long as before.
 * @param {Action} action @param {Action|undefined} before @param {Rate} rate
 */
function withMovedWords(action, before, rate) {
  const isSame = before?.words?.length > 0 && equal(action.words, before?.words);
  if (!before || !isSame || action.start === before.start) return action;
  const [now, then] = [action, before].map((each) => framesOf(each, rate));
  if (now.end - now.start !== then.end - then.start) return action;
  return { ...action, words: moved(before.words, action.start - before.start) };
}

/**
 * Return a caption with its id, unless this follows from its contents.
 * @param {Item} item @param {Item[]} all
 */
function captionOf({ id, action: { id: _, ...fields } }, all) {
  const base = captionBase(/** @type {any} */ (fields));
  const isImplied = id === base && !all.some((other) => other.id.startsWith(`${base}-`));
  return isImplied ? fields : { ...fields, id };
}

/**
 * Return the items of a kind with some of them changed or, of captions and places, added: these are
 * kept in the order of their times.
 * @param {ItemKind} kind @param {Item[]} items @param {Item[]} changed
 * @returns {Item[]}
 */
export function withItems(kind, items, changed) {
  const byId = new Map(changed.map((item) => [item.id, item]));
  if (kind in OVERLAYS) return items.map((item) => byId.get(item.id) ?? item);
  const others = items.filter(({ id }) => !byId.has(id));
  if (others.length === 0) return [...byId.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  for (const item of byId.values()) {
    const index = others.findIndex((other) => isBefore(item, other));
    others.splice(index < 0 ? others.length : index, 0, item);
  }
  return others;
}

/** @param {Item} one @param {Item} other */
function isBefore(one, other) {
  if (one.action.start !== other.action.start) return one.action.start < other.action.start;
  if (one.action.end !== other.action.end) return one.action.end < other.action.end;
  return one.id < other.id;
}

/**
 * Return the frames of an item; it lasts at least one.
 * @param {Action} action @param {Rate} rate
 */
export function framesOf(action, rate) {
  const start = Math.max(0, toFrame(action.start, rate));
  return { start, end: Math.max(toFrame(action.end, rate), start + 1) };
}

/**
 * @template {Item} T
 * @param {T} item @param {number} start  frame @param {number} end  frame @param {Rate} rate
 * @returns {T}
 */
export function timed(item, start, end, rate) {
  return { ...item, action: withTimes(item.action, item.action, start, end, rate) };
}

/**
 * The clips of a timeline as a page shows them.
 *
 * @typedef {import("./arguments.js").Context} Context
 */

/**
 * Return the state with the scenes on the video track, unless clips are arranged, and voices at their
 * scenes. It is for showing only: operations do the same where they need it.
 * @param {State} state @param {Context} context
 * @returns {State}
 */
export function withClipsOfScenes(state, context) {
  if (isArranged(state)) return state;
  const rate = rateOf(state);
  const clips = clipsOf(state, context, rate);
  const shown = writeClips(state, clips, rate);
  const entries = actionsOf(state, "voiceTrack");
  if (!entries.some(isAnchored)) return shown;
  const starts = startsOf(clips);
  const placed = entries.map((entry) => {
    const clip = starts.get(entry.anchor);
    return clip === undefined ? entry : atClip(entry, clip, rate);
  });
  return withActions(shown, "voiceTrack", placed);
}

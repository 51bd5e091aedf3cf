/**
 * The clips of a timeline: an order, and for each a gap of black before it and a length. Their starts
 * and ends follow from these.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("../editor-state.js").Action} Action
 * @typedef {import("../frames.js").Rate} Rate
 * @typedef {import("./context.js").Context} Context
 *
 * @typedef {object} Clip
 * @property {string} id
 * @property {import("./order.js").Key} order
 * @property {number} gap  frames
 * @property {number} length  frames
 * @property {Record<string, any>} action  its other fields; those of time are of no account
 * @property {Action} [source]  as it is stored
 */

import { sceneClip } from "../clips.js";
import { actionsOf, isArranged, withActions } from "../editor-state.js";
import { CUT } from "../facts.js";
import { toFrame, toSeconds } from "../frames.js";
import { placeClips } from "../placed-clips.js";
import { mediaAt, ownTimeMap } from "../time-map.js";
import { entriesByScene, leastSeconds, pauseAfter } from "../voices.js";
import { distinct } from "./ids.js";
import { areCounted, keysOf } from "./order.js";

/**
 * Return the clips: those on the video track, or else the scenes in order.
 * @param {State} state @param {Context} context @param {Rate} rate
 * @returns {Clip[]}
 */
export function clipsOf(state, context, rate) {
  return isArranged(state) ? readClips(actionsOf(state, "videoTrack"), rate) : clipsOfScenes(state, context, rate);
}

/** @param {Action[]} actions @param {Rate} rate @returns {Clip[]} */
function readClips(actions, rate) {
  const ids = distinct(actions.map(({ id }) => id));
  const sorted = actions
    .map((source, place) => ({ id: ids[place], action: withScene(source, place), source }))
    .sort((a, b) => a.source.start - b.source.start);
  const keys = keysOf(sorted);
  let end = 0;
  return sorted.map((clip, number) => {
    const start = Math.max(toFrame(clip.source.start, rate), end);
    const gap = start - end;
    end = Math.max(stopOf(clip.source, sorted[number + 1]?.source, rate), start + 1);
    return { ...clip, order: keys[number], gap, length: end - start };
  });
}

/** A clip without a scene has that of its place. @param {Action} action @param {number} number */
function withScene(action, number) {
  return action.sceneIndex === undefined && !action.assetId ? { ...action, sceneIndex: number } : action;
}

/**
 * Return where a clip ends: a clip that overlaps the next one ends where that begins, and a gap of one
 * frame, which rounding can make, is closed.
 * @param {Action} action @param {Action|undefined} following @param {Rate} rate
 */
function stopOf(action, following, rate) {
  const stop = toFrame(action.end, rate);
  if (following === undefined) return stop;
  const next = toFrame(following.start, rate);
  return stop > next || stop === next - 1 ? next : stop;
}

/** @param {State} state @param {Context} context @param {Rate} rate @returns {Clip[]} */
function clipsOfScenes(state, { scenes }, rate) {
  const playing = scenes.filter(({ plays }) => plays !== false);
  const sources = Object.fromEntries(playing.map(({ scene, seconds }) => [scene, { seconds }]));
  const motions = new Map(playing.map(({ scene, motion }) => [scene, motion]));
  const entries = entriesByScene(actionsOf(state, "voiceTrack"));
  const clips = playing.map(({ scene, voiceSeconds, ...planned }, number) => {
    const pause = pauseAfter(state, number === playing.length - 1);
    return sceneClip(scene, { ...planned, least: leastSeconds(voiceSeconds, entries.get(scene), pause) });
  });
  let end = 0;
  return placeClips(clips, sources, rate).map(({ clip, start, end: stop }, order) => {
    const gap = start - end;
    end = stop;
    const motion = motions.get(clip.scene);
    const action = { sceneIndex: clip.scene, transitionType: clip.transition || CUT, ...(motion && { motion }) };
    return { id: `scene-${clip.scene}`, order, gap, length: stop - start, action };
  });
}

/** Return the frame at which each clip begins, by their ids. @param {Clip[]} clips */
export function startsOf(clips) {
  let end = 0;
  return new Map(
    clips.map(({ id, gap, length }) => {
      const start = end + gap;
      end = start + length;
      return [id, start];
    }),
  );
}

/** Return the frame at which the last clip ends. @param {Clip[]} clips */
export function endOf(clips) {
  return clips.reduce((end, { gap, length }) => end + gap + length, 0);
}

/**
 * Put clips on the video track. What does not change is the same object afterwards.
 * @param {State} state @param {Clip[]} clips @param {Rate} rate
 * @returns {State}
 */
export function writeClips(state, clips, rate) {
  const isCounted = areCounted(clips);
  const starts = startsOf(clips);
  const actions = clips.map((clip) => {
    const start = /** @type {number} */ (starts.get(clip.id));
    return written(clip, start, isCounted ? undefined : clip.order, rate);
  });
  const before = actionsOf(state, "videoTrack");
  const isSame = before.length === actions.length && actions.every((action, number) => action === before[number]);
  return withArranged(isSame ? state : withActions(state, "videoTrack", actions), actions.length === 0);
}

/** Say that there are no clips because there should be none. @param {State} state @param {boolean} isEmpty */
export function withArranged(state, isEmpty) {
  if ((state.editorData?.arranged === true) === isEmpty) return state;
  const { arranged, ...tracks } = state.editorData ?? {};
  return { ...state, editorData: isEmpty ? { ...tracks, arranged: true } : tracks };
}

/**
 * @param {Clip} clip
 * @param {number} start
 * @param {import("./order.js").Key|undefined} order
 * @param {Rate} rate
 * @returns {Action}
 */
function written({ id, action, length, source }, start, order, rate) {
  const timed = withTimes({ ...action, id }, source, start, start + length, rate);
  const isMoved = timed.start !== source?.start || timed.end !== source?.end;
  const isChanged = isMoved || action.trimStart !== source?.trimStart || action.speed !== source?.speed;
  if ("trimEnd" in timed && isChanged) timed.trimEnd = mediaAt(ownTimeMap(timed, rate), length);
  if (order === undefined) delete timed.order;
  else timed.order = order;
  return source && sameFields(timed, source) ? source : timed;
}

/**
 * Set the times of an action; a stored one that is in its frame stays as it is.
 * @param {Record<string, any>} action @param {Action|undefined} source
 * @param {number} start  frame @param {number} end  frame @param {Rate} rate
 * @returns {Action}
 */
export function withTimes(action, source, start, end, rate) {
  const timeOf = (/** @type {"start"|"end"} */ name, /** @type {number} */ frame) =>
    source && toFrame(source[name], rate) === frame ? source[name] : toSeconds(frame, rate);
  return /** @type {Action} */ ({ ...action, start: timeOf("start", start), end: timeOf("end", end) });
}

/** @param {Record<string, any>} one @param {Record<string, any>} other */
function sameFields(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

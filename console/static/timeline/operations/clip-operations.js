/**
 * Operations on clips.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./operations.js").Operation} Operation
 */

import { actionsOf, isArranged, withActions } from "../editor-state.js";
import { CUT, MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED } from "../facts.js";
import { toFrame, toSeconds } from "../frames.js";
import { cropProblem, divided, motionProblem } from "../framing.js";
import { FREEZE, mediaAt, ownTimeMap, placeClips, sceneClip, speedOf, transitionFrames } from "../placed-clips.js";
import { entriesByScene, leastSeconds, pauseAfter } from "../voices.js";
import {
  OperationError,
  booleanOf,
  fadesOf,
  idOf,
  numberOf,
  removable,
  require,
  requireOne,
  timeOf,
} from "./arguments.js";
import { areCounted, distinct, inserted, keysOf, newId } from "./order.js";
import { checkTrim, gapOf, lengthOf, newClip, transitionOf } from "./new-clip.js";
import { shortest } from "./rate.js";
import { withValues } from "./values.js";

/**
 * The clips of a timeline: an order, and for each a gap of black before it and a length. Their starts
 * and ends follow from these.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("../editor-state.js").Action} Action
 * @typedef {import("../frames.js").Rate} Rate
 * @typedef {import("./arguments.js").Context} Context
 *
 * @typedef {object} Clip
 * @property {string} id
 * @property {import("./order.js").Key} order
 * @property {number} gap  frames
 * @property {number} length  frames
 * @property {Record<string, any>} action  its other fields; those of time are of no account
 * @property {Action} [source]  as it is stored
 */

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

/** @param {Draft} draft @param {Operation} operation */
export function insert(draft, operation) {
  const { clips } = draft;
  requireOne(operation, "scene", "asset");
  if (operation.scene !== undefined && operation.asset !== undefined) {
    throw new OperationError("asset", "Give either a scene or an asset.");
  }
  const clip = newClip(draft, operation, newClipId(draft, operation));
  draft.clips = inserted(clips, placeOf(clips, operation), clip);
}

/** @param {Draft} draft @param {Operation} operation */
export function move(draft, operation) {
  require(operation, "clip", "after");
  const clip = clipNamed(draft, operation);
  if (operation.after === clip.id) throw new OperationError("after", "Must be another clip.");
  const others = draft.clips.filter((each) => each !== clip);
  const index = placeOf(others, operation);
  draft.clips = draft.clips.indexOf(clip) === index ? draft.clips : inserted(others, index, clip);
}

/** @param {Draft} draft @param {Operation} operation */
export function trim(draft, operation) {
  const clip = clipNamed(draft, operation);
  requireOne(operation, "from", "seconds");
  const from = timeOf(operation, "from");
  checkTrim(draft, clip.action, from);
  const length = lengthOf(operation, draft.rate) ?? clip.length;
  replace(draft, { ...clip, length, action: { ...clip.action, ...(from !== undefined && { trimStart: from }) } });
}

/** @param {Draft} draft @param {Operation} operation */
export function gap(draft, operation) {
  const clip = clipNamed(draft, operation);
  require(operation, "seconds");
  replace(draft, { ...clip, gap: gapOf(operation, "seconds", draft.rate) });
}

/**
 * Divide a clip, so that nothing looks different.
 * @param {Draft} draft @param {Operation} operation
 */
export function split(draft, operation) {
  const { clips, rate } = draft;
  const clip = clipNamed(draft, operation);
  require(operation, "at");
  const at = toFrame(/** @type {number} */ (timeOf(operation, "at")), rate);
  const least = shortest(rate);
  if (at < least || clip.length - at < least) {
    const [low, high] = [least, clip.length - least].map((frames) => toSeconds(frames, rate));
    throw new OperationError("at", low > high ? "The clip is too short." : `Must be from ${low} to ${high}.`);
  }
  const first = { ...clip, length: at, action: withValues(clip.action, { transitionType: CUT, fadeOut: null }) };
  const index = clips.indexOf(clip);
  const before = clips[index - 1];
  // The media begins with the transition before, whose length may depend on that of the first part.
  const begin = before ? transitionBetween(before, first, rate) : 0;
  const trimStart = mediaAt(ownTimeMap(clip.action, rate), at + begin);
  const { motion } = clip.action;
  const [moving, goingOn] = motion ? divided(motion, (begin + at) / (begin + clip.length)) : [];
  const second = {
    ...clip, id: newClipId(draft, operation), gap: 0, length: clip.length - at, source: undefined,
    action: withValues(clip.action, { trimStart, fadeIn: null, motion: goingOn }),
  };
  const parts = [{ ...first, action: withValues(first.action, { motion: moving }) }, second];
  draft.clips = inserted(clips.map((each) => (each === clip ? parts[0] : each)), index + 1, parts[1]);
}

/** @param {Draft} draft @param {Operation} operation */
export function transition(draft, operation) {
  const clip = clipNamed(draft, operation);
  requireOne(operation, "transition", "seconds");
  const fields = transitionOf(operation, "seconds");
  replace(draft, { ...clip, action: { ...clip.action, ...fields } });
}

/** @param {Draft} draft @param {Operation} operation */
export function deleteClip(draft, operation) {
  const { clips } = draft;
  const clip = clipNamed(draft, operation, "id");
  const leavesGap = booleanOf(operation, "leaveGap") ?? false;
  const following = clips[clips.indexOf(clip) + 1];
  const longer = following && { ...following, gap: following.gap + clip.gap + clip.length };
  draft.clips = clips
    .filter((each) => each !== clip)
    .map((each) => (leavesGap && each === following ? longer : each));
}

/** @param {Clip} before @param {Clip} clip @param {import("../frames.js").Rate} rate */
function transitionBetween(before, clip, rate) {
  if (clip.gap > 0) return 0;
  const { transitionType, transitionDuration } = before.action;
  return transitionFrames(transitionType, transitionDuration, [before.length, clip.length], rate);
}

/** @param {Draft} draft @param {Operation} operation @param {string} [name] */
function clipNamed(draft, operation, name = "clip") {
  require(operation, name);
  const id = idOf(operation, name);
  const clip = draft.clips.find((each) => each.id === id);
  if (!clip) throw new OperationError(name, "There is no such clip.");
  return clip;
}

/** Return the index for a clip after another one. @param {Clip[]} clips @param {Operation} operation */
function placeOf(clips, operation) {
  const after = idOf(operation, "after", true);
  if (after === undefined) return clips.length;
  if (after === null) return 0;
  const index = clips.findIndex(({ id }) => id === after);
  if (index < 0) throw new OperationError("after", "There is no such clip.");
  return index + 1;
}

/** @param {Draft} draft @param {Operation} operation */
function newClipId(draft, operation) {
  const id = idOf(operation, "new") ?? newId("clip");
  if (startsOf(draft.clips).has(id)) throw new OperationError("new", "There is a clip of this id.");
  return id;
}

/** @param {Draft} draft @param {Clip} clip */
function replace(draft, clip) {
  draft.clips = draft.clips.map((each) => (each.id === clip.id ? clip : each));
}

// The operation on how a clip plays: its speed, its sound, and what part of its picture it shows.

/**
 * Change what is given of a clip; null removes it. At another speed, it shows the same part of its media.
 * @param {Draft} draft @param {Operation} operation
 */
export function setClip(draft, operation) {
  const clip = clipNamed(draft, operation);
  requireOne(operation, "speed", "volume", "fadeIn", "fadeOut", "crop", "motion");
  const given = {
    speed: removable(operation, "speed", readSpeed),
    volume: removable(operation, "volume", (_, name) => numberOf(operation, name, 0, MAX_CLIP_VOLUME)),
    ...fadesOf(operation),
    crop: removable(operation, "crop", checkedBy(cropProblem)),
    motion: removable(operation, "motion", checkedBy(motionProblem)),
  };
  const action = withValues(clip.action, given);
  replace(draft, { ...clip, action, length: lengthAt(speedOf(action), clip, shortest(draft.rate)) });
}

/**
 * Return a function that reads an argument in which there is no problem.
 * @param {(value: any) => import("../framing.js").Problem|null} problemOf
 */
function checkedBy(problemOf) {
  return (/** @type {Operation} */ operation, /** @type {string} */ name) => {
    const value = operation[name];
    const problem = value === undefined ? null : problemOf(value);
    if (problem) throw new OperationError([name, problem.name].filter(Boolean).join("."), problem.reason);
    return value;
  };
}

/** @param {Operation} operation @param {string} name */
function readSpeed(operation, name) {
  const speed = numberOf(operation, name, 0, MAX_SPEED);
  if (speed !== undefined && speed !== FREEZE && speed < MIN_SPEED) {
    throw new OperationError(name, `Must be ${FREEZE}, or from ${MIN_SPEED} to ${MAX_SPEED}.`);
  }
  return speed;
}

/**
 * Return the length in which a clip shows as much of its media as before, at another speed. A clip that
 * stands still, or did, stays as long as it is.
 * @param {number} speed @param {Clip} clip @param {number} least  frames
 */
function lengthAt(speed, { action, length }, least) {
  const before = speedOf(action);
  if (speed === FREEZE || before === FREEZE || speed === before) return length;
  return Math.max(Math.floor((length * before) / speed + 0.5), least);
}

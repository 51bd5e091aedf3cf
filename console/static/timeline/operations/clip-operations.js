/**
 * Operations on clips.
 *
 * @typedef {import("./clip-track.js").Clip} Clip
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./operations.js").Operation} Operation
 */

import { CUT } from "../facts.js";
import { toFrame, toSeconds } from "../frames.js";
import { divided } from "../framing.js";
import { transitionFrames } from "../placed-clips.js";
import { mediaAt, ownTimeMap } from "../time-map.js";
import { booleanOf, idOf, require, requireOne, timeOf } from "./arguments.js";
import { startsOf } from "./clip-track.js";
import { OperationError } from "./errors.js";
import { newId } from "./ids.js";
import { checkTrim, gapOf, lengthOf, newClip, transitionOf } from "./new-clip.js";
import { inserted } from "./order.js";
import { shortest } from "./rate.js";
import { withValues } from "./values.js";

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
export function clipNamed(draft, operation, name = "clip") {
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
export function replace(draft, clip) {
  draft.clips = draft.clips.map((each) => (each.id === clip.id ? clip : each));
}

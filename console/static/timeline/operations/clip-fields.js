/**
 * The operation on how a clip plays: its speed, its sound, and what part of its picture it shows.
 *
 * @typedef {import("./clip-track.js").Clip} Clip
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./operations.js").Operation} Operation
 */

import { MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED } from "../facts.js";
import { cropProblem, motionProblem } from "../framing.js";
import { FREEZE, speedOf } from "../time-map.js";
import { fadesOf, numberOf, removable, requireOne } from "./arguments.js";
import { clipNamed, replace } from "./clip-operations.js";
import { OperationError } from "./errors.js";
import { shortest } from "./rate.js";
import { withValues } from "./values.js";

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

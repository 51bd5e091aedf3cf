/**
 * Clips that operations make of scenes and assets, and the arguments that say how.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./operations.js").Operation} Operation
 */

import { DEFAULT_SCENE_SECONDS, MAX_SCENE, MAX_TIME, MIN_SECONDS } from "../facts.js";
import { toFrame } from "../frames.js";
import { TRANSITION_NAMES } from "../placed-clips.js";
import { leastSeconds } from "../voices.js";
import { OperationError, assetOf, choiceOf, integerOf, numberOf, require, secondsOf, timeOf } from "./arguments.js";
import { shortest } from "./rate.js";

/**
 * @param {Draft} draft @param {Operation} operation @param {string} id @param {string} [path]
 * @returns {import("./clip-operations.js").Clip}
 */
export function newClip(draft, operation, id, path = "") {
  const { rate } = draft;
  const { shown, stillSeconds, voiceSeconds } = shownBy(draft, operation, path);
  const from = timeOf(operation, "from", path);
  checkTrim(draft, shown, from, path);
  const seconds = secondsOf(draft.context, shown);
  const own = seconds === null ? stillSeconds : seconds - (from ?? 0);
  const rest = from === undefined ? Math.max(own, leastSeconds(voiceSeconds)) : own;
  const action = {
    ...shown,
    ...(from !== undefined && { trimStart: from }),
    ...transitionOf(operation, "transitionSeconds", path),
  };
  const length = lengthOf(operation, rate, path) ?? Math.max(toFrame(rest, rate), shortest(rate));
  return { id, order: 0, gap: gapOf(operation, "gap", rate), length, action };
}

/**
 * Return the frames of black before a clip; exports do not show a single one.
 * @param {Operation} operation @param {string} name @param {import("../frames.js").Rate} rate
 */
export function gapOf(operation, name, rate) {
  const frames = toFrame(timeOf(operation, name) ?? 0, rate);
  return frames === 1 ? 0 : frames;
}

/**
 * Return what of an action says what a clip shows, and how long a still, and the voice, of that last.
 * @param {Draft} draft @param {Operation} operation @param {string} path
 */
function shownBy(draft, operation, path) {
  if (operation.asset !== undefined) {
    const assetId = /** @type {string} */ (assetOf(operation, "asset", draft.context, ["video", "image"]));
    return { shown: { assetId }, stillSeconds: DEFAULT_SCENE_SECONDS };
  }
  const { scene, stillSeconds, voiceSeconds, motion } = sceneOf(draft, operation, path);
  return { shown: { sceneIndex: scene, ...(motion && { motion }) }, stillSeconds, voiceSeconds };
}

/** @param {Draft} draft @param {Operation} operation @param {string} [path] */
export function sceneOf({ context }, operation, path = "") {
  require(operation, "scene");
  const index = integerOf(operation, "scene", 0, MAX_SCENE, path);
  const scene = context.scenes.find((each) => each.scene === index);
  if (scene) return scene;
  const known = context.scenes.map((each) => each.scene).join(", ");
  throw new OperationError(`${path}scene`, known ? `Must be one of ${known}.` : "The work has no scenes.");
}

/**
 * Return the length in frames that an operation gives.
 * @param {Operation} operation
 * @param {import("../frames.js").Rate} rate
 */
export function lengthOf(operation, rate, path = "") {
  const seconds = numberOf(operation, "seconds", MIN_SECONDS, MAX_TIME, path);
  return seconds === undefined ? undefined : Math.max(toFrame(seconds, rate), 1);
}

/**
 * Return the fields of a transition.
 * @param {Operation} operation
 * @param {string} seconds  the argument's name
 */
export function transitionOf(operation, seconds, path = "") {
  const transitionType = choiceOf(operation, "transition", TRANSITION_NAMES, path);
  const transitionDuration = timeOf(operation, seconds, path);
  return {
    ...(transitionType !== undefined && { transitionType }),
    ...(transitionDuration !== undefined && { transitionDuration }),
  };
}

/**
 * Refuse media that would begin after its end.
 * @param {Draft} draft
 * @param {{sceneIndex?: number, assetId?: string}} shown  a clip's action
 * @param {number} [from]
 */
export function checkTrim({ context }, shown, from, path = "") {
  const seconds = secondsOf(context, shown);
  if (from !== undefined && seconds !== null && from >= seconds) {
    throw new OperationError(`${path}from`, `Must be below ${seconds}, where the media ends.`);
  }
}

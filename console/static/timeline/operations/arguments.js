/**
 * Reading the arguments of an operation. All functions throw OperationError for a value that is
 * wrong, and return undefined for an argument that is not there.
 *
 * @typedef {import("./operations.js").Operation} Operation
 */

import { DEFAULT_SCENE_SECONDS, MAX_ID, MAX_TIME } from "../facts.js";
import { clipsOfScenes, sourceOf } from "../placed-clips.js";
import { COLOR_NAMES } from "../text-facts.js";
import { voiceSeconds } from "../voices.js";

// Colours that exports can draw: those of media/colors.py.

const HEX = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
const NUMBER = String.raw`[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?%?`;
const COMMAS = String.raw`\s*,\s*${NUMBER}\s*,\s*${NUMBER}(?:\s*,\s*${NUMBER})?`;
const SPACES = String.raw`\s+${NUMBER}\s+${NUMBER}(?:\s*/\s*${NUMBER})?`;
const FUNCTION = new RegExp(String.raw`^rgba?\(\s*${NUMBER}(?:${COMMAS}|${SPACES})\s*\)$`);

const NAMES = new Set([...COLOR_NAMES, "transparent"]);

/** @param {string} text */
export function isColor(text) {
  const value = text.replace(/^[ \t\r\n\f]+|[ \t\r\n\f]+$/g, "").toLowerCase();
  return HEX.test(value) || FUNCTION.test(value) || NAMES.has(value);
}

// An operation that cannot be applied: the field that is wrong, and what would be right.

export class OperationError extends Error {
  /** @param {string} field  its path in the operation @param {string} reason */
  constructor(field, reason) {
    super(`${field}: ${reason}`);
    this.name = "OperationError";
    this.field = field;
    this.reason = reason;
  }
}

/**
 * What operations need to know of a work beyond its timeline.
 *
 * @typedef {object} Scene
 * @property {number} scene  its index
 * @property {number|null} seconds  how long its media last; null for an image, and without media
 * @property {number} stillSeconds  how long an image is shown
 * @property {string} transition  to the next scene
 * @property {string} text  its caption; "" without
 * @property {number} [voiceSeconds]  how long its voice lasts
 * @property {import("../framing.js").StoredMotion} [motion]  of its image
 * @property {boolean} [plays]  false: it has media, but no place among the others
 *
 * @typedef {object} Context
 * @property {string} projectId
 * @property {string} workId
 * @property {{width: number, height: number}} resolution  of the brief
 * @property {Scene[]} scenes  in playing order
 * @property {Record<string, {type: string, width?: number, height?: number, seconds?: number}>} [assets]
 *   by their ids; without it, ids of assets are not checked. `seconds` is how long a video or a sound lasts
 * @property {boolean} [hasAudio]  whether the work has audio of its own; left out: unknown
 */

/**
 * @param {any} work  as the API answers it
 * @param {import("../placed-clips.js").Sources} sources  what is known of the scenes' media
 * @param {Context["assets"]} [assets]
 * @returns {Context}
 */
export function contextOf(work, sources, assets) {
  const { projectId, id: workId, resolution } = work;
  const voices = voiceSeconds(work);
  const scenes = [...scenesInOrder(work), ...otherScenes(work)].map((scene) => ({
    ...scene,
    seconds: sourceOf(sources, scene.scene).seconds,
    ...(voices.has(scene.scene) && { voiceSeconds: voices.get(scene.scene) }),
  }));
  return { projectId, workId, resolution, scenes, ...(assets && { assets }) };
}

/**
 * Return how long the media of a clip's action last; null for an image, or if it is not known.
 * @param {Context} context @param {{sceneIndex?: number, assetId?: string}} shown
 * @returns {number|null}
 */
export function secondsOf({ scenes, assets }, { sceneIndex, assetId }) {
  if (assetId) return (assets && Object.hasOwn(assets, assetId) && assets[assetId].seconds) || null;
  return scenes.find(({ scene }) => scene === sceneIndex)?.seconds ?? null;
}

/** @param {any} work */
function scenesInOrder(work) {
  const planned = new Map((work.scenes ?? []).map((/** @type {any} */ scene) => [scene.scene_index, scene]));
  return clipsOfScenes(work).map(({ scene, stillSeconds, transition, motion }) => ({
    scene,
    stillSeconds,
    transition,
    text: (planned.get(scene)?.text_overlay ?? "").trim(),
    ...(motion && { motion: planned.get(scene).motion }),
  }));
}

/** Return the scenes with media that do not play by themselves. @param {any} work */
function otherScenes(work) {
  const playing = new Set(clipsOfScenes(work).map(({ scene }) => scene));
  return (work.generatedScenes ?? [])
    .filter((/** @type {any} */ each) => each.imageUrl || each.videoUrl || each.voiceUrl)
    .map((/** @type {any} */ each) => each.sceneIndex)
    .filter((/** @type {number} */ scene) => !playing.has(scene))
    .map((/** @type {number} */ scene) => ({
      scene,
      stillSeconds: DEFAULT_SCENE_SECONDS,
      transition: "cut",
      text: "",
      plays: false,
    }));
}

/** Refuse arguments of other names. @param {object} given @param {string[]} known @param {string} [path] */
export function checkNames(given, known, path = "") {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new OperationError(path + name, `Unknown; the arguments are ${known.join(", ")}.`);
    }
  }
}

/** Require arguments. @param {Operation} operation @param {string[]} names */
export function require(operation, ...names) {
  for (const name of names) {
    if (operation[name] === undefined) throw new OperationError(name, "Required.");
  }
}

/** Require one of some arguments at least. @param {Operation} operation @param {string[]} names */
export function requireOne(operation, ...names) {
  if (names.every((name) => operation[name] === undefined)) {
    throw new OperationError("op", `Give one of ${names.join(", ")} at least.`);
  }
}

/**
 * @param {Operation} operation @param {string} name @param {number} low @param {number} high
 * @param {string} [path]  of the operation, if it is a part of another one
 * @returns {number|undefined}
 */
export function numberOf(operation, name, low, high, path = "") {
  const value = operation[name];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new OperationError(path + name, "Must be a number.");
  }
  if (value < low || value > high) {
    throw new OperationError(path + name, `Must be from ${low} to ${high}.`);
  }
  return value;
}

/** @param {Operation} operation @param {string} name @param {string} [path] @returns {number|undefined} */
export function timeOf(operation, name, path = "") {
  return numberOf(operation, name, 0, MAX_TIME, path);
}

/** Return the fades of a sound; null for one to remove. @param {Operation} operation */
export function fadesOf(operation) {
  return { fadeIn: removable(operation, "fadeIn", timeOf), fadeOut: removable(operation, "fadeOut", timeOf) };
}

/**
 * Return an argument that is null where its field is removed.
 * @template T
 * @param {Operation} operation @param {string} name
 * @param {(operation: Operation, name: string) => T} read
 */
export function removable(operation, name, read) {
  return operation[name] === null ? null : read(operation, name);
}

/** @param {Operation} operation @param {string} name @param {number} low @param {number} high */
export function integerOf(operation, name, low, high, path = "") {
  const value = numberOf(operation, name, low, high, path);
  if (value !== undefined && !Number.isInteger(value)) {
    throw new OperationError(path + name, "Must be an integer.");
  }
  return value;
}

/** @param {Operation} operation @param {string} name @param {number} longest @param {string} [path] */
export function textOf(operation, name, longest, path = "") {
  const value = operation[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw new OperationError(path + name, "Must be a string.");
  if (lengthOf(value) > longest) {
    throw new OperationError(path + name, `Must have at most ${longest} characters.`);
  }
  return value;
}

/**
 * Return an id; also null where that is `allowed`.
 * @param {Operation} operation @param {string} name @param {boolean} [allowed] @param {string} [path]
 */
export function idOf(operation, name, allowed = false, path = "") {
  if (operation[name] === null && allowed) return null;
  const value = textOf(operation, name, MAX_ID, path);
  if (value === "") throw new OperationError(path + name, "Must not be empty.");
  return value;
}

/** @param {Operation} operation @param {string} name @returns {boolean|undefined} */
export function booleanOf(operation, name) {
  const value = operation[name];
  if (value === undefined || typeof value === "boolean") return value;
  throw new OperationError(name, "Must be true or false.");
}

/** @param {Operation} operation @param {string} name @param {string[]} known @param {string} [path] */
export function choiceOf(operation, name, known, path = "") {
  const value = operation[name];
  if (value === undefined || known.includes(value)) return value;
  throw new OperationError(path + name, `Must be one of ${known.join(", ")}.`);
}

/** @param {Operation} operation @param {string} name @returns {string|undefined} */
export function colorOf(operation, name) {
  const value = operation[name];
  if (value === undefined || (typeof value === "string" && isColor(value))) return value;
  throw new OperationError(name, "Must be a colour such as #ff8800.");
}

/**
 * Return the id of an asset; also null where that is `allowed`.
 * @param {Operation} operation @param {string} name
 * @param {Context} context @param {string[]} types @param {boolean} [allowed]
 */
export function assetOf(operation, name, { assets }, types, allowed = false) {
  const id = idOf(operation, name, allowed);
  if (id && assets && (!Object.hasOwn(assets, id) || !types.includes(assets[id].type))) {
    throw new OperationError(name, `The project has no such asset of the type ${types.join(" or ")}.`);
  }
  return id;
}

/** Return how many characters a text has, as Python counts them. @param {string} text */
function lengthOf(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

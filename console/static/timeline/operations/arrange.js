/**
 * The operation that says all clips at once.
 *
 * @typedef {import("./clip-track.js").Clip} Clip
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./operations.js").Operation} Operation
 */

import { checkNames, idOf, require, timeOf } from "./arguments.js";
import { OperationError } from "./errors.js";
import { newId } from "./ids.js";
import { checkTrim, lengthOf, newClip, sceneOf, transitionOf } from "./new-clip.js";
import { keysOf } from "./order.js";

const NAMES = ["scene", "from", "seconds", "transition", "transitionSeconds", "new"];

/**
 * Put clips of scenes in an order. The first clip of a scene that is there already keeps what is not
 * given; clips that are not asked for are deleted.
 * @param {Draft} draft @param {Operation} operation
 */
export function arrange(draft, operation) {
  require(operation, "clips");
  if (!Array.isArray(operation.clips)) throw new OperationError("clips", "Must be a list.");
  const unused = [...draft.clips];
  const taken = new Set(unused.map(({ id }) => id));
  const clips = operation.clips.map((part, number) => {
    const path = `clips.${number}.`;
    checkPart(part, path);
    return arranged(draft, part, unused, taken, path);
  });
  const keys = keysOf(clips.map(({ id, order, isNew }) => ({ id, action: isNew ? {} : { order } })));
  draft.clips = clips.map(({ isNew, ...clip }, index) => ({ ...clip, order: keys[index] }));
}

/** @param {any} part @param {string} path */
function checkPart(part, path) {
  if (part === null || typeof part !== "object" || Array.isArray(part)) {
    throw new OperationError(path.slice(0, -1), "Must be an object.");
  }
  checkNames(part, NAMES, path);
  if (part.scene === undefined) throw new OperationError(`${path}scene`, "Required.");
}

/**
 * @param {Draft} draft @param {any} part @param {Clip[]} unused @param {Set<string>} taken
 * @param {string} path
 * @returns {Clip & {isNew: boolean}}
 */
function arranged(draft, part, unused, taken, path) {
  const { scene } = sceneOf(draft, part, path);
  const index = unused.findIndex(({ action }) => !action.assetId && action.sceneIndex === scene);
  if (index < 0) {
    const id = idOf(part, "new", false, path) ?? newId("clip");
    if (taken.has(id)) throw new OperationError(`${path}new`, "There is a clip of this id.");
    taken.add(id);
    return { ...newClip(draft, part, id, path), isNew: true };
  }
  const [clip] = unused.splice(index, 1);
  const from = timeOf(part, "from", path);
  checkTrim(draft, clip.action, from, path);
  const fields = { ...(from !== undefined && { trimStart: from }), ...transitionOf(part, "transitionSeconds", path) };
  const length = lengthOf(part, draft.rate, path) ?? clip.length;
  return { ...clip, length, action: { ...clip.action, ...fields }, isNew: false };
}

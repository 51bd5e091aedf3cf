/**
 * Operations on voices, and on sounds.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./operations.js").Operation} Operation
 *
 * @typedef {object} Spoken  the voice of a scene
 * @property {number} scene
 * @property {number} seconds  of its file
 * @property {Item|undefined} item  its entry on the voice track
 * @property {{clip: string, start: number}|undefined} own  the place without an entry, as a frame
 */

import { isArranged } from "../editor-state.js";
import { LEAD, MAX_SCENE, MAX_SOUND_VOLUME, MAX_VOICE_SPEED, MIN_SECONDS, MIN_VOICE_SPEED } from "../facts.js";
import { toFrame, toSeconds } from "../frames.js";
import { freeId, heardSeconds, voiceId } from "../voices.js";
import {
  OperationError,
  assetOf,
  booleanOf,
  fadesOf,
  idOf,
  integerOf,
  numberOf,
  removable,
  require,
  requireOne,
  secondsOf,
  timeOf,
} from "./arguments.js";
import { startsOf } from "./clip-operations.js";
import { editItem } from "./item-operations.js";
import { timed, withItems } from "./items.js";
import { withValues } from "./values.js";

/**
 * Change what is given of the voice of a scene; null leaves it to the clip, or removes it. An entry that
 * says no more than the clip does is removed. A place of its own arranges the clips.
 * @param {Draft} draft @param {Operation} operation
 */
export function voice(draft, operation) {
  require(operation, "scene");
  requireOne(operation, "start", "trimStart", "trimEnd", "speed", "volume");
  const given = {
    trimStart: removable(operation, "trimStart", timeOf),
    trimEnd: removable(operation, "trimEnd", timeOf),
    speed: removable(operation, "speed", (each, name) => numberOf(each, name, MIN_VOICE_SPEED, MAX_VOICE_SPEED)),
    volume: removable(operation, "volume", volumeOf),
  };
  const spoken = spokenIn(draft, /** @type {number} */ (integerOf(operation, "scene", 0, MAX_SCENE)));
  const placed = placedVoice(draft, spoken, operation);
  const action = withValues(placed, given);
  checkTrims(action, spoken.seconds, operation);
  put(draft, spoken, action);
}

/** Let a voice not be heard. @param {Draft} draft @param {Operation} operation  its `id` names the voice */
export function silence(draft, operation) {
  const id = idOf(operation, "id");
  const items = draft.items("voice");
  const entry = items.find((each) => each.id === id);
  const isSpoken = (/** @type {number} */ scene) => draft.context.scenes.some((each) => each.scene === scene && each.voiceSeconds);
  const shown = draft.clips.find(({ action }) => !action.assetId && voiceId(action.sceneIndex) === id)?.action.sceneIndex;
  const scene = entry ? entry.action.sceneIndex : shown;
  if (!entry && (scene === undefined || !isSpoken(scene))) throw new OperationError("id", "There is no such voice.");
  if (isSpoken(scene)) voice(draft, { op: "voice", scene, volume: 0 });
  else draft.setItems("voice", items.filter((each) => each !== entry));
}

/** @param {Draft} draft @param {Operation} operation */
export function sound(draft, operation) {
  const given = {
    assetId: assetOf(operation, "asset", draft.context, ["audio"]),
    trimStart: removable(operation, "trimStart", timeOf),
    volume: removable(operation, "volume", volumeOf),
    ...fadesOf(operation),
    ...(operation.voice !== undefined && { voice: booleanOf(operation, "voice") || null }),
  };
  const change = (/** @type {Item} */ item) => ({ ...item, action: withValues(item.action, given) });
  editItem(draft, "sound", withEnd(draft, operation), ["asset", "start", "end"], change, "sound");
}

/**
 * Return an operation that adds a sound with its end, if the length of the asset is known.
 * @param {Draft} draft @param {Operation} operation @returns {Operation}
 */
function withEnd({ context }, operation) {
  const { asset, start, trimStart } = operation;
  if (operation.sound !== undefined || operation.end !== undefined || asset === undefined) return operation;
  const seconds = secondsOf(context, { assetId: asset });
  if (seconds === null || typeof start !== "number") return operation;
  return { ...operation, end: start + Math.max(seconds - (trimStart ?? 0), 0) };
}

/** @param {Draft} draft @param {number} scene @returns {Spoken} */
function spokenIn(draft, scene) {
  const voices = draft.context.scenes.filter((each) => each.voiceSeconds);
  const seconds = voices.find((each) => each.scene === scene)?.voiceSeconds;
  if (!seconds) {
    const known = voices.map((each) => each.scene).join(", ") || "none";
    throw new OperationError("scene", `The scene ${scene} has no voice; those with a voice are: ${known}.`);
  }
  const item = draft.items("voice").find(({ action }) => action.sceneIndex === scene);
  const clip = draft.clips.find(({ action }) => !action.assetId && action.sceneIndex === scene);
  if (!clip) return { scene, seconds, item, own: undefined };
  const start = /** @type {number} */ (startsOf(draft.clips).get(clip.id)) + toFrame(LEAD, draft.rate);
  return { scene, seconds, item, own: { clip: clip.id, start } };
}

/**
 * Return the entry of a voice with the start of an operation.
 * @param {Draft} draft @param {Spoken} spoken @param {Operation} operation
 * @returns {Record<string, any>}
 */
function placedVoice({ state, clips, rate }, { scene, item, own }, operation) {
  const start = removable(operation, "start", timeOf);
  const before = item ? withoutLostAnchor(clips, item.action) : { sceneIndex: scene, ...(own && { anchor: own.clip }) };
  if (start !== null && start !== undefined) return { ...before, start: toSeconds(toFrame(start, rate), rate) };
  const follows = !isArranged(state) && before.anchor !== undefined;
  if (item && start === undefined && !follows) return before;
  if (!own) throw new OperationError("start", `No clip shows the scene ${scene}: give the start of its voice.`);
  return { ...before, start: toSeconds(own.start, rate), anchor: own.clip };
}

/**
 * Return an entry without an anchor that is no clip.
 * @param {import("./clip-operations.js").Clip[]} clips @param {Record<string, any>} entry
 * @returns {Record<string, any>}
 */
function withoutLostAnchor(clips, { anchor, ...entry }) {
  return clips.some(({ id }) => id === anchor) ? { ...entry, anchor } : entry;
}

/** @param {Record<string, any>} action @param {number} seconds @param {Operation} operation */
function checkTrims({ trimStart = 0, trimEnd = 0 }, seconds, operation) {
  const name = ["trimStart", "trimEnd"].find((each) => operation[each]);
  if (name && seconds - trimStart - trimEnd < MIN_SECONDS) {
    throw new OperationError(name, `The voice lasts ${seconds} seconds; ${MIN_SECONDS} must be left of it.`);
  }
}

/** @param {Draft} draft @param {Spoken} spoken @param {Record<string, any>} entry */
function put(draft, { scene, seconds, item, own }, { id: _, start, end: __, ...fields }) {
  const { rate } = draft;
  const items = draft.items("voice");
  const from = Math.max(0, toFrame(start, rate));
  const length = Math.max(toFrame(heardSeconds(seconds, fields), rate), 1);
  const { anchor, sceneIndex, ...others } = fields;
  if (own && anchor === own.clip && from === own.start && Object.keys(others).length === 0) {
    if (item) draft.setItems("voice", items.filter((each) => each !== item));
    return;
  }
  // So that it stays there, the scenes become clips.
  if (own && anchor === own.clip && from !== own.start && !isArranged(draft.state)) draft.clips = draft.clips.slice();
  const action = /** @type {any} */ ({ ...fields, ...(item && { start: item.action.start, end: item.action.end }) });
  const changed = timed({ id: item?.id ?? freeId(scene, new Set(items.map(({ id }) => id))), action }, from, from + length, rate);
  draft.setItems("voice", withItems("voice", items, [changed]));
}

/** @param {Operation} operation @param {string} name */
function volumeOf(operation, name) {
  return numberOf(operation, name, 0, MAX_SOUND_VOLUME);
}

/**
 * Operations on a timeline: each has a name and arguments, and changes what it names and nothing else.
 * The rules are those of the package `timeline` of the service, which runs the same cases.
 *
 * @typedef {{op: string, operationId?: string, [argument: string]: any}} Operation
 *   times are in seconds
 */

import { equal } from "../../documents/merge.js";
import { isArranged } from "../editor-state.js";
import { LEAD } from "../facts.js";
import { toFrame } from "../frames.js";
import { ANIMATION_ARGUMENTS, LOOK_ARGUMENTS } from "../text-looks.js";
import { heardSeconds } from "../voices.js";
import { OperationError, checkNames } from "./arguments.js";
import { clipOf, clipRegisters, itemOf, itemRegisters, registerOf, withField, withRegister } from "./changes.js";
import { clipsOf, gap, insert, move, setClip, split, startsOf, transition, trim } from "./clip-operations.js";
import { Draft } from "./draft.js";
import { caption, layer, picture, place, text } from "./item-operations.js";
import { ITEM_KINDS, OVERLAYS, framesOf, timed, withItems } from "./items.js";
import { checkLimits } from "./limits.js";
import { arrange, inKeyOrder } from "./order.js";
import { rateOf } from "./rate.js";
import { sound, voice } from "./sound-operations.js";
import { captions, clear, format, music, remove } from "./whole-operations.js";

/**
 * Undoing changes of a timeline: of each register that still has the value that it was given.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("../frames.js").Rate} Rate
 * @typedef {import("./changes.js").Change} Change
 * @typedef {import("./clip-operations.js").Clip} Clip
 * @typedef {import("./arguments.js").Context} Context
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./items.js").ItemKind} ItemKind
 */

const FIXED = ["id", "sceneIndex", "start", "end", "anchor"]; // of an entry: its place, and whose it is

/**
 * Return the state without changes, as far as nobody changed the same afterwards.
 * @param {State} state @param {Change[]} changes  as `changesOf` returns them @param {Context} context
 * @returns {State}
 */
function revertChanges(state, changes, context) {
  const backwards = [...changes].reverse();
  const of = (/** @type {string} */ kind) => backwards.filter((change) => change.kind === kind);
  const placed = withClips(state, of("clip"), of("timeline"), context);
  const filled = ITEM_KINDS.reduce((result, kind) => withKind(result, kind, of(kind), context, state), placed);
  const isUndone = of("timeline").some(({ after }) => after === true) && playsScenes(filled, context);
  const arranged = isUndone ? withoutClips(filled, context) : filled;
  return withFormat(withFields(arranged, of("music")), of("format"));
}

/** @param {State} state @param {Change[]} changes @returns {State} */
function withFields(state, changes) {
  return changes.reduce((result, { field, before, after }) => {
    const name = /** @type {string} */ (field);
    return equal(result[name], after) ? withField(result, name, before) : result;
  }, state);
}

/** @param {State} state @param {Change[]} changes @returns {State} */
function withFormat(state, changes) {
  const settings = state.exportSettings ?? {};
  const reverted = withFields(settings, changes);
  if (reverted === settings) return state;
  return withField(state, "exportSettings", Object.keys(reverted).length > 0 ? reverted : undefined);
}

/**
 * @param {State} state @param {Change[]} changes @param {Change[]} arranging  of the whole track
 * @param {Context} context @returns {State}
 */
function withClips(state, changes, arranging, context) {
  const isRestored = !isArranged(state) && arranging.some(({ before }) => before === true);
  if (!isArranged(state) && !isRestored) return state;
  const draft = new Draft(state, context);
  const { rate } = draft;
  const clips = new Map((isRestored ? [] : draft.clips).map((clip) => [clip.id, clip]));
  const isChanged = changes.map((change) => revertClip(clips, change, rate)).some(Boolean);
  if (isChanged || isRestored) draft.clips = inKeyOrder([...clips.values()]);
  return draft.finish();
}

/**
 * @param {Map<string, Clip>} clips
 * @param {Change} change
 * @param {Rate} rate
 * @returns {boolean} whether it changes them
 */
function revertClip(clips, { id = "", added, removed, field, before, after }, rate) {
  const clip = clips.get(id);
  if (added) return clips.delete(id);
  if (removed) {
    if (clip) return false;
    clips.set(id, clipOf(id, removed, rate));
    return true;
  }
  if (!clip || field === undefined) return false;
  const registers = clipRegisters(clip, rate);
  if (!isStill(field, registerOf(registers, field), after, rate)) return false;
  const reverted = clipOf(id, withRegister(registers, field, before), rate);
  clips.set(id, { ...reverted, source: clip.source });
  return true;
}

/**
 * Return whether the clips are those of the scenes in order.
 * @param {State} state
 * @param {Context} context
 */
function playsScenes(state, context) {
  const rate = rateOf(state);
  const registersIn = (/** @type {State} */ each) =>
    clipsOf(each, context, rate).map((clip) => ({ ...clipRegisters(clip, rate), id: clip.id, order: 0 }));
  return isArranged(state) && equal(registersIn(state), registersIn(withoutClips(state, context)));
}

/** Let the scenes play. @param {State} state @param {Context} context @returns {State} */
function withoutClips(state, context) {
  const draft = new Draft(state, context);
  draft.clips = [];
  draft.isArranged = false;
  return draft.finish();
}

/**
 * @param {State} state
 * @param {ItemKind} kind
 * @param {Change[]} changes
 * @param {Context} context
 * @param {State} before  with the clips as they were
 * @returns {State}
 */
function withKind(state, kind, changes, context, before) {
  if (changes.length === 0) return state;
  const draft = new Draft(state, context);
  const starts = startsWith(kind, draft);
  const places = placesOf(kind, new Draft(before, context));
  const items = new Map(draft.items(kind).map((item) => [item.id, item]));
  const stored = new Map(items);
  const changed = new Set();
  for (const change of changes) {
    const left = kind === "voice" && leftOfVoice(items, change, starts, draft, places);
    if (left) items.set(left.id, left);
    if (left || revertItem(items, change, stored, starts, draft.rate, places)) changed.add(change.id);
  }
  if (changed.size === 0) return state;
  const all = [...items.values()];
  const touched = all.filter(({ id }) => changed.has(id));
  draft.setItems(kind, kind in OVERLAYS ? inKeyOrder(/** @type {any[]} */ (all)) : withItems(kind, all, touched));
  return draft.finish();
}

/**
 * @param {Map<string, Item>} items @param {Change} change @param {Map<string, Item>} stored  before all
 * @param {Map<string, number>} starts @param {Rate} rate
 * @param {Map<string, any>} places
 * @returns {boolean} whether it changes them
 */
function revertItem(items, { id = "", added, removed, field, before, after }, stored, starts, rate, places) {
  const item = items.get(id);
  if (added) return items.delete(id);
  if (removed) {
    if (item) return false;
    items.set(id, itemOf(id, removed, undefined, starts, rate));
    return true;
  }
  if (!item || field === undefined) return false;
  const registers = itemRegisters(item, starts, rate);
  const now = field === "start" ? places.get(id) : registerOf(registers, field);
  if (!isStill(field, now, after, rate) || !isThere(field, before, starts)) return false;
  items.set(id, itemOf(id, withRegister(registers, field, before), stored.get(id) ?? item, starts, rate));
  return true;
}

/**
 * Return what others made of a voice's entry since it was added; undefined if that is nothing. A scene has
 * one entry, which all who change its voice share.
 * @param {Map<string, Item>} items @param {Change} change @param {Map<string, number>} starts @param {Draft} draft
 * @param {Map<string, any>} places
 * @returns {Item|undefined}
 */
function leftOfVoice(items, { id = "", added }, starts, { state, rate, context }, places) {
  const item = items.get(id);
  if (!added || !item) return undefined;
  const { sceneIndex, anchor } = item.action;
  const follows = anchor !== undefined && !isArranged(state);
  const isMoved = !follows && !isStill("start", places.get(id), added.start, rate);
  const kept = Object.entries(item.action).filter(([name, value]) => FIXED.includes(name) || !equal(value, added[name]));
  const action = /** @type {any} */ (Object.fromEntries(kept));
  const seconds = context.scenes.find(({ scene }) => scene === sceneIndex)?.voiceSeconds;
  const isSame = kept.every(([name]) => FIXED.includes(name));
  if (!seconds || (!isMoved && isSame)) return undefined;
  const clip = starts.get(anchor);
  const start = isMoved || clip === undefined ? framesOf(item.action, rate).start : clip + toFrame(LEAD, rate);
  return timed({ ...item, action }, start, start + Math.max(toFrame(heardSeconds(seconds, action), rate), 1), rate);
}

/** Return where clips start that items of a kind may be anchored to. @param {ItemKind} kind @param {Draft} draft */
const startsWith = (kind, draft) => startsOf(kind === "voice" || isArranged(draft.state) ? draft.clips : []);

/** Return the start registers of items. @param {ItemKind} kind @param {Draft} draft */
function placesOf(kind, draft) {
  const starts = startsWith(kind, draft);
  return new Map(draft.items(kind).map((item) => [item.id, itemRegisters(item, starts, draft.rate).start]));
}

/**
 * Return whether a register still has a value.
 * @param {string} field
 * @param {any} now
 * @param {any} value
 * @param {Rate} rate
 */
function isStill(field, now, value, rate) {
  if (["start", "gap", "length"].includes(field)) {
    return equal(inFrames(now, rate), inFrames(value, rate));
  }
  return equal(now, value);
}

/** @param {any} time  seconds, from a clip's start if it has an anchor @param {Rate} rate */
function inFrames(time, rate) {
  if (typeof time !== "object") return toFrame(time, rate);
  return { ...time, seconds: toFrame(time.seconds, rate) };
}

/**
 * Return whether the clip of an anchor is there.
 * @param {string} field
 * @param {any} value
 * @param {Map<string, number>} starts
 */
function isThere(field, value, starts) {
  return field !== "start" || typeof value !== "object" || starts.has(value.anchor);
}

const ITEM = ["id", "new", "start", "end"];
/** @type {Record<string, {names: string[], apply: (draft: Draft, operation: Operation) => void}>} */
const OPERATIONS = {
  insert: {
    names: ["scene", "asset", "new", "after", "seconds", "from", "gap", "transition", "transitionSeconds"],
    apply: insert,
  },
  move: { names: ["clip", "after"], apply: move },
  trim: { names: ["clip", "from", "seconds"], apply: trim },
  gap: { names: ["clip", "seconds"], apply: gap },
  clip: { names: ["clip", "speed", "volume", "fadeIn", "fadeOut", "crop", "motion"], apply: setClip },
  split: { names: ["clip", "at", "new"], apply: split },
  delete: { names: ["kind", "id", "leaveGap"], apply: remove },
  transition: { names: ["clip", "transition", "seconds"], apply: transition },
  text: {
    names: [...ITEM, "text", "size", "color", "x", "y", "font", "anchor", "preset", ...Object.keys(LOOK_ARGUMENTS)],
    apply: text,
  },
  picture: {
    names: [...ITEM, "asset", "width", "height", "x", "y", "opacity", "rotation", "keepAspect", "anchor", ...ANIMATION_ARGUMENTS],
    apply: picture,
  },
  caption: { names: [...ITEM, "text", "words", "anchor"], apply: caption },
  captions: { names: ["captions"], apply: captions },
  music: { names: ["asset", "volume", "level", "loop"], apply: music },
  place: { names: [...ITEM, "from", "fadeIn", "fadeOut"], apply: place },
  voice: { names: ["scene", "start", "trimStart", "trimEnd", "speed", "volume"], apply: voice },
  sound: {
    names: ["sound", "new", "asset", "start", "end", "anchor", "trimStart", "volume", "fadeIn", "fadeOut", "voice"],
    apply: sound,
  },
  layer: { names: ["kind", "id", "above"], apply: layer },
  format: { names: ["width", "height", "fps", "fit"], apply: format },
  arrange: { names: ["clips"], apply: arrange },
  clear: { names: [], apply: clear },
};
const REVERT = "revert";

/** The arguments that an operation takes. @param {string} op */
export const argumentsOf = (op) => OPERATIONS[op].names;

/**
 * Return the state after an operation; parts that it does not change are the same objects.
 * @param {State} state @param {Operation} operation @param {Context} context
 * @returns {State}
 * @throws {OperationError}
 */
export function applyOperation(state, operation, context) {
  const { op } = operation;
  if (op === REVERT) {
    checkNames(operation, ["op", "operationId", "changes"]);
    if (!Array.isArray(operation.changes)) throw new OperationError("changes", "Must be a list.");
    return revertChanges(state, operation.changes, context);
  }
  if (!Object.hasOwn(OPERATIONS, op)) {
    throw new OperationError("op", `Must be one of ${[...Object.keys(OPERATIONS), REVERT].join(", ")}.`);
  }
  const { names, apply } = OPERATIONS[op];
  checkNames(operation, ["op", "operationId", ...names]);
  const draft = new Draft(state, context);
  apply(draft, operation);
  const after = draft.finish();
  checkLimits(state, after, draft, operation);
  return after;
}

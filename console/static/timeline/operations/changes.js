/**
 * What changed between two states of a timeline, register by register.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./arguments.js").Context} Context
 * @typedef {"clip"|"text"|"picture"|"place"|"voice"|"sound"|"caption"|"format"|"music"|"timeline"} ChangeKind
 *
 * @typedef {object} Change  an id with what was added or removed, or a field with its values; one
 *   that is missing is left out
 * @property {ChangeKind} kind
 * @property {string} [id]
 * @property {Registers} [added]
 * @property {Registers} [removed]
 * @property {string} [field]
 * @property {any} [before]
 * @property {any} [after]
 */

import { equal } from "../../documents/merge.js";
import { actionsOf, isArranged } from "../editor-state.js";
import { toFrame, toSeconds } from "../frames.js";
import { clipsOf, startsOf, withTimes } from "./clip-operations.js";
import { ITEM_KINDS, OVERLAYS, framesOf, isAnchored, readItems, storedItems } from "./items.js";
import { rateOf } from "./rate.js";

/**
 * A timeline as registers: what is compared, reverted and replayed. Times are in seconds, so that they
 * are good at another frame rate, too.
 *
 * @typedef {import("../frames.js").Rate} Rate
 * @typedef {import("./clip-operations.js").Clip} Clip
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./items.js").ItemKind} ItemKind
 * @typedef {Record<string, any>} Registers
 */

const OVERLAY = "overlay.";

/** @param {Clip} clip @param {Rate} rate @returns {Registers} */
export function clipRegisters({ order, gap, length, action }, rate) {
  const { id, start, end, order: _, ...fields } = action;
  return { ...fields, order, gap: toSeconds(gap, rate), length: toSeconds(length, rate) };
}

/**
 * @param {string} id @param {Registers} registers @param {Rate} rate
 * @returns {Clip}
 */
export function clipOf(id, { order, gap, length, ...action }, rate) {
  return { id, order, gap: Math.max(0, toFrame(gap, rate)), length: Math.max(1, toFrame(length, rate)), action };
}

/**
 * Return the registers of an item. The start of one that is anchored counts from its clip's start.
 * @param {Item} item @param {Map<string, number>} starts  of the clips @param {Rate} rate
 * @returns {Registers}
 */
export function itemRegisters({ order, action, overlay }, starts, rate) {
  const { id, start: _, end: __, order: ___, anchor, ...fields } = action;
  const { start, end } = framesOf(action, rate);
  const clip = starts.get(anchor);
  const time = clip === undefined ? toSeconds(start, rate) : { anchor, seconds: toSeconds(start - clip, rate) };
  return {
    ...fields,
    ...(order !== undefined && { order }),
    start: time,
    length: toSeconds(end - start, rate),
    ...(overlay && { overlay }),
  };
}

/**
 * Return the item with such registers.
 * @param {string} id @param {Registers} registers @param {Item|undefined} before
 * @param {Map<string, number>} starts  of the clips @param {Rate} rate
 * @returns {Item}
 */
export function itemOf(id, { order, start: time, length, overlay, ...fields }, before, starts, rate) {
  const isAnchored = typeof time === "object";
  const clip = isAnchored ? starts.get(time.anchor) : undefined;
  const start = Math.max(0, isAnchored ? toFrame(time.seconds, rate) + (clip ?? 0) : toFrame(time, rate));
  const end = start + Math.max(1, toFrame(length, rate));
  const action = { ...fields, ...(clip !== undefined && { anchor: time.anchor }) };
  const stored = before?.action;
  const named = stored?.id === undefined ? action : { ...action, id: stored.id };
  return {
    id,
    ...(order !== undefined && { order }),
    action: withTimes(named, stored, start, end, rate),
    ...(overlay && { overlay }),
  };
}

/** @param {Registers} registers @param {string} field */
export function registerOf(registers, field) {
  return field.startsWith(OVERLAY) ? registers.overlay?.[field.slice(OVERLAY.length)] : registers[field];
}

/**
 * @param {Registers} registers
 * @param {string} field
 * @param {unknown} value  undefined: without it
 * @returns {Registers}
 */
export function withRegister(registers, field, value) {
  if (field.startsWith(OVERLAY)) {
    return { ...registers, overlay: withField(registers.overlay ?? {}, field.slice(OVERLAY.length), value) };
  }
  return withField(registers, field, value);
}

/** @param {Registers} object @param {string} name @param {unknown} value */
export function withField(object, name, value) {
  const { [name]: _, ...rest } = object;
  return value === undefined ? rest : { ...object, [name]: value };
}

const MUSIC_FIELDS = ["audioUrl", "audioVolume", "audioLevel", "audioLoop"];

/**
 * @param {State} before @param {State} after @param {Context} context
 * @returns {Change[]}
 */
export function changesOf(before, after, context) {
  return [
    ...clipChanges(before, after, context),
    ...ITEM_KINDS.flatMap((kind) => itemChanges(kind, before, after, context)),
    ...fieldChanges({ kind: "format" }, before.exportSettings ?? {}, after.exportSettings ?? {}),
    ...fieldChanges({ kind: "music" }, musicOf(before), musicOf(after)),
    ...fieldChanges({ kind: "timeline" }, arrangedOf(before), arrangedOf(after)),
  ];
}

/** @param {State} state */
function musicOf(state) {
  const names = MUSIC_FIELDS.filter((name) => state[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, state[name]]));
}

/** @param {State} state */
function arrangedOf(state) {
  return isArranged(state) ? { arranged: true } : {};
}

/** @param {State} before @param {State} after @param {Context} context @returns {Change[]} */
function clipChanges(before, after, context) {
  const isSame = actionsOf(before, "videoTrack") === actionsOf(after, "videoTrack");
  if (isSame || (!isArranged(before) && !isArranged(after))) return [];
  const clipsIn = (/** @type {State} */ state) => {
    const rate = rateOf(state);
    return new Map(clipsOf(state, context, rate).map((clip) => [clip.id, () => clipRegisters(clip, rate)]));
  };
  return entityChanges("clip", clipsIn(before), isArranged(after) ? clipsIn(after) : new Map());
}

/**
 * @param {import("./items.js").ItemKind} kind @param {State} before @param {State} after
 * @param {Context} context @returns {Change[]}
 */
function itemChanges(kind, before, after, context) {
  const stored = [before, after].map((state) => storedItems(state, kind));
  const overlays = [before, after].map((state) => state[OVERLAYS[kind]]);
  const anchored = stored.map((actions) => actions.some(isAnchored));
  const clips = [before, after].map((state) => actionsOf(state, "videoTrack"));
  const isSame = stored[0] === stored[1] && overlays[0] === overlays[1];
  if (isSame && (!anchored[1] || clips[0] === clips[1])) return [];
  const follows = anchored[0] || anchored[1];
  const [one, other] = [before, after].map((state) => itemsIn(state, kind, context, follows));
  if (!follows) withoutSame(one, other);
  return entityChanges(kind, one.registers, other.registers);
}

/**
 * @param {State} state
 * @param {import("./items.js").ItemKind} kind
 * @param {Context} context
 * @param {boolean} follows  whether clips matter
 */
function itemsIn(state, kind, context, follows) {
  const rate = rateOf(state);
  const starts = follows ? startsOf(clipsOf(state, context, rate)) : new Map();
  const items = new Map(readItems(state, kind).map((item) => [item.id, item]));
  const registers = new Map([...items].map(([id, item]) => [id, () => itemRegisters(item, starts, rate)]));
  return { items, registers };
}

/**
 * Leave out what is the same object in both.
 * @param {ReturnType<typeof itemsIn>} one
 * @param {ReturnType<typeof itemsIn>} other
 */
function withoutSame(one, other) {
  for (const [id, { action, overlay, order }] of one.items) {
    const item = other.items.get(id);
    if (!item || item.action !== action || item.overlay !== overlay || item.order !== order) continue;
    one.registers.delete(id);
    other.registers.delete(id);
  }
}

/**
 * @param {ChangeKind} kind @param {Map<string, () => Registers>} before
 * @param {Map<string, () => Registers>} after
 * @returns {Change[]}
 */
function entityChanges(kind, before, after) {
  const gone = [...before].filter(([id]) => !after.has(id));
  const removed = gone.map(([id, registers]) => ({ kind, id, removed: registers() }));
  const others = [...after].flatMap(([id, registers]) => {
    const stored = before.get(id);
    return stored ? registerChanges({ kind, id }, stored(), registers()) : [{ kind, id, added: registers() }];
  });
  return [...removed, ...others];
}

/**
 * @param {{kind: ChangeKind, id: string}} entity
 * @param {Registers} before
 * @param {Registers} after
 * @returns {Change[]}
 */
function registerChanges(entity, { overlay: overlayBefore, ...before }, { overlay: overlayAfter, ...after }) {
  return [
    ...fieldChanges(entity, before, after),
    ...fieldChanges(entity, overlayBefore ?? {}, overlayAfter ?? {}, "overlay."),
  ];
}

/**
 * @param {{kind: ChangeKind, id?: string}} entity @param {Registers} before @param {Registers} after
 * @param {string} [prefix]  of the names
 * @returns {Change[]}
 */
function fieldChanges(entity, before, after, prefix = "") {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !equal(before[name], after[name]))
    .map((name) => ({
      ...entity,
      field: prefix + name,
      ...(before[name] !== undefined && { before: before[name] }),
      ...(after[name] !== undefined && { after: after[name] }),
    }));
}

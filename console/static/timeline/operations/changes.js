/**
 * What changed between two states of a timeline, register by register.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("../frames.js").Rate} Rate
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./registers.js").Registers} Registers
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
import { clipsOf, startsOf } from "./clip-track.js";
import { ITEM_KINDS, OVERLAYS, isAnchored, readItems, storedItems } from "./items.js";
import { rateOf } from "./rate.js";
import { clipRegisters, itemRegisters } from "./registers.js";

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

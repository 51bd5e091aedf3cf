/**
 * A timeline as registers: what is compared, reverted and replayed. Times are in seconds, so that they
 * are good at another frame rate, too.
 *
 * @typedef {import("../frames.js").Rate} Rate
 * @typedef {import("./clip-track.js").Clip} Clip
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./items.js").ItemKind} ItemKind
 * @typedef {Record<string, any>} Registers
 */

import { toFrame, toSeconds } from "../frames.js";
import { withTimes } from "./clip-track.js";
import { framesOf } from "./items.js";

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

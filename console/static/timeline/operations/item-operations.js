/**
 * Operations on texts, pictures, captions and places of the music: each adds one, or changes fields of
 * one that is there.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./items.js").ItemKind} ItemKind
 * @typedef {import("./operations.js").Operation} Operation
 */

import { MAX_CAPTION_TEXT, MAX_FONT_SIZE, MAX_PIXELS, MAX_TEXT, MIN_SIDE, TEXT_PRESETS } from "../facts.js";
import { toFrame } from "../frames.js";
import { withPreset } from "../text-presets.js";
import { assetOf, booleanOf, choiceOf, colorOf, fadesOf, idOf, numberOf, require, textOf, timeOf } from "./arguments.js";
import { corrected, wordsOf } from "./caption-words.js";
import { OperationError } from "./errors.js";
import { newId } from "./ids.js";
import { OVERLAYS, framesOf, timed, withItems } from "./items.js";
import { inserted } from "./order.js";
import { defaultPicture, defaultText, frameOf, sized } from "./overlay-defaults.js";
import { shortest } from "./rate.js";
import { animationsGiven, lookGiven } from "./text-looks.js";
import { withValues } from "./values.js";

export const TOO_SHORT = "It would end before it begins, or too soon after.";
/** @type {Record<string, import("./ids.js").Prefix>} */
const PREFIXES = { text: "text", picture: "picture", place: "music", sound: "sound", caption: "caption" };

/** @param {Draft} draft @param {Operation} operation */
export function text(draft, operation) {
  const given = {
    text: textOf(operation, "text", MAX_TEXT),
    fontSize: numberOf(operation, "size", 1, MAX_FONT_SIZE),
    fontColor: colorOf(operation, "color"),
    ...positionOf(operation),
    fontAssetId: assetOf(operation, "font", draft.context, ["font"], true),
    ...lookGiven(operation),
  };
  const preset = choiceOf(operation, "preset", TEXT_PRESETS);
  editItem(draft, "text", operation, ["text", "start", "end"], (item) => {
    const overlay = item.overlay ?? defaultText(draft);
    return { ...item, overlay: withValues(preset ? withPreset(overlay, preset, frameOf(draft)) : overlay, given) };
  });
}

/** @param {Draft} draft @param {Operation} operation */
export function picture(draft, operation) {
  const given = {
    assetId: assetOf(operation, "asset", draft.context, ["image"]),
    width: numberOf(operation, "width", MIN_SIDE, MAX_PIXELS),
    height: numberOf(operation, "height", MIN_SIDE, MAX_PIXELS),
    ...positionOf(operation),
    opacity: numberOf(operation, "opacity", 0, 1),
    rotation: numberOf(operation, "rotation", -MAX_PIXELS, MAX_PIXELS),
    maintainAspectRatio: booleanOf(operation, "keepAspect"),
    ...animationsGiven(operation),
  };
  editItem(draft, "picture", operation, ["asset", "start", "end"], (item) => ({
    ...item,
    overlay: withValues(item.overlay ?? defaultPicture(draft, given.assetId), sized(draft, item.overlay, given)),
  }));
}

/** @param {Draft} draft @param {Operation} operation */
export function caption(draft, operation) {
  const text = textOf(operation, "text", MAX_CAPTION_TEXT);
  const given = wordsOf(operation);
  editItem(draft, "caption", operation, ["text", "start", "end"], (item) => ({
    ...item,
    action: withValues(item.action, { text, words: given ?? correctedWords(item.action, text) }),
  }));
}

/** The words of a caption whose text is corrected. @param {any} action @param {string|undefined} text */
function correctedWords({ words }, text) {
  return text !== undefined && words?.length ? corrected(text, words) : undefined;
}

/** @param {Draft} draft @param {Operation} operation */
export function place(draft, operation) {
  const given = { trimStart: timeOf(operation, "from"), ...fadesOf(operation) };
  editItem(draft, "place", operation, ["start", "end"], (item) => ({
    ...item,
    action: withValues(item.action, given),
  }));
}

/**
 * Put a text or picture above another one, or below all.
 * @param {Draft} draft @param {Operation} operation
 */
export function layer(draft, operation) {
  require(operation, "kind", "id", "above");
  const kind = /** @type {"text"|"picture"} */ (choiceOf(operation, "kind", Object.keys(OVERLAYS)));
  const items = draft.items(kind);
  const item = itemOf(items, operation);
  const above = idOf(operation, "above", true);
  const others = items.filter((each) => each !== item);
  const index = above === null ? 0 : others.findIndex(({ id }) => id === above) + 1;
  if (above !== null && index === 0) throw new OperationError("above", `There is no other ${kind} of this id.`);
  if (items.indexOf(item) !== index) draft.setItems(kind, inserted(/** @type {any[]} */ (others), index, item));
}

/** @param {Draft} draft @param {ItemKind} kind @param {Operation} operation  its `id` names what goes */
export function deleteItem(draft, kind, operation) {
  const items = draft.items(kind);
  const item = itemOf(items, operation);
  draft.setItems(kind, items.filter((each) => each !== item));
  if (kind !== "place" || items.length > 1) return;
  // Without any place, the music would be under the whole video.
  const { audioUrl, ...rest } = draft.state;
  draft.state = rest;
}

/**
 * Add an item, or change the one that `id`, or another argument, names.
 * @param {Draft} draft @param {ItemKind} kind @param {Operation} operation
 * @param {string[]} required  to add one
 * @param {(item: Item) => Item} change  of what is not common to all items
 * @param {string} [name]  of the argument that says which one
 */
export function editItem(draft, kind, operation, required, change, name = "id") {
  const items = draft.items(kind);
  if (operation[name] === undefined) {
    require(operation, ...required);
    const item = { id: newItemId(draft, kind, operation), action: /** @type {any} */ ({}) };
    draft.setItems(kind, withNew(kind, items, change(withTimes(draft, item, operation))));
    return;
  }
  if (operation.new !== undefined) throw new OperationError("new", `Only without \`${name}\`.`);
  const changed = change(withTimes(draft, itemOf(items, operation, name), operation));
  draft.setItems(kind, withItems(kind, items, [changed]));
}

/**
 * Return items with another one; a text or picture is above the others.
 * @param {ItemKind} kind
 * @param {Item[]} items
 * @param {Item} item
 */
function withNew(kind, items, item) {
  return kind in OVERLAYS ? inserted(/** @type {any[]} */ (items), items.length, item) : withItems(kind, items, [item]);
}

/**
 * Return an item at the times, and with the anchor, that are given.
 * @param {Draft} draft
 * @param {Item} item
 * @param {Operation} operation
 * @returns {Item}
 */
function withTimes(draft, item, operation) {
  const anchor = anchorOf(draft, operation);
  const [start, end] = ["start", "end"].map((name) => timeOf(operation, name));
  const anchored = anchor === undefined ? item : { ...item, action: withValues(item.action, { anchor }) };
  if (start === undefined && end === undefined) return anchored;
  const { rate } = draft;
  const before = framesOf(item.action, rate);
  const from = start === undefined ? before.start : toFrame(start, rate);
  const to = end === undefined ? before.end : toFrame(end, rate);
  const isChanged = from !== before.start || to !== before.end;
  if (isChanged && to - from < shortest(rate)) {
    throw new OperationError(end === undefined ? "start" : "end", TOO_SHORT);
  }
  return timed(anchored, from, to, rate);
}

/**
 * Return the clip that an item is to follow; null for none.
 * @param {Draft} draft
 * @param {Operation} operation
 */
function anchorOf(draft, operation) {
  const anchor = idOf(operation, "anchor", true);
  if (!anchor) return anchor;
  if (!draft.clips.some(({ id }) => id === anchor)) throw new OperationError("anchor", "There is no such clip.");
  draft.clips = draft.clips.slice(); // the scenes become clips that have ids
  return anchor;
}

/** @param {Item[]} items @param {Operation} operation @param {string} [name] */
function itemOf(items, operation, name = "id") {
  const id = idOf(operation, name);
  const item = items.find((each) => each.id === id);
  if (!item) throw new OperationError(name, "There is nothing with this id.");
  return item;
}

/** @param {Draft} draft @param {ItemKind} kind @param {Operation} operation */
function newItemId(draft, kind, operation) {
  const id = idOf(operation, "new") ?? newId(PREFIXES[kind]);
  const isUsed = draft.items(kind).some((each) => each.id === id);
  if (isUsed) throw new OperationError("new", "There is something of this id.");
  return id;
}

/** @param {Operation} operation */
function positionOf(operation) {
  return {
    centerX: numberOf(operation, "x", -MAX_PIXELS, MAX_PIXELS),
    centerY: numberOf(operation, "y", -MAX_PIXELS, MAX_PIXELS),
  };
}

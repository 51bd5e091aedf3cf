/**
 * Operations on texts, pictures, captions and places of the music: each adds one, or changes fields of
 * one that is there.
 *
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./items.js").ItemKind} ItemKind
 */

import { settingsOf } from "../editor-state.js";
import {
  ALIGNMENTS,
  ANIMATIONS,
  ANIMATION_SECONDS,
  LINE_HEIGHTS,
  MAX_CAPTION_TEXT,
  MAX_FONT_SIZE,
  MAX_PIXELS,
  MAX_TEXT,
  MIN_SIDE,
  OUTLINE_WIDTHS,
  TEXT_PRESETS,
  TEXT_WIDTHS,
  WEIGHTS,
} from "../facts.js";
import { toFrame } from "../frames.js";
import { ANIMATION_ARGUMENTS, LOOK_ARGUMENTS } from "../text-looks.js";
import { withPreset } from "../text-presets.js";
import {
  OperationError,
  assetOf,
  booleanOf,
  checkNames,
  choiceOf,
  colorOf,
  fadesOf,
  idOf,
  numberOf,
  require,
  textOf,
  timeOf,
} from "./arguments.js";
import { corrected, wordsOf } from "./caption-words.js";
import { OVERLAYS, framesOf, timed, withItems } from "./items.js";
import { inserted, newId } from "./order.js";
import { shortest } from "./rate.js";
import { withValues } from "./values.js";

/**
 * What a new text or picture is like where an operation does not say it.
 *
 * @typedef {import("./draft.js").Draft} Draft
 */

const TEXT_SIZE = 0.06; // of the frame's shorter side
const PICTURE_SIZE = 0.4;

/** @param {Draft} draft */
function defaultText(draft) {
  const fontSize = Math.floor(shorterSide(draft) * TEXT_SIZE + 0.5);
  return { text: "", fontSize, fontColor: "#ffffff", centerX: 0, centerY: 0 };
}

/** @param {Draft} draft @param {string|null} [assetId] */
function defaultPicture(draft, assetId) {
  const { width, height } = shapeOf(draft, assetId) ?? { width: 1, height: 1 };
  const factor = (shorterSide(draft) * PICTURE_SIZE) / Math.max(width, height);
  return {
    width: rounded(width * factor),
    height: rounded(height * factor),
    centerX: 0,
    centerY: 0,
    opacity: 1,
    rotation: 0,
    maintainAspectRatio: true,
  };
}

/**
 * Let the side that is not given follow the picture's shape.
 * @param {Draft} draft @param {Record<string, any>|undefined} overlay @param {Record<string, any>} given
 */
function sized(draft, overlay, given) {
  const { width, height } = given;
  if ((width === undefined) === (height === undefined)) return given;
  if (overlay && (given.maintainAspectRatio ?? overlay.maintainAspectRatio) === false) return given;
  const shape = shapeOf(draft, given.assetId ?? overlay?.assetId) ?? overlay ?? { width: 1, height: 1 };
  const ratio = shape.width / shape.height;
  const side = rounded(width === undefined ? height * ratio : width / ratio);
  const name = width === undefined ? "height" : "width";
  if (side > MAX_PIXELS) throw new OperationError(name, "The other side would be too long.");
  return { ...given, ...(width === undefined ? { width: side } : { height: side }) };
}

/** Return the size of an image, if it is known. @param {Draft} draft @param {string|null} [assetId] */
function shapeOf({ context }, assetId) {
  const { width, height } = (assetId && context.assets?.[assetId]) || {};
  return width && height ? { width, height } : undefined;
}

/** @param {number} side */
function rounded(side) {
  return Math.max(1, Math.floor(side + 0.5));
}

/** The size of the frame. @param {Draft} draft */
function frameOf({ state, context }) {
  return settingsOf({ exportSettings: { ...context.resolution, ...state.exportSettings } });
}

/** @param {Draft} draft */
function shorterSide(draft) {
  const { width, height } = frameOf(draft);
  return Math.min(width, height);
}

/**
 * The arguments of the operation `text` that say how it looks, and how it comes and goes.
 *
 * @typedef {import("./operations.js").Operation} Operation
 */

/** @type {Record<string, (operation: Operation, name: string) => any>} */
const READERS = {
  weight: (operation, name) => choiceOf(operation, name, /** @type {any[]} */ (WEIGHTS)),
  width: (operation, name) => numberOf(operation, name, TEXT_WIDTHS[0], TEXT_WIDTHS[1]),
  align: (operation, name) => choiceOf(operation, name, ALIGNMENTS),
  lineHeight: (operation, name) => numberOf(operation, name, LINE_HEIGHTS[0], LINE_HEIGHTS[1]),
  outlineColor: colorOf,
  outlineWidth: (operation, name) => numberOf(operation, name, OUTLINE_WIDTHS[0], OUTLINE_WIDTHS[1]),
  shadow: booleanOf,
  background: colorOf,
  animationIn: animationOf,
  animationOut: animationOf,
};

/** Return the fields of an overlay that are given; null removes one. @param {Operation} operation */
function lookGiven(operation) {
  const fields = Object.entries(LOOK_ARGUMENTS).map(([name, field]) => [
    field,
    operation[name] === null ? null : READERS[name](operation, name),
  ]);
  return Object.fromEntries(fields);
}

/** Return how something is to come and go; null removes it. @param {Operation} operation */
function animationsGiven(operation) {
  const fields = ANIMATION_ARGUMENTS.map((name) => [name, operation[name] === null ? null : animationOf(operation, name)]);
  return Object.fromEntries(fields);
}

/** @param {Operation} operation @param {string} name */
function animationOf(operation, name) {
  const given = operation[name];
  if (given === undefined) return undefined;
  if (typeof given !== "object" || Array.isArray(given)) throw new OperationError(name, "Must be an object.");
  const path = `${name}.`;
  checkNames(given, ["type", "seconds"], path);
  const missing = ["type", "seconds"].find((part) => given[part] === undefined);
  if (missing) throw new OperationError(path + missing, "Required.");
  return {
    type: choiceOf(given, "type", ANIMATIONS, path),
    seconds: numberOf(given, "seconds", ANIMATION_SECONDS[0], ANIMATION_SECONDS[1], path),
  };
}

export const TOO_SHORT = "It would end before it begins, or too soon after.";
/** @type {Record<string, import("./order.js").Prefix>} */
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

/**
 * What is over the picture, as the player shows it.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("./box.js").Box} Box
 *
 * @typedef {object} Overlay
 * @property {string} id
 * @property {"text"|"picture"} kind
 * @property {Record<string, any>} fields  as they are stored
 * @property {HTMLElement} element
 */

import { settingsOf } from "../../../../timeline/editor-state.js";
import { MAX_FONT_SIZE } from "../../../../timeline/facts.js";

const MIN_SIDE = 1;

/** The overlay of an id that the stage shows now. @param {Editor} editor @param {HTMLElement} stage @param {string|null} id @returns {Overlay|null} */
export function overlayOf(editor, stage, id) {
  if (!id) return null;
  const { textOverlays = {}, imageOverlays = {} } = editor.state.value;
  const fields = textOverlays[id] ?? imageOverlays[id];
  const element = stage.querySelector(`.player-overlays > [data-id="${CSS.escape(id)}"]`);
  if (!fields || !(element instanceof HTMLElement) || element.style.visibility === "hidden") return null;
  return { id, kind: textOverlays[id] ? "text" : "picture", fields, element };
}

/** The overlay at a place of the window. @param {Editor} editor @param {HTMLElement} stage @param {number} x @param {number} y */
export function overlayAt(editor, stage, x, y) {
  const element = document.elementFromPoint(x, y)?.closest(".player-overlays > [data-id]");
  return element instanceof HTMLElement ? overlayOf(editor, stage, element.dataset.id ?? null) : null;
}

/** The frame in the window, and how many pixels of the window one of the arranged frame has. @param {Editor} editor @param {HTMLElement} stage */
export function frameOn(editor, stage) {
  const { output, scale } = editor.model.peek().timeline;
  const area = /** @type {Element} */ (stage.querySelector(".player-frame")).getBoundingClientRect();
  return { area, factor: (area.width / output.width) * scale, scale };
}

/**
 * The box of an overlay: that of a text with a width or at a side is the area that it stands in.
 * @param {Editor} editor @param {Overlay} overlay @returns {Box}
 */
export function boxOf(editor, { element, fields, kind }) {
  const { output, scale } = editor.model.peek().timeline;
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = element;
  const own = kind === "text" && areaOf(editor, fields);
  return {
    x: (offsetLeft + offsetWidth / 2 - output.width / 2) / scale,
    y: (offsetTop + offsetHeight / 2 - output.height / 2) / scale,
    width: offsetWidth / scale,
    height: offsetHeight / scale,
    rotation: kind === "picture" ? (fields.rotation ?? 0) : 0,
    ...own,
  };
}

/** Where the area of a text is across; null: it is as wide as its lines. @param {Editor} editor @param {any} fields */
function areaOf(editor, { width, align, centerX }) {
  if (!width && (!align || align === "center")) return null;
  return { x: centerX, width: width ?? settingsOf(editor.state.peek()).width / 2 };
}

/** The nearest place in the frame for the middle of an overlay. @param {Editor} editor @param {number} x @param {number} y */
export function placeOf(editor, x, y) {
  const { width, height } = settingsOf(editor.state.peek());
  const inside = (/** @type {number} */ at, /** @type {number} */ side) => {
    const most = Math.floor(side / 2);
    return Math.max(-most, Math.min(Math.round(at), most));
  };
  return { x: inside(x, width), y: inside(y, height) };
}

/**
 * The arguments of the operation that gives an overlay another box.
 * @param {Editor} editor @param {Overlay} overlay @param {Box} before @param {Box} after
 * @returns {Record<string, number>}
 */
export function changesOf(editor, { kind, fields }, before, after) {
  const place = placeOf(editor, fields.centerX + after.x - before.x, fields.centerY + after.y - before.y);
  if (after.rotation !== before.rotation) return { rotation: after.rotation };
  if (after.width === before.width && after.height === before.height) return place;
  if (kind === "picture") {
    const [width, height] = [after.width, after.height].map((side) => Math.max(MIN_SIDE, Math.round(side)));
    return { ...place, width, height };
  }
  if (after.height === before.height) return { x: place.x, width: Math.max(MIN_SIDE, Math.ceil(after.width)) };
  const factor = after.width / before.width;
  const size = Math.min(Math.max(Math.round(fields.fontSize * factor), 1), MAX_FONT_SIZE);
  const width = fields.width ?? settingsOf(editor.state.peek()).width / 2;
  return { ...place, size, width: Math.max(MIN_SIDE, Math.round((width * size) / fields.fontSize)) };
}

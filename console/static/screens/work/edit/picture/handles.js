/**
 * The handles around what is selected on the picture, and the lines that it snaps to. They are beside
 * the frame, so that they have one size at each scale.
 *
 * @typedef {{x: number, y: number}} Point
 * @typedef {{left: number, top: number, width: number, height: number}} Area  pixels of the stage
 */

import { settingsOf } from "../../../../timeline/editor-state.js";
import { MAX_FONT_SIZE } from "../../../../timeline/facts.js";

/**
 * The boxes of what is over the picture, and how handles change them. Lengths are in pixels of the
 * arranged frame, from its middle.
 *
 * @typedef {{x: number, y: number, width: number, height: number, rotation: number}} Box  its middle, and degrees
 */

const RIGHT_ANGLES = 90;
const STEP = 15; // degrees
const NEAR = 4; // degrees

/** @param {Box} box @param {Point} by @returns {Box} */
export const moved = (box, by) => ({ ...box, x: box.x + by.x, y: box.y + by.y });

/**
 * Return a box one of whose corners or sides is elsewhere; the opposite one stays.
 * @param {Box} box
 * @param {Point} side  1, 0 or -1: the corner or side that is moved
 * @param {Point} by
 * @param {{keepsShape: boolean, least: number}} options  the least side
 * @returns {Box}
 */
export function resized(box, side, by, { keepsShape, least }) {
  const local = turned(by, -box.rotation);
  const wanted = {
    width: Math.max(box.width + side.x * local.x, least),
    height: Math.max(box.height + side.y * local.y, least),
  };
  const size = keepsShape ? shaped(box, wanted, least) : wanted;
  const shift = turned(
    { x: (side.x * (size.width - box.width)) / 2, y: (side.y * (size.height - box.height)) / 2 },
    box.rotation,
  );
  return { ...box, ...size, x: box.x + shift.x, y: box.y + shift.y };
}

/**
 * Return a box that is turned by as much as a pointer went around its middle.
 * @param {Box} box @param {Point} from @param {Point} to
 * @param {{inSteps: boolean, isFree: boolean}} options  `isFree`: it does not snap to right angles
 * @returns {Box}
 */
export function rotated(box, from, to, { inSteps, isFree }) {
  const angle = (/** @type {Point} */ { x, y }) => (Math.atan2(y - box.y, x - box.x) * 180) / Math.PI;
  const free = box.rotation + angle(to) - angle(from);
  const right = Math.round(free / RIGHT_ANGLES) * RIGHT_ANGLES;
  const isNear = !isFree && Math.abs(free - right) < NEAR;
  const rotation = inSteps ? Math.round(free / STEP) * STEP : isNear ? right : free;
  return { ...box, rotation: within(Math.round(rotation)) };
}

/** The width and height of the upright rectangle around a box. @param {Box} box */
export function extentOf({ width, height, rotation }) {
  const angle = (rotation * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  return { width: width * cos + height * sin, height: width * sin + height * cos };
}

/** @param {Box} box @param {{width: number, height: number}} wanted @param {number} least */
function shaped({ width, height }, wanted, least) {
  const factor = Math.max(wanted.width / width, wanted.height / height, least / Math.min(width, height));
  return { width: width * factor, height: height * factor };
}

/** @param {Point} point @param {number} degrees @returns {Point} */
function turned({ x, y }, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}

/** An angle from above -180 to 180. @param {number} degrees */
function within(degrees) {
  const rest = ((degrees % 360) + 360) % 360;
  return rest > 180 ? rest - 360 : rest;
}

/**
 * What is over the picture, as the player shows it.
 *
 * @typedef {import("../editor.js").Editor} Editor
 *
 * @typedef {object} Overlay
 * @property {string} id
 * @property {"text"|"picture"} kind
 * @property {Record<string, any>} fields  as they are stored
 * @property {HTMLElement} element
 */

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

const CORNERS = ["-1 -1", "1 -1", "1 1", "-1 1"];
const SIDES = ["-1 0", "1 0"];
const TURN = "turn";

export class Handles {
  #box = element("picture-box");
  #lines = element("picture-lines");

  /** @param {HTMLElement} stage */
  constructor(stage) {
    this.#box.append(...[...CORNERS, ...SIDES, TURN].map((name) => element("picture-handle", { handle: name })));
    stage.append(this.#lines, this.#box);
    this.hide();
  }

  /** @param {"text"|"picture"} kind @param {Area} area @param {number} rotation  degrees */
  show(kind, { left, top, width, height }, rotation) {
    this.#box.dataset.kind = kind;
    Object.assign(this.#box.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
      rotate: `${rotation}deg`,
    });
    this.#box.hidden = false;
  }

  hide() {
    this.#box.hidden = true;
  }

  /**
   * Show lines over the frame.
   * @param {{axis: "x"|"y", at: number}[]} lines  shares of the frame @param {Area} frame
   */
  showLines(lines, { left, top, width, height }) {
    Object.assign(this.#lines.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    this.#lines.replaceChildren(
      ...lines.map(({ axis, at }) => {
        const line = element("picture-line", { axis });
        line.style.setProperty(axis === "x" ? "left" : "top", `${at * 100}%`);
        return line;
      }),
    );
  }

  destroy() {
    this.#box.remove();
    this.#lines.remove();
  }
}

/** The handle at an element: which side it moves, or that it turns; undefined: none. @param {Element} target */
export function handleOf(target) {
  const name = target instanceof HTMLElement ? target.dataset.handle : undefined;
  if (name === undefined || name === TURN) return name;
  const [x, y] = name.split(" ").map(Number);
  return { x, y };
}

/** @param {string} className @param {Record<string, string>} [data] */
function element(className, data = {}) {
  const made = document.createElement("div");
  made.className = className;
  made.setAttribute("aria-hidden", "true"); // the inspector has fields for the same
  Object.assign(made.dataset, data);
  return made;
}

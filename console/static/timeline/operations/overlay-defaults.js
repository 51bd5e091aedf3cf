/**
 * What a new text or picture is like where an operation does not say it.
 *
 * @typedef {import("./draft.js").Draft} Draft
 */

import { settingsOf } from "../editor-state.js";
import { MAX_PIXELS } from "../facts.js";
import { OperationError } from "./errors.js";

const TEXT_SIZE = 0.06; // of the frame's shorter side
const PICTURE_SIZE = 0.4;

/** @param {Draft} draft */
export function defaultText(draft) {
  const fontSize = Math.floor(shorterSide(draft) * TEXT_SIZE + 0.5);
  return { text: "", fontSize, fontColor: "#ffffff", centerX: 0, centerY: 0 };
}

/** @param {Draft} draft @param {string|null} [assetId] */
export function defaultPicture(draft, assetId) {
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
export function sized(draft, overlay, given) {
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
export function frameOf({ state, context }) {
  return settingsOf({ exportSettings: { ...context.resolution, ...state.exportSettings } });
}

/** @param {Draft} draft */
function shorterSide(draft) {
  const { width, height } = frameOf(draft);
  return Math.min(width, height);
}

/**
 * How photos are shown in a film. Nobody knows what they show, so no photo loses its edges: heads are at
 * the top of many.
 */

import { WHOLE } from "../../timeline/framing.js";
import { SIZES } from "../../timeline/size.js";

const ALIKE = 1.2; // a frame covers photos whose shapes differ by less; at most a twelfth of each edge is lost
const NEARLY_SQUARE = 1.1;
const CLOSER = { x: 0.075, y: 0.03, width: 0.85, height: 0.85 }; // heads are in the upper third

/**
 * @typedef {import("../../timeline/geometry.js").Size} Size
 * @typedef {import("../../timeline/framing.js").Window} Window
 */

/**
 * The motion of a photo: closer or away, so that all of it is shown at one end.
 * @param {number} index of the photo: directions take turns
 * @returns {{from: Window, to: Window}}
 */
export const motionOf = (index) => (index % 2 === 0 ? { from: WHOLE, to: CLOSER } : { from: CLOSER, to: WHOLE });

/**
 * How photos are brought to a frame's shape: cut off where all are nearly alike, else whole, over a blurred
 * copy of each.
 * @param {Size[]} photos @param {Size} frame
 * @returns {import("../../timeline/timeline.js").Fit}
 */
export function fitOf(photos, frame) {
  const ratios = photos.map((photo) => ratioOf(photo) / ratioOf(frame));
  return ratios.every((ratio) => Math.max(ratio, 1 / ratio) <= ALIKE) ? "cover" : "blur";
}

/**
 * The shape that most photos have; of several, the one that comes first.
 * @param {Size[]} photos
 * @returns {string} a name of `SIZES`
 */
export function shapeOf(photos) {
  const shapes = photos.map(nameOfShape);
  const countOf = (/** @type {string} */ shape) => shapes.filter((other) => other === shape).length;
  return shapes.toSorted((one, other) => countOf(other) - countOf(one))[0] ?? Object.keys(SIZES)[0];
}

/** @param {Size} photo */
function nameOfShape(photo) {
  const ratio = ratioOf(photo);
  if (Math.max(ratio, 1 / ratio) <= NEARLY_SQUARE) return "square";
  return ratio > 1 ? "landscape" : "portrait";
}

/** @param {Size} size */
const ratioOf = ({ width, height }) => width / height;

/**
 * How a window of a picture is moved and sized. It stays within the picture.
 *
 * @typedef {import("../../../../timeline/framing.js").Window} Window
 * @typedef {{x: number, y: number}} Distance  shares of the picture
 */

import { MIN_SHARE } from "../../../../timeline/facts.js";

/**
 * Return the largest window of a picture that has the frame's shape, with the same middle if possible.
 * @param {import("../../../../timeline/geometry.js").Size} picture
 * @param {{width: number, height: number}} frame
 * @param {Window} window
 * @returns {Window}
 */
export function filling(picture, frame, { x, y, width, height }) {
  const shape = (frame.width * picture.height) / (frame.height * picture.width);
  const sides = { width: Math.max(MIN_SHARE, Math.min(1, shape)), height: Math.max(MIN_SHARE, Math.min(1, 1 / shape)) };
  const [left, top] = [x + (width - sides.width) / 2, y + (height - sides.height) / 2];
  return { x: between(0, left, 1 - sides.width), y: between(0, top, 1 - sides.height), ...sides };
}

/** @param {Window} window @param {Distance} by @returns {Window} */
export function moved({ x, y, width, height }, by) {
  return { x: between(0, x + by.x, 1 - width), y: between(0, y + by.y, 1 - height), width, height };
}

/**
 * Return a window of which a corner is moved, and the opposite one stays.
 * @param {Window} window @param {string} corner  such as "nw" @param {Distance} by
 * @param {boolean} isScaled  whether both sides are the same share of the picture's
 * @returns {Window}
 */
export function resized({ x, y, width, height }, corner, by, isScaled) {
  const isLeft = corner.endsWith("w");
  const isTop = corner.startsWith("n");
  const room = { width: isLeft ? x + width : 1 - x, height: isTop ? y + height : 1 - y };
  let sides = {
    width: between(MIN_SHARE, width + (isLeft ? -by.x : by.x), room.width),
    height: between(MIN_SHARE, height + (isTop ? -by.y : by.y), room.height),
  };
  if (isScaled) {
    const side = Math.min(Math.max(sides.width, sides.height), room.width, room.height);
    sides = { width: side, height: side };
  }
  return { x: isLeft ? room.width - sides.width : x, y: isTop ? room.height - sides.height : y, ...sides };
}

/** @param {number} low @param {number} value @param {number} high */
function between(low, value, high) {
  return Math.max(low, Math.min(value, high));
}

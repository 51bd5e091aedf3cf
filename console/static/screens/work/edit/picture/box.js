/**
 * The boxes of what is over the picture, and how handles change them. Lengths are in pixels of the
 * arranged frame, from its middle.
 *
 * @typedef {{x: number, y: number}} Point
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

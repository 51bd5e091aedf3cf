/**
 * What boxes snap to: the middle of the frame, its thirds, its edges, and the areas that every screen
 * shows.
 *
 * @typedef {import("./box.js").Box} Box
 * @typedef {import("../../../../timeline/geometry.js").Size} Size
 * @typedef {{axis: "x"|"y", at: number}} Line  pixels of the arranged frame, from its middle
 */

import { extentOf } from "./box.js";

// Shares of the frame, from its middle: those for the middle of a box, and those for its sides.
const MIDDLES = [0, -1 / 6, 1 / 6];
const SAFE = [-0.45, 0.45, -0.4, 0.4]; // within 5 and 10 % of each edge
const SIDES = [...SAFE, -0.5, 0.5, -1 / 6, 1 / 6, 0];

/**
 * Return a box where it snaps to, and the lines that it lies on.
 * @param {Box} box @param {Size} frame @param {number} tolerance  pixels
 * @returns {{box: Box, lines: Line[]}}
 */
export function snappedBox(box, frame, tolerance) {
  const extent = extentOf(box);
  const x = snap(box.x, extent.width, frame.width, tolerance);
  const y = snap(box.y, extent.height, frame.height, tolerance);
  /** @type {Line[]} */
  const lines = [];
  if (x) lines.push({ axis: "x", at: x.at });
  if (y) lines.push({ axis: "y", at: y.at });
  return { box: { ...box, x: box.x + (x?.by ?? 0), y: box.y + (y?.by ?? 0) }, lines };
}

/**
 * Return how far away the nearest line is, and where: one for the middle comes before those for sides.
 * @param {number} middle @param {number} length @param {number} frame @param {number} tolerance
 */
function snap(middle, length, frame, tolerance) {
  const near = (/** @type {number[]} */ shares, /** @type {number} */ place) =>
    shares
      .map((share) => ({ at: share * frame, by: share * frame - place }))
      .filter(({ by }) => Math.abs(by) <= tolerance);
  const sides = [middle - length / 2, middle + length / 2].flatMap((side) => near(SIDES, side));
  const middles = near(MIDDLES, middle);
  const candidates = middles.length > 0 ? middles : sides;
  return candidates.sort((one, other) => Math.abs(one.by) - Math.abs(other.by)).at(0);
}

/**
 * Snapping: an edge that is near the playhead, or an edge of something else, goes there.
 *
 * @typedef {import("./strip.js").Strip} Strip
 */

import { snapped } from "../../../../timeline/display.js";
import { entriesOf } from "./lanes.js";

const NEAR = 8; // pixels

/** Where edges snap to: each returns times in seconds. @type {((strip: Strip, others: import("./lanes.js").Entry[]) => number[])[]} */
const SOURCES = [
  () => [0],
  ({ player }) => [player.time.peek()],
  (_, others) => others.flatMap(({ start, end }) => [start, end]),
];

export class Snapping {
  #strip;
  #times;

  /**
   * @param {Strip} strip
   * @param {(entry: import("./lanes.js").Entry) => boolean} isMoved  whether it moves as well
   */
  constructor(strip, isMoved) {
    this.#strip = strip;
    const others = entriesOf(strip.editor).filter((entry) => !isMoved(entry));
    this.#times = SOURCES.flatMap((times) => times(strip, others));
  }

  /**
   * Return by how much edges move: so that one snaps, if it is near enough.
   * @param {number[]} edges  seconds @param {number} by @param {boolean} isFree  nothing snaps
   * @returns {{by: number, line: number|null}}  `line` is the time that it has snapped to
   */
  snap(edges, by, isFree) {
    if (isFree) return { by, line: null };
    const tolerance = NEAR / this.#strip.zoom.scale.peek();
    const moves = edges.map((edge) => {
      const line = snapped(edge + by, this.#times, tolerance);
      return { by: line - edge, line, distance: Math.abs(line - edge - by), isSnapped: line !== edge + by };
    });
    const [nearest] = moves.filter(({ isSnapped }) => isSnapped).sort((a, b) => a.distance - b.distance);
    return nearest ? { by: nearest.by, line: nearest.line } : { by, line: null };
  }
}

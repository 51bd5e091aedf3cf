/**
 * Where media that are dragged onto the timeline will be: clips between others, pictures, sounds and
 * music at a time.
 *
 * @typedef {import("../drag.js").Dragged} Dragged
 * @typedef {import("../drag.js").Place} Place
 * @typedef {import("../drag.js").Point} Point
 * @typedef {import("./strip.js").Strip} Strip
 */

import { isEffect } from "../bin/adding.js";
import { acceptDrops } from "../drag.js";
import { autoscroll } from "./gestures.js";
import { clipEntries } from "./lanes.js";
import { contentY } from "./places.js";
import { Snapping } from "./snapping.js";

/** Accept media on the timeline; return how to end that. @param {Strip} strip */
export function dropOn(strip) {
  let point = { x: 0, y: 0 };
  let stopScrolling = () => {};
  let isShown = false;
  /** @param {Place|null} place @param {Point} at */
  const show = (place, at) => {
    point = at;
    if (place && !isShown) {
      strip.begin();
      stopScrolling = autoscroll(strip.scroller, () => point, () => {});
    } else if (!place && isShown) {
      stopScrolling();
      strip.end();
    }
    isShown = place !== null;
    if (place) strip.shown.value = place.as === "clip" ? { mark: place.time } : { line: place.time };
  };
  return acceptDrops({ element: strip.scroller, placeAt: (at, dragged) => placeAt(strip, at, dragged), show });
}

/** @param {Strip} strip @param {Point} point @param {Dragged} dragged @returns {Place} */
function placeAt(strip, point, { kind, asset }) {
  if (kind === "audio") return { ...soundOn(strip, point, asset), time: timeAt(strip, point) };
  if (kind === "image" && isAboveClips(strip, point)) return { as: "picture", time: timeAt(strip, point) };
  const time = strip.timeAt(point.x);
  const before = clipEntries(strip.editor).findLast(({ start, end }) => (start + end) / 2 < time);
  return { as: "clip", time: before?.end ?? 0, after: before?.id ?? null };
}

/**
 * What audio becomes: music, a voice or a sound, by the lane that it is over; elsewhere by its length.
 * @param {Strip} strip @param {Point} point @param {import("../../../../state/assets.js").Asset} [asset]
 * @returns {Pick<Place, "as" | "isVoice">}
 */
function soundOn(strip, { y }, asset) {
  const isOver = (/** @type {"voice"|"sound"|"place"} */ kind) => {
    const lane = /** @type {HTMLElement|null} */ (strip.content.querySelector(`.lane.${kind}`));
    const top = contentY(strip, y);
    return lane !== null && lane.offsetTop <= top && top < lane.offsetTop + lane.offsetHeight;
  };
  if (isOver("voice")) return { as: "sound", isVoice: true };
  if (isOver("sound")) return { as: "sound" };
  return { as: isOver("place") || !isEffect(asset) ? "place" : "sound" };
}

/** @param {Strip} strip @param {Point} point */
function timeAt(strip, { x }) {
  const time = strip.timeAt(x);
  return time + new Snapping(strip, () => false).snap([time], 0, false).by;
}

/** @param {Strip} strip @param {Point} point */
function isAboveClips(strip, { y }) {
  const lane = /** @type {HTMLElement|null} */ (strip.content.querySelector(".lane.clip"));
  return lane !== null && contentY(strip, y) < lane.offsetTop;
}

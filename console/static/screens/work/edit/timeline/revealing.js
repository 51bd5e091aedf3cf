/**
 * Scrolling to what was added.
 *
 * @typedef {import("./strip.js").Strip} Strip
 */

import { effect } from "@preact/signals";
import { entriesOf } from "./lanes.js";
import { rowsOf } from "./places.js";

const MARGIN = 4; // pixels

/** Show what is selected as soon as it was added; return how to end that. @param {Strip} strip */
export function revealAdded(strip) {
  const ids = () => new Set(entriesOf(strip.editor).map(({ id }) => id));
  let known = ids();
  let frame = 0;
  /** @type {string[]} */
  let added = [];
  const shown = () => {
    frame = 0;
    if (!strip.isBusy && added.length) reveal(strip, added);
    added = [];
    known = ids();
  };
  const stop = effect(() => {
    strip.lanes.value; // whatever is added changes them
    const selected = strip.editor.selected.value;
    added = selected.filter((id) => !known.has(id));
    frame ||= requestAnimationFrame(shown); // when it is in the page
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}

/** @param {Strip} strip @param {string[]} ids */
function reveal(strip, ids) {
  const places = rowsOf(strip).filter(({ entry }) => ids.includes(entry.id));
  if (places.length === 0) return;
  const starts = places.map(({ entry }) => entry.start);
  const ends = places.map(({ entry }) => entry.end);
  strip.reveal(Math.min(...starts), Math.max(...ends));
  revealRow(strip, places[0]);
}

/** Scroll to the row of an entry. @param {Strip} strip @param {{top: number, bottom: number}} row */
export function revealRow({ scroller }, { top, bottom }) {
  const ruler = /** @type {HTMLElement} */ (scroller.querySelector(".strip-top")).offsetHeight;
  const [highest, lowest] = [bottom + MARGIN - scroller.clientHeight, top - ruler - MARGIN];
  if (scroller.scrollTop > lowest) scroller.scrollTop = lowest;
  else if (scroller.scrollTop < highest) scroller.scrollTop = highest;
}

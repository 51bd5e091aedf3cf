/**
 * The keyboard on the timeline: Tab goes to one entry, arrows from there to the others.
 *
 * @typedef {import("./lanes.js").Entry} Entry
 */

import { effect } from "@preact/signals";
import { entriesOf } from "./lanes.js";
import { rowsOf } from "./places.js";

/**
 * Scrolling to what was added.
 *
 * @typedef {import("./strip.js").Strip} Strip
 */

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
function revealRow({ scroller }, { top, bottom }) {
  const ruler = /** @type {HTMLElement} */ (scroller.querySelector(".strip-top")).offsetHeight;
  const [highest, lowest] = [bottom + MARGIN - scroller.clientHeight, top - ruler - MARGIN];
  if (scroller.scrollTop > lowest) scroller.scrollTop = lowest;
  else if (scroller.scrollTop < highest) scroller.scrollTop = highest;
}

/** Let the words of a text or a caption be typed. @param {import("../editor.js").Editor} editor @param {Entry} [entry] */
export function typeWords(editor, entry) {
  if (entry?.kind === "text") editor.typing.value = entry.id;
  if (entry?.kind !== "caption") return;
  const words = /** @type {HTMLTextAreaElement|null} */ (document.querySelector(".inspector .caption.selected textarea"));
  words?.focus();
  words?.select();
}

/** As the list of keys has them. */
export const FOCUS_KEYS = [
  { name: "focusBeside", keys: ["ArrowLeft", "ArrowRight"] },
  { name: "focusAcross", keys: ["ArrowUp", "ArrowDown"] },
  { name: "select", keys: ["Enter"] },
  { name: "selectMore", keys: ["Shift+Enter", "Ctrl+Enter"] },
  { name: "openMenu", keys: ["Shift+F10"] },
];

/** @type {Record<string, (strip: Strip, entry: Entry) => Entry|undefined>} */
const NEXT = {
  ArrowLeft: (strip, entry) => beside(strip, entry, -1),
  ArrowRight: (strip, entry) => beside(strip, entry, 1),
  ArrowUp: (strip, entry) => across(strip, entry, -1),
  ArrowDown: (strip, entry) => across(strip, entry, 1),
};

/** Move the focus to another entry. @param {Strip} strip @param {KeyboardEvent} event */
export function moveFocus(strip, event) {
  const id = /** @type {HTMLElement|null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-id]"))?.dataset.id;
  if (!id || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !NEXT[event.key]) return;
  const entry = strip.lanes.peek().flatMap(({ entries }) => entries).find((each) => each.id === id);
  event.preventDefault();
  const next = entry && NEXT[event.key](strip, entry);
  if (!next) return;
  strip.wantsFocus = true;
  strip.focused.value = next.id;
  strip.reveal(next.start, next.end);
  const row = rowsOf(strip).find(({ entry: each }) => each.id === next.id);
  if (row) revealRow(strip, row);
}

/** @param {Strip} strip @param {Entry} entry @param {1|-1} by */
function beside({ lanes }, entry, by) {
  const entries = lanes.peek().find((lane) => lane.entries.includes(entry))?.entries ?? [];
  return entries[entries.indexOf(entry) + by];
}

/** The entry of the next lane whose time is nearest. @param {Strip} strip @param {Entry} entry @param {1|-1} by */
function across({ lanes }, entry, by) {
  const all = lanes.peek();
  const lane = all[all.findIndex(({ entries }) => entries.includes(entry)) + by];
  const distance = (/** @type {Entry} */ { start, end }) => Math.max(start - entry.start, entry.start - end, 0);
  return lane?.entries.reduce((nearest, each) => (distance(each) < distance(nearest) ? each : nearest), lane.entries[0]);
}

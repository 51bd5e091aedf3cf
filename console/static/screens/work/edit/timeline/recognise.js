/**
 * What is meant by pressing a pointer on the timeline.
 *
 * @typedef {import("./gestures.js").Gesture} Gesture
 * @typedef {import("./lanes.js").Entry} Entry
 * @typedef {import("./strip.js").Strip} Strip
 */

import { ClipsDrag } from "./drags/clips.js";
import { EdgeDrag } from "./drags/edge.js";
import { FrameDrag } from "./drags/frame.js";
import { ItemsDrag } from "./drags/items.js";
import { ScrubDrag } from "./drags/scrub.js";
import { TransitionDrag } from "./drags/transition.js";
import { closeGap } from "./gaps.js";
import { entryAt, rowsOf } from "./places.js";
import { choose, entryOf } from "./lanes.js";

/** @param {Strip} strip @param {MouseEvent} event @returns {Gesture|null} */
export function recognise(strip, event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const from = { x: event.clientX, y: event.clientY, isFree: false };
  const grip = /** @type {HTMLElement|null} */ (target.closest("[data-grip]"))?.dataset.grip;
  if (target.closest(".ruler")) return scrubbing(strip, from);
  const transition = /** @type {HTMLElement|null} */ (target.closest("[data-transition]"))?.dataset.transition;
  if (transition) return onTransition(strip, transition, from, grip !== undefined);
  if (target.closest(".lane-head")) return null;
  const gap = /** @type {HTMLElement|null} */ (target.closest("[data-gap]"));
  if (gap) return onGap(strip, gap, from, event);
  const id = /** @type {HTMLElement|null} */ (target.closest("[data-id]"))?.dataset.id;
  const entry = id ? entryOf(strip.editor, id) : entryAt(strip, from);
  if (!entry) return onEmptySpace(strip, from, event);
  if (grip) return onGrip(strip, entry, /** @type {"start"|"end"} */ (grip), from);
  return onEntry(strip, entry, from, event);
}

/** @param {Strip} strip @param {import("./gestures.js").PointerPlace} from @returns {Gesture} */
function scrubbing(strip, from) {
  return {
    isImmediate: true,
    drag: () => new ScrubDrag(strip),
    click: () => new ScrubDrag(strip).move(from),
    menu: openingMenu(strip),
  };
}

/** @param {Strip} strip @param {string} clip @param {import("./gestures.js").PointerPlace} from @param {boolean} isGrip @returns {Gesture} */
function onTransition(strip, clip, from, isGrip) {
  const select = () => strip.editor.selectTransition(clip);
  return { isImmediate: isGrip, drag: () => (select(), new TransitionDrag(strip, clip, from)), click: select, menu: openingMenu(strip, select) };
}

/** @param {Strip} strip @param {Entry} entry @param {"start"|"end"} edge @param {import("./gestures.js").PointerPlace} from @returns {Gesture} */
function onGrip(strip, entry, edge, from) {
  const select = () => strip.editor.select([entry.id]);
  return { isImmediate: true, drag: () => (select(), new EdgeDrag(strip, entry, edge, from)), click: select, menu: openingMenu(strip, () => choosing(strip, entry, from.x)) };
}

/** @param {Strip} strip @param {Entry} entry @param {import("./gestures.js").PointerPlace} from @param {MouseEvent} event @returns {Gesture} */
function onEntry(strip, entry, from, event) {
  const drag = () => {
    if (!strip.editor.selected.peek().includes(entry.id)) choose(strip, entry, event);
    return entry.kind === "clip" ? new ClipsDrag(strip, entry, from) : new ItemsDrag(strip, entry, from);
  };
  const click = () => {
    choose(strip, entry, event);
    if (entry.kind !== "place" && !isAdding(event)) showIn(strip, entry, from.x);
  };
  return { drag, click, menu: openingMenu(strip, () => choosing(strip, entry, from.x)) };
}

/** Open the menu of what is selected, after that. @param {Strip} strip @param {() => void} [select]  nothing by default */
function openingMenu({ editor }, select = () => editor.select([])) {
  return (/** @type {import("../context-menu.js").MenuPlace} */ place) => {
    if (editor.isReadOnly) return;
    select();
    editor.menu.value = place;
  };
}

/** Select an entry, unless it is with others, and show it, for a menu. @param {Strip} strip @param {Entry} entry @param {number} x  client pixels */
function choosing(strip, entry, x) {
  if (!strip.editor.selected.peek().includes(entry.id) || strip.editor.transition.peek()) choose(strip, entry, ALONE);
  if (entry.kind !== "place") showIn(strip, entry, x);
}

const ALONE = { shiftKey: false, ctrlKey: false, metaKey: false };

/** @param {Strip} strip @param {import("./gestures.js").PointerPlace} from @param {MouseEvent} event @returns {Gesture} */
function onEmptySpace(strip, from, event) {
  return {
    drag: () => new FrameDrag(strip, rowsOf(strip), from, isAdding(event)),
    click: () => !isAdding(event) && strip.editor.select([]),
    menu: openingMenu(strip),
  };
}

/** Whether something is added to the selection. @param {MouseEvent} event */
const isAdding = ({ shiftKey, ctrlKey, metaKey }) => shiftKey || ctrlKey || metaKey;

/**
 * Go to where an entry was pressed, unless the current time is in it already.
 * @param {Strip} strip @param {Entry} entry @param {number} x  client pixels
 */
function showIn(strip, { start, end }, x) {
  const { player } = strip;
  const now = player.time.peek();
  if (player.playing.peek() || (start <= now && now < end)) return;
  player.seek(Math.max(start, strip.timeAt(x)));
}

/** @param {Strip} strip @param {HTMLElement} gap @param {import("./gestures.js").PointerPlace} from @param {MouseEvent} event @returns {Gesture} */
function onGap(strip, gap, from, event) {
  const { drag } = onEmptySpace(strip, from, event);
  const click = () => {
    strip.editor.select([]);
    if (/** @type {HTMLElement} */ (event.target).closest("span")) closeGap(strip, /** @type {string} */ (gap.dataset.gap));
    else gap.focus({ preventScroll: true });
  };
  const menu = openingMenu(strip);
  const close = () => closeGap(strip, /** @type {string} */ (gap.dataset.gap));
  return { drag, click, menu: (place) => menu({ ...place, closeGap: close }) };
}

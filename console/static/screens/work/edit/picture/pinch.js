/**
 * Two fingers on the picture make what is selected larger or smaller, around its middle.
 *
 * @typedef {import("../editor.js").Editor} Editor
 */

import { boxOf, changesOf, overlayOf } from "./overlay.js";

/**
 * Let fingers do so on a stage; return how to end that.
 * @param {Editor} editor @param {HTMLElement} stage @param {() => void} begin  ends what one finger does
 */
export function pinchOn(editor, stage, begin) {
  const start = (/** @type {TouchEvent} */ event) => {
    if (event.touches.length !== 2) return;
    const pinch = scaling(editor, stage, spanOf(event.touches));
    if (!pinch) return;
    event.preventDefault();
    begin();
    follow(event.touches, pinch);
  };
  stage.addEventListener("touchstart", start, { passive: false });
  return () => stage.removeEventListener("touchstart", start);
}

/**
 * Follow two touches until one ends. Their elements get the events, also when others take their place.
 * @param {TouchList} touches @param {{move: (span: number) => void, finish: () => void}} pinch
 */
function follow(touches, { move, finish }) {
  const stop = new AbortController();
  const { signal } = stop;
  const moved = (/** @type {any} */ event) => {
    event.preventDefault();
    if (event.touches.length === 2) move(spanOf(event.touches));
  };
  const end = () => {
    if (signal.aborted) return;
    stop.abort();
    finish();
  };
  for (const { target } of touches) {
    target.addEventListener("touchmove", moved, { signal, passive: false });
    target.addEventListener("touchend", end, { signal });
    target.addEventListener("touchcancel", end, { signal });
  }
}

/** Scale what is selected, if it is over the picture. @param {Editor} editor @param {HTMLElement} stage @param {number} from */
function scaling(editor, stage, from) {
  const overlay = overlayOf(editor, stage, editor.selection.peek());
  if (!overlay) return null;
  const before = boxOf(editor, overlay);
  /** @type {Record<string, number>|null} */
  let changes = null;
  return {
    move: (/** @type {number} */ span) => {
      const factor = span / from;
      changes = changesOf(editor, overlay, before, { ...before, width: before.width * factor, height: before.height * factor });
      editor.preview([{ op: overlay.kind, id: overlay.id, ...changes }]);
    },
    finish: () => {
      editor.preview(null);
      if (changes) editor.changeItem(overlay.id, changes);
    },
  };
}

/** @param {TouchList} touches */
const spanOf = ([one, other]) => Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));

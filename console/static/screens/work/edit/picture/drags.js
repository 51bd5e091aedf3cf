/**
 * Drags of overlays and their handles: they are previewed, and one operation is their end.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../timeline/gestures.js").Drag} Drag
 * @typedef {import("../timeline/gestures.js").PointerPlace} PointerPlace
 * @typedef {import("./box.js").Box} Box
 * @typedef {import("./box.js").Point} Point
 * @typedef {import("./overlay.js").Overlay} Overlay
 */

import { settingsOf } from "../../../../timeline/editor-state.js";
import { moved, resized, rotated } from "./box.js";
import { boxOf, changesOf, frameOn } from "./overlay.js";
import { snappedBox } from "./snapping.js";

const TOLERANCE = 6; // pixels of the window
const LEAST = 12;

/**
 * @param {Editor} editor @param {HTMLElement} stage @param {import("./handles.js").Handles} handles
 * @param {Overlay} overlay @param {PointerEvent} from
 * @param {Point|"turn"|undefined} handle  undefined: the overlay itself
 * @returns {Drag}
 */
export function overlayDrag(editor, stage, handles, overlay, from, handle) {
  const { area, factor } = frameOn(editor, stage);
  const { width, height } = settingsOf(editor.state.peek());
  const before = boxOf(editor, overlay);
  const toPoint = (/** @type {{x: number, y: number}} */ { x, y }) => ({
    x: (x - area.left - area.width / 2) / factor,
    y: (y - area.top - area.height / 2) / factor,
  });
  const start = toPoint({ x: from.clientX, y: from.clientY });
  /** @type {Record<string, number>|null} */
  let changes = null;
  const lines = (/** @type {import("./snapping.js").Line[]} */ all) => {
    const { left, top } = stage.getBoundingClientRect();
    const shares = all.map(({ axis, at }) => ({ axis, at: 0.5 + at / (axis === "x" ? width : height) }));
    handles.showLines(shares, { left: area.left - left, top: area.top - top, width: area.width, height: area.height });
  };
  const boxAt = (/** @type {PointerPlace} */ place) => {
    const to = toPoint(place);
    const by = { x: to.x - start.x, y: to.y - start.y };
    if (handle === "turn") return rotated(before, start, to, { inSteps: place.isKept ?? false, isFree: place.isFree });
    if (handle) return resized(before, handle, by, { keepsShape: keepsShape(overlay, handle, place), least: LEAST / factor });
    const box = moved(before, by);
    if (place.isFree) return box;
    const snapped = snappedBox(box, { width, height }, TOLERANCE / factor);
    lines(snapped.lines);
    return snapped.box;
  };
  const end = () => lines([]);
  return {
    move: (place) => {
      end();
      changes = changesOf(editor, overlay, before, boxAt(place));
      editor.preview([{ op: overlay.kind, id: overlay.id, ...changes }]);
    },
    finish: () => {
      end();
      editor.preview(null);
      if (changes) editor.changeItem(overlay.id, changes);
    },
    cancel: () => {
      end();
      editor.preview(null);
    },
  };
}

/** @param {Overlay} overlay @param {Point} handle @param {PointerPlace} place */
function keepsShape({ kind, fields }, handle, { isKept = false }) {
  if (handle.x === 0 || handle.y === 0) return false;
  return kind === "text" || isKept || (fields.maintainAspectRatio ?? true);
}

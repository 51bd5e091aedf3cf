/** The order of lists that people change: by arrow keys, by dragging tiles with the mouse, rows also with a finger. */

import { useRef } from "preact/hooks";

/** The keys of a list whose items are next to each other, or below each other. @type {Record<string, number>} */
export const ACROSS = { ArrowLeft: -1, ArrowRight: 1 };
/** @type {Record<string, number>} */
export const DOWN = { ArrowUp: -1, ArrowDown: 1 };

/**
 * A hook for a list whose items change places.
 * @template Item @param {Item[]} items @param {(items: Item[]) => void} onChange
 * @param {Record<string, number>} steps  by how many places each key moves an item
 */
export function useOrder(items, onChange, steps) {
  const dragged = useRef(/** @type {Item | null} */ (null));
  const move = (/** @type {Item | null} */ item, /** @type {number} */ to) => {
    if (item === null || to < 0 || to >= items.length || items[to] === item) return;
    onChange(items.filter((other) => other !== item).toSpliced(to, 0, item));
  };
  return {
    move,
    /** What the button of an item listens to. @param {Item} item @param {number} index */
    keys: (item, index) => (/** @type {KeyboardEvent} */ event) => {
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      move(item, index + step);
    },
    /** What a tile has that is dragged by mouse. @param {Item} item @param {number} index */
    tile: (item, index) => ({
      draggable: true,
      onDragStart: () => (dragged.current = item),
      onDragEnter: () => move(dragged.current, index),
      onDragEnd: () => (dragged.current = null),
    }),
  };
}

/**
 * A hook for the order of a list of rows, which are dragged by mouse or finger.
 * @param {(from: number, to: number) => void} onMove gets the places of a row before and after
 * @returns {(index: number) => {onPointerDown: (event: any) => void}} what the handle of a row listens to
 */
export function useDragOrder(onMove) {
  const move = useRef(onMove);
  move.current = onMove;
  const drag = (/** @type {any} */ { currentTarget, pointerId, button }, /** @type {number} */ from) => {
    if (button !== 0) return;
    const row = currentTarget.closest("li");
    const end = new AbortController();
    let place = from;
    const follow = (/** @type {PointerEvent} */ event) => {
      if (event.pointerId !== pointerId) return;
      row.toggleAttribute("data-dragged", true);
      const to = placeAt(row, event.clientY);
      if (to === place) return;
      move.current(place, to);
      place = to;
    };
    const drop = (/** @type {PointerEvent} */ event) => {
      if (event.pointerId !== pointerId) return;
      row.removeAttribute("data-dragged");
      end.abort();
    };
    // On the document: a row that is moved loses the pointer.
    document.addEventListener("pointermove", follow, { signal: end.signal });
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(/** @type {"pointerup"} */ (name), drop, { signal: end.signal });
  };
  return (index) => ({ onPointerDown: (event) => drag(event, index) });
}

/** The place at a height: after all other rows whose middle is above. @param {HTMLElement} row @param {number} y */
function placeAt(row, y) {
  const others = [...(row.parentElement?.children ?? [])].filter((other) => other !== row);
  const middles = others.map((other) => other.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
  return middles.filter((middle) => middle < y).length;
}

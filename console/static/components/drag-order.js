import { useRef } from "preact/hooks";

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

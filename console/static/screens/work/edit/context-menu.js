/** The menu of what is selected, or of an empty place, on the timeline and on the picture. */

import { html } from "htm/preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Item, focusFirst, move, place, shielding } from "../../../components/menu.js";
import { t } from "../../../i18n.js";
import { menuOf } from "./actions.js";

/**
 * Where a menu is opened, and what it is of beside what is selected.
 * @typedef {{x: number, y: number, closeGap?: () => void}} MenuPlace  pixels of the window
 */

/**
 * Where a menu is asked for: at the pointer, or, by a key, below an element.
 * @param {MouseEvent} event @param {Element} element
 * @returns {MenuPlace}
 */
export function menuPlace(event, element) {
  if (!isByKey(event)) return { x: event.clientX, y: event.clientY };
  const { left, bottom, height } = element.getBoundingClientRect();
  return { x: left + Math.min(height, LOW), y: bottom - Math.min(height / 2, LOW) };
}

const LOW = 24; // pixels: how far in an element its menu begins

/** Whether a menu is asked for by a key; by a mouse with one button, Ctrl is held. @param {MouseEvent} event */
export const isByKey = ({ button, ctrlKey }) => button !== 2 && !ctrlKey;

/** Whether a finger asks for a menu: gestures tell that from a drag. @param {MouseEvent} event */
export const isByTouch = (event) => /** @type {PointerEvent} */ (event).pointerType === "touch";

/** Shown where `editor.menu` says. @param {{target: import("./actions.js").Target}} props */
export function ContextMenu({ target }) {
  const { menu } = target.editor;
  const asked = menu.value;
  /** @type {{current: HTMLElement | null}} */
  const list = useRef(null);
  // While it is open, items stay as they were read.
  const items = useMemo(() => (asked ? menuOf({ ...target, closeGap: asked.closeGap }) : []), [asked]);
  const hide = useRef(() => {});
  useLayoutEffect(() => {
    if (asked) hide.current = show(/** @type {HTMLElement} */ (list.current), asked, close);
    return hide.current;
  }, [asked]);
  const close = () => {
    hide.current(); // before its items go, and with them the focus; what is done then finds it where it was
    menu.value = null;
  };
  const select = (/** @type {import("../../../components/menu.js").MenuItem} */ item) => {
    close();
    item.onSelect?.();
  };
  return html`<div ref=${list} class="menu context-menu" role="menu" popover="manual" aria-label=${t("edit.menu.title")} onKeyDown=${move}>
    ${items.map((item) => (item ? html`<${Item} item=${item} onSelect=${select} />` : html`<hr />`))}
  </div>`;
}

/**
 * Show a menu until something else is pressed; return what hides it, and gives the focus back. Popovers that
 * close by themselves would do so when the button that opened them is released.
 * @param {HTMLElement} list @param {MenuPlace} at @param {() => void} close
 */
function show(list, { x, y }, close) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const stop = new AbortController();
  const { signal } = stop;
  const unshield = shielding([list]);
  const isOutside = (/** @type {Event} */ { target }) => !list.contains(/** @type {Node} */ (target));
  const leave = (/** @type {Event} */ event) => isOutside(event) && close();
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  for (const name of ["pointerdown", "wheel"]) document.addEventListener(name, leave, { signal, capture: true });
  for (const name of ["resize", "blur"]) window.addEventListener(name, close, { signal });
  document.addEventListener("keydown", press, { signal, capture: true });
  list.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  list.showPopover();
  place(list, new DOMRect(x, y, 0, 0));
  focusFirst(list);
  return () => {
    if (signal.aborted) return;
    stop.abort();
    unshield();
    const hadFocus = list.contains(document.activeElement);
    list.hidePopover();
    if (hadFocus) before?.focus({ preventScroll: true });
  };
}

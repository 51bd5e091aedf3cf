import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useReadOnly } from "./access.js";
import { Icon } from "./button.js";

/**
 * @typedef {{label: string, icon?: string, picture?: any, onSelect?: () => void, href?: string, danger?: boolean,
 *   checked?: boolean, download?: string, reason?: string, keys?: string, shortcut?: string, disabled?: boolean}} MenuItem
 *   `reason`: why it cannot be selected; `keys`: which do the same, as shown; `shortcut`: as ARIA has them
 */

/**
 * A button that opens a menu. Arrows move in it, Escape closes it.
 * @param {{label: string, items: (MenuItem | null)[], icon?: string, class?: string,
 *   reading?: boolean, children?: any}} props
 *   `null` is a line between items; `children` replace the icon in the button; `reading` is as for a Button
 */
export function Menu(props) {
  return useReadOnly() && !props.reading ? null : html`<${Opening} ...${props} />`;
}

/** @param {Parameters<typeof Menu>[0]} props */
function Opening({ label, items, icon = "ellipsis", class: extra = "icon-button", children }) {
  const id = useId();
  /** @type {{current: HTMLButtonElement | null}} */
  const button = useRef(null);
  /** @type {{current: HTMLElement | null}} */
  const list = useRef(null);

  // Items are rendered when the menu opens, since a grid has many menus. While it is open they do not
  // change, so that nobody selects another item than the one they read.
  const [shown, setShown] = useState(/** @type {typeof items} */ ([]));

  const shield = useRef(() => {});
  useEffect(() => () => shield.current(), []);

  const opening = (/** @type {any} */ event) => event.newState === "open" && setShown(items);
  const toggled = (/** @type {any} */ event) => {
    const isOpen = event.newState === "open";
    button.current?.setAttribute("aria-expanded", String(isOpen));
    shield.current();
    if (isOpen) shield.current = shielding([button.current, list.current]);
    if (isOpen && button.current && list.current) {
      place(list.current, button.current.getBoundingClientRect());
      focusFirst(list.current);
    }
  };
  const select = (/** @type {MenuItem} */ item) => {
    list.current?.hidePopover();
    button.current?.focus();
    item.onSelect?.();
  };

  return html`<span class="menu-anchor">
    <button
      ref=${button}
      type="button"
      class=${extra}
      aria-label=${label}
      title=${label}
      aria-haspopup="menu"
      aria-expanded="false"
      popovertarget=${id}
    >
      ${children ?? html`<${Icon} name=${icon} />`}
    </button>
    <div ref=${list} id=${id} class="menu" role="menu" popover onBeforeToggle=${opening} onToggle=${toggled} onKeyDown=${move}>
      ${shown.map((item) => (item ? html`<${Item} item=${item} onSelect=${select} />` : html`<hr />`))}
    </div>
  </span>`;
}

/** @param {{item: MenuItem, onSelect: (item: MenuItem) => void}} props */
export function Item({ item, onSelect }) {
  const content = html`${item.icon ? html`<${Icon} name=${item.icon} />` : item.picture}<span dir="auto">${item.label}</span>
    ${item.checked && html`<${Icon} name="check" class="trailing" />`}
    ${item.keys && html`<kbd class="trailing" aria-hidden="true">${item.keys}</kbd>`}`;
  const isOff = item.disabled || item.reason;
  const attributes = {
    class: `menu-item ${item.danger ? "danger" : ""}`,
    role: item.checked === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": item.checked,
    "aria-keyshortcuts": item.shortcut,
    tabIndex: -1,
    title: item.reason,
    "aria-disabled": isOff ? "true" : undefined,
    onClick: isOff ? undefined : () => onSelect(item),
  };
  if (item.href) {
    return html`<a ...${attributes} href=${item.href} download=${item.download}>${content}</a>`;
  }
  return html`<button type="button" ...${attributes}>${content}</button>`;
}

/**
 * Let taps beside elements do nothing to what is there: they only close the menu.
 * @param {(HTMLElement|null)[]} elements
 * @returns {() => void} how to end that
 */
export function shielding(elements) {
  const stop = new AbortController();
  const swallow = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  const forget = () => document.removeEventListener("click", swallow, true);
  const press = (/** @type {PointerEvent} */ event) => {
    const target = /** @type {Node} */ (event.target);
    if (event.pointerType === "mouse" || elements.some((each) => each?.contains(target))) return;
    event.stopPropagation();
    document.addEventListener("click", swallow, { capture: true, once: true });
    window.addEventListener("pointerdown", forget, { capture: true, once: true }); // if no click has followed
  };
  document.addEventListener("pointerdown", press, { capture: true, signal: stop.signal });
  return () => stop.abort();
}

/** Move the focus in a menu by arrows. @param {KeyboardEvent} event */
export function move(event) {
  const all = itemsOf(/** @type {HTMLElement} */ (event.currentTarget));
  const index = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const targets = {
    ArrowDown: (index + 1) % all.length,
    ArrowUp: (index - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1,
  };
  const target = targets[/** @type {keyof typeof targets} */ (event.key)];
  if (target === undefined) return;
  event.preventDefault();
  all[target].focus();
}

/** @param {HTMLElement} list @returns {HTMLElement[]} */
const itemsOf = (list) => [...list.querySelectorAll(".menu-item")].map((item) => /** @type {any} */ (item));

/** @param {HTMLElement} list */
export const focusFirst = (list) => itemsOf(list)[0]?.focus();

/**
 * Put the menu below its button, or above it where there is no space.
 * @param {HTMLElement} menu
 * @param {DOMRect} anchor
 */
export function place(menu, anchor) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const isFromLeft = !anchor.width || getComputedStyle(menu).direction === "rtl"; // a point has no width
  const start = isFromLeft ? anchor.left : anchor.right - width;
  const left = Math.max(8, Math.min(start, innerWidth - width - 8));
  const below = anchor.bottom + 4 + height <= innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? anchor.bottom + 4 : Math.max(8, anchor.top - 4 - height)}px`;
}

/** Bars of buttons that are one stop of the Tab key; arrows move among them. */

import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const BUTTONS = "button:not(:disabled), a[href]";
/** @type {Record<string, (index: number, count: number) => number>} */
const KEYS = {
  ArrowLeft: (index, count) => (index + count - 1) % count,
  ArrowRight: (index, count) => (index + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * A toolbar. Fields in it that are typed into are stops of their own; sliders are none, so that buttons
 * must do the same.
 * @param {{label: string, class: string, children?: any}} props
 */
export function Toolbar({ label, class: name, children }) {
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  /** The button that had the focus last. @type {{current: HTMLElement | null}} */
  const last = useRef(null);
  /** Whether it got the focus by a key: after a click, arrows move the playhead. */
  const isKeyed = useRef(false);
  const settle = () => {
    const all = buttonsIn(root.current);
    const stop = all.find((button) => button === last.current) ?? all[0];
    for (const button of root.current?.querySelectorAll("button, a, [type=range]") ?? []) {
      if (!isInMenu(button)) /** @type {HTMLElement} */ (button).tabIndex = button === stop ? 0 : -1;
    }
  };
  useLayoutEffect(() => watch(/** @type {HTMLElement} */ (root.current), settle), []);
  const focus = (/** @type {any} */ { target }) => {
    isKeyed.current = target.matches(":focus-visible");
    if (isInMenu(target) || !target.matches(BUTTONS)) return;
    last.current = target;
    settle();
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const { altKey, ctrlKey, metaKey, shiftKey, key, target } = event;
    const all = buttonsIn(root.current);
    const index = all.indexOf(/** @type {HTMLElement} */ (target));
    if (!isKeyed.current || index < 0 || !KEYS[key] || altKey || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    all[KEYS[key](index, all.length)].focus();
  };
  return html`<div ref=${root} class=${name} role="toolbar" aria-label=${label} onFocusIn=${focus} onKeyDown=${press}>
    ${children}
  </div>`;
}

/** Call a function now, and when buttons come, go, or are disabled. @param {HTMLElement} root @param {() => void} settle */
function watch(root, settle) {
  settle();
  const changed = new MutationObserver(settle);
  changed.observe(root, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  const resized = new ResizeObserver(settle); // narrow screens hide some
  resized.observe(root);
  return () => {
    changed.disconnect();
    resized.disconnect();
  };
}

/** @param {HTMLElement | null} root @returns {HTMLElement[]} */
function buttonsIn(root) {
  const all = [...(root?.querySelectorAll(BUTTONS) ?? [])].map((each) => /** @type {HTMLElement} */ (each));
  return all.filter((each) => !isInMenu(each) && each.checkVisibility());
}

/** @param {Element} element */
const isInMenu = (element) => element.closest("[popover], dialog") !== null;

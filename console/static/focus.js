/**
 * What gets the focus when the focused element is removed, such as a row that is deleted. Browsers
 * drop the focus, which takes keyboards and screen readers back to the start of the page.
 */

/**
 * Elements that may get the focus: no text fields, which open the keyboard on phones, and no buttons
 * that would spend money if the same key is pressed again.
 */
const CONTROLS = [
  "a[href]",
  "button:not(:disabled, [data-no-refocus])",
  "select:not(:disabled)",
  "input:is([type=checkbox], [type=radio]):not(:disabled)",
  "summary",
  "video[controls]",
].join();

/**
 * @typedef {{parent: Element, index: number}} Step the parent of an element, and its place there
 * @typedef {{element: HTMLElement, steps: Step[], path: string}} Place
 */

/**
 * The element that was focused last in the page, in each dialog, and in the messages.
 * @type {WeakMap<Element, Place>}
 */
const places = new WeakMap();
/** The element that has the focus, or had it when it was removed. @type {HTMLElement | null} */
let focused = null;

/** When the focused element is removed, focus a neighbour of it. */
export function keepFocus() {
  addEventListener("focusin", ({ target }) => remember(/** @type {HTMLElement} */ (target)));
  addEventListener("focusout", ({ target }) => queueMicrotask(() => forget(/** @type {HTMLElement} */ (target))));
  new MutationObserver(moveIfLost).observe(document.body, { childList: true, subtree: true });
}

/** @param {HTMLElement} element */
function remember(element) {
  focused = element;
  const layer = element.closest("dialog, .toasts") ?? document.body;
  places.set(layer, { element, steps: stepsFrom(element), path: location.pathname });
}

/** A click beside an element takes the focus away on purpose. @param {HTMLElement} element */
function forget(element) {
  if (element === focused && element.isConnected && isLost()) focused = null;
}

function moveIfLost() {
  if (!focused || focused.isConnected || !isLost()) return;
  focused = null;
  const layer = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  const place = places.get(layer);
  const target = place?.path === location.pathname ? nextTo(place) : null;
  (target ?? document.getElementById("main"))?.focus({ preventScroll: !target });
}

const isLost = () => document.activeElement === document.body;

/** @param {Element} element @returns {Step[]} up to the page */
function stepsFrom(element) {
  const steps = [];
  for (let child = element; child.parentElement; child = child.parentElement) {
    steps.push({ parent: child.parentElement, index: [...child.parentElement.children].indexOf(child) });
  }
  return steps;
}

/**
 * Return the element if it is back, or else the nearest control before or after its place.
 * @param {Place} place
 */
function nextTo({ element, steps }) {
  if (element.isConnected) return element;
  for (const { parent, index } of steps.filter((step) => step.parent.isConnected)) {
    const [nearest] = [...parent.children]
      .map((child, at) => ({ offset: at - index, controls: controlsIn(child) }))
      .filter(({ controls }) => controls.length)
      .sort((a, b) => Math.abs(a.offset) - Math.abs(b.offset));
    if (nearest) return nearest.controls.at(nearest.offset < 0 ? -1 : 0);
  }
  return null;
}

/** @param {Element} element @returns {HTMLElement[]} */
function controlsIn(element) {
  const all = [element, ...element.querySelectorAll(CONTROLS)];
  return all.map((each) => /** @type {HTMLElement} */ (each)).filter((each) => each.matches(CONTROLS) && each.checkVisibility());
}

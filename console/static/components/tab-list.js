import { html } from "htm/preact";

/** @type {Record<string, (index: number, count: number) => number>} */
const KEYS = {
  ArrowLeft: (index, count) => (index + count - 1) % count,
  ArrowRight: (index, count) => (index + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * Tabs that have no addresses; arrows move among them, and show each at once. Their ids, and that of the
 * panel, begin with `id`.
 * @param {{id: string, class: string, label: string, names: string[], textOf: (name: string) => string,
 *   current: string, choose: (name: string) => void}} props
 */
export function TabList({ id, class: name, label, names, textOf, current, choose }) {
  const press = (/** @type {any} */ event) => {
    const target = KEYS[event.key]?.(names.indexOf(current), names.length);
    if (target === undefined) return;
    event.preventDefault();
    choose(names[target]);
    event.currentTarget.children[target].focus();
  };
  return html`<div class=${name} role="tablist" aria-label=${label} onKeyDown=${press}>
    ${names.map(
      (each) =>
        html`<button type="button" role="tab" id=${`${id}-${each}`} class="inspector-tab" aria-selected=${each === current}
          aria-controls=${`${id}-panel`} tabindex=${each === current ? 0 : -1} onClick=${() => choose(each)}>
          ${textOf(each)}
        </button>`,
    )}
  </div>`;
}

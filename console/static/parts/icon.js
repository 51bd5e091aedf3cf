import { html } from "htm/preact";

const SPRITE = new URL("../vendor/icons.svg", import.meta.url).pathname;

/**
 * An icon of `vendor/icons.txt`, without meaning of its own for screen readers.
 * @param {{name: string, class?: string}} props
 */
export function Icon({ name, class: extra = "" }) {
  return html`<svg class=${`icon ${extra}`} aria-hidden="true"><use href=${`${SPRITE}#${name}`} /></svg>`;
}

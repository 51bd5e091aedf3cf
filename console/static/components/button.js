import { html } from "htm/preact";
import { useReadOnly } from "./access.js";

const SPRITE = import.meta.resolve("../vendor/icons.svg");

/**
 * An icon of `vendor/icons.txt`, hidden from screen readers.
 * @param {{name: string, class?: string}} props
 */
export function Icon({ name, class: extra = "" }) {
  return html`<svg class=${`icon ${extra}`} aria-hidden="true"><use href=${`${SPRITE}#${name}`} /></svg>`;
}

/**
 * A button. `busy` shows that its action runs, and ignores clicks; unlike a disabled button, it keeps
 * the focus. One that is `reading` changes nothing, and is there for those who may only see.
 * @param {{kind?: "primary" | "plain" | "quiet" | "danger", icon?: string, busy?: boolean,
 *   small?: boolean, reading?: boolean, children?: any, class?: string, [attribute: string]: any}} props
 */
export function Button({ kind = "plain", icon, busy, small, reading, children, class: extra = "", ...rest }) {
  if (useReadOnly() && !reading) return null;
  const classes = `button ${kind} ${small ? "small" : ""} ${extra}`;
  return html`<button
    type="button"
    ...${rest}
    class=${classes}
    aria-busy=${busy ? "true" : undefined}
    aria-disabled=${busy ? "true" : undefined}
    onClick=${busy ? ignore : rest.onClick}
  >
    ${busy ? html`<${Icon} name="loader-circle" class="spin" />` : icon && html`<${Icon} name=${icon} />`}
    ${children && html`<span>${children}</span>`}
  </button>`;
}

/** @param {Event} event */
const ignore = (event) => event.preventDefault(); // of a form, too

/**
 * A button with an icon only; `label` is its accessible name and, without a `title`, its tooltip.
 * `reading` is as for a Button.
 * @param {{icon: string, label: string, reading?: boolean, class?: string, [attribute: string]: any}} props
 */
export function IconButton({ icon, label, reading, class: extra = "", ...rest }) {
  if (useReadOnly() && !reading) return null;
  return html`<button
    type="button"
    title=${label}
    ...${rest}
    class=${`icon-button ${extra}`}
    aria-label=${label}
  >
    <${Icon} name=${icon} />
  </button>`;
}

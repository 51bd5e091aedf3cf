import { html } from "htm/preact";

const SPRITE = new URL("../vendor/icons.svg", import.meta.url).pathname;

/**
 * An icon of `vendor/icons.txt`, hidden from screen readers.
 * @param {{name: string, class?: string}} props
 */
export function Icon({ name, class: extra = "" }) {
  return html`<svg class=${`icon ${extra}`} aria-hidden="true"><use href=${`${SPRITE}#${name}`} /></svg>`;
}

/**
 * A button. `busy` shows that its action runs, and ignores clicks; unlike a disabled button, it keeps
 * the focus.
 * @param {{kind?: "primary" | "plain" | "quiet" | "danger", icon?: string, busy?: boolean,
 *   small?: boolean, children?: any, class?: string, [attribute: string]: any}} props
 */
export function Button({ kind = "plain", icon, busy, small, children, class: extra = "", ...rest }) {
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
 * @param {{icon: string, label: string, class?: string, [attribute: string]: any}} props
 */
export function IconButton({ icon, label, class: extra = "", ...rest }) {
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

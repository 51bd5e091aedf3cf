import { html } from "htm/preact";
import { NumberField } from "../../../components/field.js";

/**
 * The frame of the inspector's fields. What is typed into one of them is undone together until the
 * focus leaves it.
 * @param {{title: string, editor: import("./editor.js").Editor, children?: any}} props
 */
export function Panel({ title, editor, children }) {
  return html`<section class="panel stack inspector" aria-label=${title} onFocusOut=${() => editor.seal()}>
    <h2>${title}</h2>
    ${children}
  </section>`;
}

/**
 * A time, to the hundredth of a second.
 * @param {{label: string, value: number, set: (value: number) => void, [attribute: string]: any}} props
 */
export function Seconds({ label, value, set, ...rest }) {
  return html`<${NumberField} min="0" max="86400" step="0.01" ...${rest} ...${{ label, unit: "s" }}
    value=${Math.round(value * 100) / 100}
    onInput=${(/** @type {number|null} */ typed) => typed !== null && set(typed)} />`;
}

/**
 * A whole number.
 * @param {{label: string, value: number, set: (value: number) => void, [attribute: string]: any}} props
 */
export function Whole({ label, value, set, ...rest }) {
  return html`<${NumberField} step="1" ...${rest} label=${label} value=${Math.round(value)}
    onInput=${(/** @type {number|null} */ typed) => typed !== null && set(typed)} />`;
}

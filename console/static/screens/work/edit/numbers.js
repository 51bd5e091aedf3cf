import { html } from "htm/preact";
import { NumberField } from "../../../parts/field.js";

/** A time, to the millisecond. @param {{label: string, value: number, set: (value: number) => void, [attribute: string]: any}} props */
export function Seconds({ label, value, set, ...rest }) {
  return html`<${NumberField} min="0" max="86400" step="0.1" ...${rest} ...${{ label, unit: "s" }}
    value=${Math.round(value * 1000) / 1000}
    onInput=${(/** @type {number|null} */ typed) => typed !== null && set(typed)} />`;
}

/** A whole number. @param {{label: string, value: number, set: (value: number) => void, [attribute: string]: any}} props */
export function Whole({ label, value, set, ...rest }) {
  return html`<${NumberField} step="1" ...${rest} label=${label} value=${Math.round(value)}
    onInput=${(/** @type {number|null} */ typed) => typed !== null && set(typed)} />`;
}

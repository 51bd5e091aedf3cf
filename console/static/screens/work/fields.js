/** Fields that several tabs of a work have: the frame's size, how clips fill it, its rate, transitions. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { NumberField, SelectField } from "../../components/field.js";
import { t } from "../../i18n.js";
import { MAX_SIZE, MIN_SIZE } from "../../timeline/facts.js";
import { TRANSITIONS, TRANSITION_NAMES } from "../../timeline/placed-clips.js";
import { SIZES, nameOf } from "../../timeline/size.js";

/** @typedef {import("../../timeline/geometry.js").Size} Size */

const OWN = "own";
/** Frame rates to choose from, in frames per second. */
export const RATES = [24, 25, 30, 50, 60];
/** @type {import("../../timeline/timeline.js").Fit[]} */
const FITS = ["contain", "cover", "blur"];

/**
 * The size of a frame: one of the usual ones, or another, which counts when it is typed to its end.
 * @param {{size: Size, onChange: (size: Size) => void, hint?: any,
 *   errors?: {width?: string, height?: string}}} props
 */
export function SizeField({ size, onChange, hint, errors = {} }) {
  const [isOwn, setOwn] = useState(false);
  const name = (!isOwn && nameOf(size)) || OWN;
  const options = [...Object.keys(SIZES), OWN].map((id) => ({ value: id, label: t(`size.${id}`) }));
  const choose = (/** @type {string} */ id) => {
    setOwn(id === OWN);
    if (id !== OWN) onChange(SIZES[id]);
  };
  const change = (/** @type {Partial<Size>} */ changed) => {
    setOwn(true); // also while it happens to be a usual one
    onChange({ ...size, ...changed });
  };
  const side = (/** @type {"width" | "height"} */ key) =>
    html`<${Side} key=${key} label=${t(`size.${key}`)} pixels=${size[key]} error=${errors[key]}
      onChange=${(/** @type {number} */ pixels) => change({ [key]: pixels })} />`;
  return html`<${SelectField} label=${t("size.label")} value=${name} options=${options} hint=${hint} onInput=${choose} />
    ${name === OWN && html`<div class="pair">${side("width")} ${side("height")}</div>`}`;
}

/** @param {{label: string, pixels: number, error?: string, onChange: (pixels: number) => void}} props */
function Side({ label, pixels, error, onChange }) {
  const [typed, setTyped] = useState(/** @type {number | null} */ (null));
  const finish = (/** @type {any} */ { target }) => {
    setTyped(null);
    if (target.value && target.validity.valid) onChange(target.valueAsNumber);
  };
  return html`<${NumberField} ...${{ label, error }} unit=${t("size.pixels")} min=${MIN_SIZE} max=${MAX_SIZE} step="1"
    value=${typed ?? pixels} onInput=${setTyped} onChange=${finish} />`;
}

/** How clips of another shape fill the frame. @param {{fit: string, onInput: (fit: string) => void}} props */
export function FitField({ fit, onInput }) {
  const options = FITS.map((value) => ({ value, label: t(`work.fits.${value}`) }));
  return html`<${SelectField} label=${t("work.fit")} value=${fit} options=${options} onInput=${onInput} />`;
}

/**
 * The transitions to choose from; one that another client has set is among them.
 * @param {string} current
 * @returns {{value: string, label: string}[]}
 */
export function transitionOptions(current) {
  const values = TRANSITIONS.includes(current) ? TRANSITIONS : [...TRANSITIONS, current];
  return values.map((value) => ({
    value,
    label: TRANSITION_NAMES.includes(value) ? t(`work.transitions.${value}`) : value,
  }));
}

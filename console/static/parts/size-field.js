import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.js";
import { LARGEST, SIZES, SMALLEST, nameOf } from "../timeline/size.js";
import { NumberField, SelectField } from "./field.js";

/** @typedef {import("../timeline/geometry.js").Size} Size */

const OWN = "own";

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
  return html`<${NumberField} ...${{ label, error }} unit=${t("size.pixels")} min=${SMALLEST} max=${LARGEST} step="1"
    value=${typed ?? pixels} onInput=${setTyped} onChange=${finish} />`;
}

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../../../i18n.js";
import { NumberField, SelectField } from "../../../parts/field.js";

const SIZES = { portrait: [1080, 1920], landscape: [1920, 1080], square: [1080, 1080] };
const OWN = "own";

/** The format: one of the usual ones, or another. @param {{work: import("../../../state/document.js").Document}} props */
export function Size({ work }) {
  const { width, height } = work.value.value.resolution;
  const usual = Object.entries(SIZES).find(([, [w, h]]) => w === width && h === height)?.[0];
  const [isOwn, setOwn] = useState(!usual);
  const chosen = isOwn || !usual ? OWN : usual;
  const options = [...Object.keys(SIZES), OWN].map((id) => ({ value: id, label: t(`brief.sizes.${id}`) }));
  const choose = (/** @type {string} */ id) => {
    setOwn(id === OWN);
    if (id === OWN) return;
    const [w, h] = SIZES[/** @type {keyof typeof SIZES} */ (id)];
    work.edit({ resolution: { width: w, height: h } });
  };
  const side = (/** @type {"width" | "height"} */ name) => html`<${NumberField}
    label=${t(`brief.${name}`)}
    unit="px"
    min="16"
    max="10000"
    step="1"
    value=${work.value.value.resolution[name]}
    error=${work.error.value?.fields[`resolution.${name}`]}
    onInput=${(/** @type {number | null} */ pixels) =>
      pixels && work.edit({ resolution: { ...work.value.value.resolution, [name]: pixels } })}
  />`;
  return html`<${SelectField} label=${t("brief.size")} value=${chosen} options=${options} onInput=${choose} />
    ${chosen === OWN && html`<div class="pair">${side("width")} ${side("height")}</div>`}`;
}

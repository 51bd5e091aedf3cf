import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { Button, IconButton } from "../../../parts/button.js";

const NEW = "#888888";

/**
 * Colours, each with its picker and its text: models also understand names.
 * @param {{label: string, value: string[], onInput: (value: string[]) => void, error?: string}} props
 */
export function Palette({ label, value, onInput, error }) {
  const change = (/** @type {number} */ index, /** @type {string} */ colour) =>
    onInput(value.map((each, at) => (at === index ? colour : each)));
  const row = (/** @type {string} */ colour, /** @type {number} */ index) => {
    const name = t("style.colour", { number: index + 1 });
    return html`<li class="colour">
      <input
        type="color"
        aria-label=${t("style.picker", { name })}
        value=${asHex(colour)}
        onInput=${(/** @type {any} */ event) => change(index, event.target.value)}
      />
      <input
        class="input"
        aria-label=${name}
        value=${colour}
        maxlength="500"
        onInput=${(/** @type {any} */ event) => change(index, event.target.value)}
      />
      <${IconButton}
        icon="x"
        label=${t("style.removeColour", { name })}
        onClick=${() => onInput(value.filter((_, at) => at !== index))}
      />
    </li>`;
  };
  return html`<fieldset class="field">
    <legend>${label}</legend>
    ${value.length > 0 && html`<ul class="palette">${value.map(row)}</ul>`}
    <div><${Button} small icon="plus" onClick=${() => onInput([...value, NEW])}>${t("style.addColour")}<//></div>
    ${error && html`<p class="field-error">${error}</p>`}
  </fieldset>`;
}

/** The colour as the picker takes it. @param {string} colour */
function asHex(colour) {
  const [, digits] = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(colour.trim()) ?? [];
  if (!digits) return NEW;
  return digits.length === 6 ? `#${digits}` : `#${[...digits].map((digit) => digit + digit).join("")}`;
}

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { useReadOnly } from "../../../components/access.js";
import { Button, IconButton } from "../../../components/button.js";
import { TextArea, TextField } from "../../../components/field.js";
import { equal } from "../../../documents/merge.js";
import { t } from "../../../i18n.js";

const TEMPOS = ["fast", "medium", "slow"];
const NEW = "#888888";

/**
 * The fields of the style guide.
 * @param {{project: import("../../../documents/document.js").Document}} props
 */
export function Guide({ project }) {
  const guide = project.value.value.styleGuide ?? {};
  const errors = project.error.value?.fields ?? {};
  const field = (/** @type {string} */ name) => ({
    label: t(`style.fields.${name}`),
    value: guide[name],
    error: errors[`styleGuide.${name}`],
    onInput: (/** @type {any} */ value) => edit(project, name, value),
  });
  const text = (/** @type {string} */ name) => ({ ...field(name), value: guide[name] ?? "", maxlength: "10000" });
  const list = (/** @type {string} */ name) => ({ ...field(name), value: guide[name] ?? [] });
  return html`
    <${TextField} ...${text("tone")} hint=${t("style.hints.tone")} />
    <${Palette} ...${list("color_palette")} />
    <${TextField} ...${text("tempo")} hint=${t("style.hints.tempo")} list="tempos" />
    <datalist id="tempos">${TEMPOS.map((tempo) => html`<option value=${tempo}></option>`)}</datalist>
    <${TextArea} ...${text("camera_style")} hint=${t("style.hints.camera_style")} rows="2" />
    <${TextArea} ...${text("brand_voice")} hint=${t("style.hints.brand_voice")} rows="2" />
    <${LinesField} ...${list("must_include")} hint=${t("style.hints.must_include")} />
    <${LinesField} ...${list("must_avoid")} hint=${t("style.hints.must_avoid")} />
  `;
}

/**
 * Change a field of the style guide; one without a value is left out.
 * @param {import("../../../documents/document.js").Document} project
 * @param {string} name
 * @param {any} value
 */
function edit(project, name, value) {
  const guide = { ...project.value.value.styleGuide };
  if (value.length) guide[name] = value;
  else delete guide[name];
  project.edit({ styleGuide: guide });
}

/**
 * Colours, each with a picker and a text field: models also understand names.
 * @param {{label: string, value: string[], onInput: (value: string[]) => void, error?: string}} props
 */
function Palette({ label, value, onInput, error }) {
  const isReadOnly = useReadOnly();
  const change = (/** @type {number} */ index, /** @type {string} */ colour) =>
    onInput(value.map((each, at) => (at === index ? colour : each)));
  const row = (/** @type {string} */ colour, /** @type {number} */ index) => {
    const name = t("style.colour", { number: index + 1 });
    return html`<li class="colour">
      <input
        type="color"
        disabled=${isReadOnly}
        aria-label=${t("style.picker", { name })}
        value=${asHex(colour)}
        onInput=${(/** @type {any} */ event) => change(index, event.target.value)}
      />
      <input
        class="input"
        readonly=${isReadOnly}
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

/** A colour in the form that the picker requires. @param {string} colour */
function asHex(colour) {
  const [, digits] = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(colour.trim()) ?? [];
  if (!digits) return NEW;
  return digits.length === 6 ? `#${digits}` : `#${[...digits].map((digit) => digit + digit).join("")}`;
}

/**
 * A list of texts, one in each line.
 * @param {{label: string, value: string[], onInput: (value: string[]) => void, hint?: string,
 *   error?: string}} props
 */
function LinesField({ value, onInput, ...rest }) {
  const [typed, setTyped] = useState(value.join("\n"));
  const shown = equal(linesOf(typed), value) ? typed : value.join("\n"); // empty lines while typing
  const input = (/** @type {string} */ text) => {
    setTyped(text);
    onInput(linesOf(text));
  };
  return html`<${TextArea} ...${rest} rows="2" value=${shown} onInput=${input} />`;
}

/** @param {string} text */
const linesOf = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

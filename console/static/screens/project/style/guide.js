import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { TextArea, TextField } from "../../../parts/field.js";
import { LinesField } from "./lines-field.js";
import { Palette } from "./palette.js";

const TEMPOS = ["fast", "medium", "slow"];

/** The fields of the style guide. @param {{project: import("../../../state/document.js").Document}} props */
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
 * @param {import("../../../state/document.js").Document} project
 * @param {string} name
 * @param {any} value
 */
function edit(project, name, value) {
  const guide = { ...project.value.value.styleGuide };
  if (value.length) guide[name] = value;
  else delete guide[name];
  project.edit({ styleGuide: guide });
}

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { post } from "../../../api.js";
import { Needs, useMay, useReadOnly } from "../../../components/access.js";
import { Button, IconButton } from "../../../components/button.js";
import { FormDialog } from "../../../components/dialogs.js";
import { TextArea, TextField } from "../../../components/field.js";
import { ErrorNotice, Notice } from "../../../components/notice.js";
import { equal } from "../../../documents/merge.js";
import { t } from "../../../i18n.js";
import { requestHeaders } from "../../../state/choices.js";
import { useRequest } from "../../../state/request.js";
import { toast } from "../../../state/toasts.js";

const TEMPOS = ["fast", "medium", "slow"];
const NEW = "#888888";

/**
 * The fields of the style guide.
 * @param {{project: import("../../../documents/document.js").Document}} props
 */
function Guide({ project }) {
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

/** @typedef {Record<string, string | string[]>} StyleGuide */

/**
 * Extracts a style guide from a web page, and shows it before it replaces anything.
 * @param {{project: import("../../../documents/document.js").Document}} props
 */
function FromPage({ project }) {
  const [url, setUrl] = useState("");
  const { busy, error, run } = useRequest();
  const [found, setFound] = useState(/** @type {StyleGuide | null} */ (null));
  const read = (/** @type {Event} */ event) => {
    event.preventDefault();
    run(async () => setFound(await readStyle(url.trim())));
  };
  const fieldError = error?.fields.url;
  return html`<form class="from-page stack tight" onSubmit=${read}>
    <${TextField}
      label=${t("style.page")}
      hint=${t("style.pageHint")}
      error=${fieldError}
      value=${url}
      onInput=${setUrl}
      placeholder="https://"
      inputmode="url"
      autocapitalize="off"
      spellcheck=${false}
      required
    />
    <div>
      <${Button} type="submit" icon="sparkles" busy=${busy}>${t(busy ? "style.reading" : "style.read")}<//>
    </div>
    ${error && !fieldError && html`<${ErrorNotice} error=${error} />`}
    </form>
    ${found && html`<${Found} project=${project} found=${found} onClose=${() => setFound(null)} />`}`;
}

/** @param {string} url @returns {Promise<StyleGuide>} Throws ApiError. */
async function readStyle(url) {
  const address = /^[a-z]+:\/\//i.test(url) ? url : `https://${url}`;
  const headers = await requestHeaders(["llm"]);
  return (await post("/api/style-guide/extract-from-landing", { url: address }, { headers })).data.styleGuide;
}

/**
 * The extracted values beside the current ones, to choose from.
 * @param {{project: import("../../../documents/document.js").Document, found: StyleGuide,
 *   onClose: () => void}} props
 */
function Found({ project, found, onClose }) {
  const fields = Object.keys(found);
  const [taken, setTaken] = useState(new Set(fields));
  const before = project.value.value.styleGuide ?? {};
  if (!fields.length) return html`<${Notice}>${t("style.nothing")}<//>`;
  const toggle = (/** @type {string} */ field) =>
    setTaken(new Set(taken.has(field) ? [...taken].filter((other) => other !== field) : [...taken, field]));
  const submit = async () => {
    const chosen = Object.fromEntries(fields.filter((field) => taken.has(field)).map((field) => [field, found[field]]));
    project.edit({ styleGuide: { ...project.value.value.styleGuide, ...chosen } });
    const undo = { label: t("common.undo"), run: () => project.edit({ styleGuide: before }) };
    toast(t("style.taken"), { action: undo });
  };
  return html`<${FormDialog} wide title=${t("style.found")} submit=${t("style.take")} onSubmit=${submit} onClose=${onClose}>
    <p>${t("style.foundText")}</p>
    <ul class="found">
      ${fields.map(
        (field) => html`<li>
          <label class="check">
            <input type="checkbox" checked=${taken.has(field)} onChange=${() => toggle(field)} />
            <strong>${t(`style.fields.${field}`)}</strong>
          </label>
          <${Value} label=${t("style.now")} value=${before[field]} />
          <${Value} label=${t("style.new")} value=${found[field]} />
        </li>`,
      )}
    </ul>
  <//>`;
}

/** @param {{label: string, value: string | string[] | undefined}} props */
function Value({ label, value }) {
  const texts = [value ?? []].flat();
  return html`<div class="found-value">
    <p class="note">${label}</p>
    ${texts.length === 0 && html`<p class="note">${t("conflict.empty")}</p>`}
    ${texts.map((text) => html`<p dir="auto">${/^#[\da-f]{3,8}$/i.test(text) ? html`<span class="swatch"><span style=${{ background: text }}></span>${text}</span>` : text}</p>`)}
  </div>`;
}

const FIELDS = ["knowledge", "systemPrompt", "imageSystemPrompt", "videoSystemPrompt", "analyzerPrompt"];

/**
 * The style guide and prompts that all works of a project share, saved as they are typed.
 * @param {{project: import("../../../documents/document.js").Document}} props
 */
export default function Style({ project }) {
  const mayManage = useMay("manage");
  return html`<${Needs} right="manage">
    <header class="screen-header"><h1>${t("style.title")}</h1></header>
    <p class="lead">${t("style.lead")} ${!mayManage && t("style.ownersOnly")}</p>
    <div class="columns even">
      <section class="panel stack" aria-labelledby="guide">
        <h2 id="guide">${t("style.guide")}</h2>
        ${mayManage && html`<${FromPage} project=${project} />`}
        <${Guide} project=${project} />
      </section>
      <section class="panel stack" aria-labelledby="prompts">
        <h2 id="prompts">${t("style.prompts")}</h2>
        <${Prompts} project=${project} />
      </section>
    </div>
  <//>`;
}

/** The project's prompts. @param {{project: import("../../../documents/document.js").Document}} props */
function Prompts({ project }) {
  const value = project.value.value;
  const errors = project.error.value?.fields ?? {};
  const reset = async (/** @type {string} */ field) => {
    const before = value[field];
    project.edit({ [field]: null });
    await project.flush();
    const undo = { label: t("common.undo"), run: () => project.edit({ [field]: before }) };
    toast(t("style.reset", { name: t(`style.fields.${field}`) }), { action: undo });
  };
  return FIELDS.map(
    (field) => html`<div class="stack tight">
      <${TextArea}
        label=${t(`style.fields.${field}`)}
        hint=${t(`style.hints.${field}`)}
        rows="3"
        value=${value[field] ?? ""}
        error=${errors[field]}
        onInput=${(/** @type {string} */ text) => project.edit({ [field]: text })}
      />
      ${field !== "knowledge" &&
      html`<div>
        <${Button}
          small
          kind="quiet"
          icon="rotate-ccw"
          aria-label=${t("style.resetField", { name: t(`style.fields.${field}`) })}
          onClick=${() => reset(field)}
          >${t("style.usePreset")}<//
        >
      </div>`}
    </div>`,
  );
}

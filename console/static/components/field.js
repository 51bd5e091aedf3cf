import { html } from "htm/preact";
import { useId, useState } from "preact/hooks";
import { formatNumber, t } from "../i18n.js";
import { useReadOnly } from "./access.js";
import { Icon, IconButton } from "./button.js";

/**
 * A label with its control, a hint and an error.
 * @param {{label: string, hint?: any, error?: string, optional?: boolean,
 *   children: (attributes: Record<string, any>) => any}} props
 *   `children` gets the attributes that tie the control to them
 */
function Labelled({ label, hint, error, optional, children }) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for=${id}>
      ${label}${optional && html` <span class="optional">${t("common.optional")}</span>`}
    </label>
    ${children({
      id,
      "aria-describedby": describedBy || undefined,
      "aria-invalid": error ? "true" : undefined,
    })}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error &&
    html`<p class="field-error" id=${`${id}-error`}><${Icon} name="circle-alert" />${error}</p>`}
  </div>`;
}

/**
 * A line of text.
 * @param {{label: string, value: string, onInput: (value: string) => void, hint?: any,
 *   error?: string, optional?: boolean, [attribute: string]: any}} props
 */
export function TextField({ label, value, onInput, hint, error, optional, ...rest }) {
  const readonly = useReadOnly();
  const input = (/** @type {any} */ attributes) =>
    html`<input
      type="text"
      dir="auto"
      ...${rest}
      readonly=${readonly}
      ...${attributes}
      class="input"
      value=${value}
      onInput=${(/** @type {any} */ event) => onInput(event.target.value)}
    />`;
  return html`<${Labelled} ...${{ label, hint, error, optional }}>${input}<//>`;
}

/**
 * A name in a dialog: the field is focused, and its text is selected.
 * @param {{value: string, onInput: (value: string) => void, [attribute: string]: any}} props
 */
export function NameField(props) {
  return html`<${TextField}
    label=${t("common.name")}
    required
    autofocus
    maxlength="500"
    autocomplete="off"
    onFocus=${(/** @type {any} */ event) => event.target.select()}
    ...${props}
  />`;
}

const COUNTED = 0.8; // of a limit: from here on, the characters are counted

/**
 * Props of a field that say how much of its limit a text takes.
 * @param {string} value
 * @param {number} [limit]
 */
function counted(value, limit = Infinity) {
  const { length } = value;
  if (length < COUNTED * limit) return {};
  const values = { count: formatNumber(length), limit: formatNumber(limit) };
  return length > limit ? { error: t("common.tooLong", values) } : { hint: t("common.ofLimit", values) };
}

/**
 * Several lines of text; the area grows with them.
 * @param {{label: string, value: string, onInput: (value: string) => void, hint?: any,
 *   error?: string, optional?: boolean, limit?: number, [attribute: string]: any}} props
 *   `limit` is the number of characters, which is shown when few are left
 */
export function TextArea({ label, value, onInput, limit, optional, ...rest }) {
  const readonly = useReadOnly();
  const { hint, error, ...attributes } = { ...rest, ...counted(value, limit) };
  const area = (/** @type {any} */ tied) =>
    html`<textarea
      rows="3"
      dir="auto"
      maxlength=${limit}
      readonly=${readonly}
      ...${attributes}
      ...${tied}
      class="input area"
      value=${value}
      onInput=${(/** @type {any} */ event) => onInput(event.target.value)}
    ></textarea>`;
  return html`<${Labelled} ...${{ label, hint, error, optional }}>${area}<//>`;
}

/**
 * A number; `onInput` gets null while the field is empty. What is no number of its range is kept in
 * the field, with an error. The input gets a text, as it has one: a number would replace "2." while
 * it is typed.
 * @param {{label: string, value: number | null, onInput: (value: number | null) => void,
 *   unit?: string, hint?: any, error?: string, optional?: boolean, [attribute: string]: any}} props
 */
export function NumberField({ label, value, onInput, unit, hint, error, optional, ...rest }) {
  const [refused, setRefused] = useState(/** @type {{text: string, error: string, value: number | null} | null} */ (null));
  const readonly = useReadOnly();
  const current = refused?.value === value ? refused : null; // a change from elsewhere is shown
  const type = (/** @type {any} */ { target }) => {
    const problem = problemOf(target);
    setRefused(problem ? { text: target.value, error: problem, value } : null);
    if (target.validity.valid) onInput(target.value === "" ? null : target.valueAsNumber);
  };
  const input = (/** @type {any} */ attributes) =>
    html`<span class="with-unit">
      <input
        type="number"
        inputmode="decimal"
        readonly=${readonly}
        ...${rest}
        ...${attributes}
        class="input"
        value=${current?.text ?? String(value ?? "")}
        onInput=${type}
      />${unit && html`<span class="unit">${unit}</span>`}
    </span>`;
  return html`<${Labelled} ...${{ label, hint, error: current?.error ?? error, optional }}>${input}<//>`;
}

/** What is wrong with a number that was typed; empty: nothing. @param {HTMLInputElement} input */
function problemOf({ validity, min, max, step }) {
  if (validity.badInput) return t("common.number.digits", { example: formatNumber(Number(min) || 1) });
  if (validity.rangeUnderflow || validity.rangeOverflow) return rangeOf(min, max);
  if (!validity.stepMismatch) return "";
  return step === "1" ? t("common.number.whole") : t("common.number.step", { step });
}

/** @param {string} min @param {string} max */
function rangeOf(min, max) {
  const values = { min: formatNumber(Number(min)), max: formatNumber(Number(max)) };
  if (max === "") return t("common.number.atLeast", values);
  return t(min === "" ? "common.number.atMost" : "common.number.between", values);
}

/**
 * A choice from a list.
 * @param {{label: string, value: string, onInput: (value: string) => void, hint?: any,
 *   options: {value: string, label: string}[], [attribute: string]: any}} props
 */
export function SelectField({ label, value, onInput, options, hint, error, ...rest }) {
  const disabled = useReadOnly();
  const select = (/** @type {any} */ attributes) =>
    html`<span class="select">
      <select
        disabled=${disabled}
        ...${rest}
        ...${attributes}
        class="input"
        value=${value}
        onChange=${(/** @type {any} */ event) => onInput(event.target.value)}
      >
        ${options.map(
          (option) =>
            html`<option dir="auto" value=${option.value} selected=${option.value === value}>
              ${option.label}
            </option>`,
        )}
      </select>
      <${Icon} name="chevron-down" />
    </span>`;
  return html`<${Labelled} ...${{ label, hint, error }}>${select}<//>`;
}

/**
 * A password that can be shown.
 * @param {{label: string, value: string, onInput: (value: string) => void, error?: string,
 *   hint?: any, autocomplete: string, [attribute: string]: any}} props
 */
export function PasswordField({ label, value, onInput, error, hint, ...rest }) {
  const [shown, setShown] = useState(false);
  const input = (/** @type {any} */ attributes) =>
    html`<span class="with-button">
      <input
        ...${rest}
        ...${attributes}
        type=${shown ? "text" : "password"}
        class="input"
        value=${value}
        onInput=${(/** @type {any} */ event) => onInput(event.target.value)}
      />
      <${IconButton}
        icon=${shown ? "eye-off" : "eye"}
        label=${t(shown ? "common.hidePassword" : "common.showPassword")}
        onClick=${() => setShown(!shown)}
      />
    </span>`;
  return html`<${Labelled} ...${{ label, hint, error }}>${input}<//>`;
}

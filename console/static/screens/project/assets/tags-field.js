import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { useReadOnly } from "../../../components/access.js";
import { Icon } from "../../../components/button.js";
import { TextField } from "../../../components/field.js";
import { t } from "../../../i18n.js";

const MAX_TAG = 100; // characters

/**
 * Words, each with a button that removes it; Enter or a comma adds what is typed.
 * @param {{label: string, value: string[], onInput: (value: string[]) => void, error?: string}} props
 */
export function TagsField({ label, value, onInput, error }) {
  const [typed, setTyped] = useState("");
  const isReadOnly = useReadOnly();
  const add = (/** @type {string} */ text) => {
    const added = text.split(",").map((tag) => tag.trim()).filter(Boolean);
    setTyped("");
    if (added.length) onInput([...new Set([...value, ...added])]);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (isReadOnly) return;
    if (event.key === "Enter") {
      event.preventDefault();
      add(typed);
    } else if (event.key === "Backspace" && !typed && value.length) {
      onInput(value.slice(0, -1));
    }
  };
  return html`<div class="tags-field">
    <${TextField}
      label=${label}
      hint=${isReadOnly ? undefined : t("library.tagsHint")}
      value=${typed}
      error=${error}
      maxlength=${MAX_TAG}
      autocomplete="off"
      onInput=${(/** @type {string} */ text) => (text.includes(",") ? add(text) : setTyped(text))}
      onKeyDown=${press}
      onBlur=${() => add(typed)}
    />
    ${value.length > 0 &&
    html`<ul class="tags">
      ${value.map(
        (tag) =>
          html`<li class="tag" key=${tag}>
            <span dir="auto">${tag}</span>
            ${!isReadOnly && html`<button
              type="button"
              aria-label=${t("library.removeTag", { tag })}
              onClick=${() => onInput(value.filter((other) => other !== tag))}
            >
              <${Icon} name="x" />
            </button>`}
          </li>`,
      )}
    </ul>`}
  </div>`;
}

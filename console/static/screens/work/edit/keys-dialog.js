import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { Dialog } from "../../../parts/dialog.js";
import { EDITOR_KEYS } from "./keys.js";

const NAMED = [" ", "ArrowLeft", "ArrowRight", "Backspace", "Escape"]; // whose names are no labels

/** The keys of the editor, and what they do. @param {{onClose: () => void}} props */
export function KeysDialog({ onClose }) {
  return html`<${Dialog} title=${t("edit.keys.title")} onClose=${onClose}>
    <p class="hint">${t("edit.keys.hint")}</p>
    <dl class="key-list">
      ${EDITOR_KEYS.map(
        ({ name, keys }) =>
          html`<div>
            <dt>${t(`edit.keys.${name}`)}</dt>
            <dd>${keys.map((key) => html`<span>${key.split("+").map(keyCap)}</span>`)}</dd>
          </div>`,
      )}
    </dl>
  <//>`;
}

/** @param {string} key */
function keyCap(key) {
  const label = NAMED.includes(key) ? t(`edit.keyNames.${key.trim() || "Space"}`) : key;
  return html`<kbd>${label.length === 1 ? label.toUpperCase() : label}</kbd>`;
}

/** The keyboard shortcuts of the editor, and the dialog that lists them. */

import { html } from "htm/preact";
import { Dialog } from "../../../components/dialogs.js";
import { t } from "../../../i18n.js";
import { PLAYER_KEYS } from "../../../player/shortcuts.js";

/**
 * @typedef {object} Target
 * @property {import("./editor.js").Editor} editor
 * @property {import("../../../player/player.js").Player} player
 * @property {() => void} showKeys
 */

/** @type {import("../../../player/shortcuts.js").Binding<Target>[]} */
export const EDITOR_KEYS = [
  ...PLAYER_KEYS,
  { name: "split", keys: ["s"], run: ({ editor, player }) => editor.split(player.time.peek()) },
  { name: "remove", keys: ["Delete", "Backspace"], run: ({ editor }) => editor.remove() },
  { name: "deselect", keys: ["Escape"], run: ({ editor }) => (editor.selection.value = null) },
  { name: "undo", keys: ["Ctrl+z"], run: ({ editor }) => editor.undo() },
  { name: "redo", keys: ["Ctrl+Shift+z", "Ctrl+y"], run: ({ editor }) => editor.redo() },
  { name: "keys", keys: ["?"], run: ({ showKeys }) => showKeys() },
];

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

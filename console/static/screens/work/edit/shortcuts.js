/** The keyboard shortcuts of the editor, and the dialog that lists them. */

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { Dialog } from "../../../components/dialogs.js";
import { t } from "../../../i18n.js";
import { PLAYER_KEYS, handleKey, handleRelease } from "../../../player/shortcuts.js";
import { timeSaid } from "./announcements.js";
import { removeLeavingGap } from "./clip-actions.js";
import { PICTURE_KEYS } from "./picture/keys.js";
import { FOCUS_KEYS } from "./timeline/focus.js";
import { TIMELINE_KEYS } from "./timeline/keys.js";

/**
 * @typedef {object} Target
 * @property {import("./editor.js").Editor} editor
 * @property {import("../../../player/player.js").Player} player
 * @property {import("./clipboard.js").Clipboard} clipboard
 * @property {import("./timeline/zoom.js").Zoom} zoom
 * @property {() => void} showKeys
 */

/** @typedef {import("../../../player/shortcuts.js").Binding<Target>} Binding */

/** @type {Binding[]} */
const EDITING_KEYS = [
  { name: "split", keys: ["s"], run: ({ editor, player }) => editor.split(player.time.peek()) },
  { name: "copy", keys: ["Ctrl+c"], run: ({ clipboard }) => !isTextSelected() && clipboard.copy() },
  { name: "cut", keys: ["Ctrl+x"], run: ({ clipboard }) => !isTextSelected() && clipboard.cut() },
  { name: "paste", keys: ["Ctrl+v"], run: ({ clipboard, player }) => clipboard.paste(player.time.peek()) },
  { name: "duplicate", keys: ["Ctrl+d"], run: ({ editor }) => editor.duplicate() },
  { name: "remove", keys: ["Delete", "Backspace"], run: ({ editor }) => removeLeavingGap(editor) },
  { name: "ripple", keys: ["Shift+Delete", "Shift+Backspace"], run: ({ editor }) => editor.remove() },
  { name: "deselect", keys: ["Escape"], run: ({ editor }) => (editor.selection.value = null) },
  { name: "undo", keys: ["Ctrl+z"], repeats: true, run: ({ editor }) => editor.undo() },
  { name: "redo", keys: ["Ctrl+y", "Ctrl+Shift+z"], repeats: true, run: ({ editor }) => editor.redo() },
  { name: "keys", keys: ["?"], run: ({ showKeys }) => showKeys() },
];

const SAID = ["secondBack", "secondOn", "toStart", "toEnd"]; // where the playhead is then

/** @type {Binding[]} */
const PLAYING_KEYS = PLAYER_KEYS.map((binding) => (SAID.includes(binding.name) ? { ...binding, run: sayingTime(binding) } : binding));

/** Run a shortcut, and say the time that it leads to. @param {Binding} binding @returns {Binding["run"]} */
function sayingTime({ run }) {
  return (target, key) => {
    run(target, key);
    const { editor, player } = target;
    editor.announcements.saySoon("playhead", { time: timeSaid(editor, player.time.peek()) });
  };
}

/** @type {Record<string, Binding[]>} by the group that the list has them in */
const GROUPS = { playing: PLAYING_KEYS, editing: EDITING_KEYS, timeline: TIMELINE_KEYS };
const ALL = Object.values(GROUPS).flat();
/** @type {Record<string, {name: string, keys: string[]}[]>} with those that clips and the picture handle */
const LISTED = { ...GROUPS, clips: FOCUS_KEYS, picture: PICTURE_KEYS };

/** Whether text on the page is selected, which the browser copies. */
const isTextSelected = () => !getSelection()?.isCollapsed;

/**
 * Handle keys wherever the focus is while the editor is shown.
 * @param {Target | null} target
 */
export function useShortcuts(target) {
  useEffect(() => {
    if (!target) return undefined;
    const press = (/** @type {KeyboardEvent} */ event) => handleKey(ALL, event, target);
    document.addEventListener("keydown", press);
    document.addEventListener("keyup", handleRelease);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("keyup", handleRelease);
    };
  });
}

const NAMED = [" ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Arrows", "Backspace", "Escape"]; // whose names are no labels
const SAME = ["=", "Shift+Backspace"]; // as others, which are listed

/** The keys of the editor, and what they do. @param {{onClose: () => void}} props */
export function KeysDialog({ onClose }) {
  return html`<${Dialog} title=${t("edit.keys.title")} wide onClose=${onClose}>
    <p class="hint">${t("edit.keys.hint")}</p>
    <div class="key-lists">
      ${Object.entries(LISTED).map(
        ([group, bindings]) =>
          html`<section>
            <h3>${t(`edit.keys.groups.${group}`)}</h3>
            <dl class="key-list">${bindings.map(KeyRow)}</dl>
          </section>`,
      )}
    </div>
  <//>`;
}

/** @param {{name: string, keys: string[]}} binding */
function KeyRow({ name, keys }) {
  const isOfArrows = keys.length === 4;
  const listed = isOfArrows ? [keys[0].replace("ArrowLeft", "Arrows")] : keys.filter((key) => !SAME.includes(key));
  return html`<div>
    <dt>${t(`edit.keys.${name}`)}</dt>
    <dd>${listed.map((key) => html`<span>${key.split(/(?<=.)\+(?=.)/).map(keyCap)}</span>`)}</dd>
  </div>`;
}

/** @param {string} key */
function keyCap(key) {
  const label = NAMED.includes(key) ? t(`edit.keyNames.${key.trim() || "Space"}`) : key;
  return html`<kbd>${label.length === 1 ? label.toUpperCase() : label}</kbd>`;
}

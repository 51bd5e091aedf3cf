/** The keys of the editor; its list of keys is made of this table. */

import { PLAYER_KEYS } from "../../../player/keys.js";

/**
 * @typedef {object} Target
 * @property {import("./editor.js").Editor} editor
 * @property {import("../../../player/player.js").Player} player
 * @property {() => void} showKeys
 */

/** @type {import("../../../player/keys.js").Binding<Target>[]} */
export const EDITOR_KEYS = [
  ...PLAYER_KEYS,
  { name: "split", keys: ["s"], run: ({ editor, player }) => editor.split(player.time.peek()) },
  { name: "remove", keys: ["Delete", "Backspace"], run: ({ editor }) => editor.remove() },
  { name: "deselect", keys: ["Escape"], run: ({ editor }) => (editor.selection.value = null) },
  { name: "undo", keys: ["Ctrl+z"], run: ({ editor }) => editor.undo() },
  { name: "redo", keys: ["Ctrl+Shift+z", "Ctrl+y"], run: ({ editor }) => editor.redo() },
  { name: "keys", keys: ["?"], run: ({ showKeys }) => showKeys() },
];

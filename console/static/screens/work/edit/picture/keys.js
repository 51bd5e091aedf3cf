/**
 * The keys of what is selected on the picture, while the picture has the focus.
 *
 * @typedef {{editor: import("../editor.js").Editor, overlay: import("./overlay.js").Overlay}} Target
 */

import { placeOf } from "./overlay.js";

/** @type {Record<string, {x: number, y: number}>} */
const DIRECTIONS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const ARROWS = Object.keys(DIRECTIONS);
const FAR = 10; // pixels of the arranged frame

/** @type {import("../../../../player/shortcuts.js").Binding<Target>[]} */
export const PICTURE_KEYS = [
  { name: "nudge", keys: ARROWS, repeats: true, run: (target, key) => nudge(target, key, 1) },
  {
    name: "nudgeFar",
    keys: ARROWS.map((key) => `Shift+${key}`),
    repeats: true,
    run: (target, key) => nudge(target, key.replace("Shift+", ""), FAR),
  },
  {
    name: "type",
    keys: ["Enter"],
    run: ({ editor, overlay: { kind, id } }) => {
      if (kind !== "text") return false;
      editor.typing.value = id;
      return true;
    },
  },
];

/** @param {Target} target @param {string} key @param {number} pixels */
function nudge({ editor, overlay: { id, fields } }, key, pixels) {
  const { x, y } = DIRECTIONS[key];
  editor.changeItem(id, placeOf(editor, fields.centerX + x * pixels, fields.centerY + y * pixels), `${id}.nudge`);
}

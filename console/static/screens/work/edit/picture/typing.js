/** Typing a text where it is shown. */

import { t } from "../../../../i18n.js";
import { letterStyles, lineStyles } from "../../../../player/text-looks.js";
import { MAX_TEXT } from "../../../../timeline/facts.js";
import { overlayOf as modelOverlay } from "../../../../timeline/model.js";
import { overlayOf, placeOf } from "./handles.js";

/**
 * The keys of what is selected on the picture, while the picture has the focus.
 *
 * @typedef {{editor: import("../editor.js").Editor, overlay: import("./handles.js").Overlay}} Target
 */

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

export class Typing {
  /** @type {HTMLTextAreaElement|null} */
  #area = null;
  /** @type {string|null} */
  #id = null;
  /** The text as it was when typing began. */
  #before = "";

  /**
   * @param {import("../editor.js").Editor} editor @param {HTMLElement} stage
   * @param {() => void} onEnd
   */
  constructor(editor, stage, onEnd) {
    this.editor = editor;
    this.stage = stage;
    this.onEnd = onEnd;
  }

  get isOn() {
    return this.#area !== null;
  }

  /** Let a text that is shown be typed; all of it is selected. @param {string} id */
  start(id) {
    this.finish();
    const overlay = overlayOf(this.editor, this.stage, id);
    if (overlay?.kind !== "text") return;
    const area = Object.assign(document.createElement("textarea"), {
      className: "player-text picture-typing",
      value: overlay.fields.text,
      dir: "auto",
      maxLength: MAX_TEXT,
      rows: 1,
      spellcheck: false,
    });
    area.setAttribute("aria-label", t("edit.typing"));
    area.addEventListener("input", () => this.editor.preview([{ op: "text", id, text: area.value }]));
    area.addEventListener("blur", () => this.finish());
    area.addEventListener("pointerdown", (event) => event.stopPropagation()); // it is no drag
    area.addEventListener("dblclick", (event) => event.stopPropagation());
    area.addEventListener("keydown", (event) => {
      const isDone = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
      if (!isDone) return;
      event.preventDefault();
      this.finish();
      this.stage.focus({ preventScroll: true });
    });
    this.#area = area;
    this.#id = id;
    this.#before = area.value;
    this.place();
    overlay.element.parentElement?.after(area);
    area.focus({ preventScroll: true });
    area.select();
  }

  /** Put the field where the text is. */
  place() {
    const area = this.#area;
    const id = this.#id;
    const { model } = this.editor;
    const texts = model.peek().timeline.texts;
    const index = texts.findIndex((text) => text.id === id);
    const overlay = overlayOf(this.editor, this.stage, id);
    if (!area || !overlay || index < 0) return;
    const text = /** @type {import("../../../../timeline/model.js").TextOverlay} */ (modelOverlay(model.peek(), index));
    const { element } = overlay;
    Object.assign(area.style, lineStyles(text), letterStyles(text), {
      fontWeight: element.style.fontWeight,
      left: `calc(50% + ${text.centerX - text.wrap / 2}px)`,
      width: `${text.wrap}px`,
      maxWidth: "none",
      top: `${element.offsetTop}px`,
      height: `${element.offsetHeight}px`,
    });
    const font = element.style.getPropertyValue("--player-font");
    if (font) area.style.setProperty("--player-font", font);
    element.classList.add("typed");
  }

  /** End typing, and keep what was typed; a text that is empty goes. */
  finish() {
    const area = this.#area;
    const id = /** @type {string} */ (this.#id);
    if (!area) return;
    this.#area = null; // removing it makes it lose the focus
    this.#id = null;
    area.remove();
    for (const element of this.stage.querySelectorAll(".player-text.typed")) element.classList.remove("typed");
    const { editor } = this;
    const text = area.value;
    editor.preview(null);
    this.onEnd();
    const isThere = editor.state.peek().textOverlays?.[id] !== undefined;
    if (!isThere || text === this.#before) return; // what others have typed meanwhile stays
    if (text.trim() === "") editor.apply({ op: "delete", kind: "text", id });
    else editor.changeItem(id, { text });
  }
}

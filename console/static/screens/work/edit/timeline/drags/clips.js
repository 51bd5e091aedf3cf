/**
 * Putting clips to another place among the others: where the pointer is, before or after the middle
 * of the clip there.
 *
 * @typedef {import("../lanes.js").Entry} Entry
 * @typedef {import("../strip.js").Strip} Strip
 */

import { clipEntries, orderAfter, putAfter, selectedEntries } from "../lanes.js";

export class ClipsDrag {
  #from;
  /** @type {string|null|undefined} undefined: where they are */
  #after = undefined;

  /** @param {Strip} strip @param {Entry} entry  that the pointer is on @param {import("../gestures.js").PointerPlace} from */
  constructor(strip, entry, from) {
    this.strip = strip;
    this.entry = entry;
    this.clips = clipEntries(strip.editor);
    this.moved = selectedEntries(strip.editor).filter(({ kind }) => kind === "clip");
    this.carried = new Set(this.moved.map(({ id }) => id));
    this.#from = strip.timeAt(from.x);
    strip.begin();
  }

  /** @param {import("../gestures.js").PointerPlace} place */
  move({ x }) {
    const { strip, clips, moved, carried } = this;
    const time = strip.timeAt(x);
    const others = clips.filter(({ id }) => !carried.has(id));
    const before = others.findLast(({ start, end }) => (start + end) / 2 < time);
    const after = before?.id ?? null;
    const isChanged = orderAfter(clips, moved, after).join() !== clips.map(({ id }) => id).join();
    this.#after = isChanged ? after : undefined;
    const by = (time - this.#from) * strip.zoom.scale.peek();
    for (const item of strip.content.querySelectorAll(".item.carried")) {
      /** @type {HTMLElement} */ (item).style.setProperty("--carried", `${by}px`);
    }
    const mark = isChanged ? (before?.end ?? 0) : undefined;
    const { shown } = strip;
    if (shown.peek().carried !== carried || shown.peek().mark !== mark) shown.value = { carried, mark };
  }

  finish() {
    this.strip.end();
    if (this.#after !== undefined) putAfter(this.strip.editor, this.moved, this.#after, this.entry);
  }

  cancel() {
    this.strip.end();
  }
}

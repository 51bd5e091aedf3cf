/** Selecting with a frame that is drawn over entries. */

import { contentX, contentY } from "../places.js";

export class FrameDrag {
  isAcross = true;
  #before;
  #from;

  /**
   * @param {import("../strip.js").Strip} strip @param {import("../places.js").Place[]} places
   * @param {import("../gestures.js").PointerPlace} from @param {boolean} isAdding  to what is selected
   */
  constructor(strip, places, from, isAdding) {
    this.strip = strip;
    this.places = places;
    this.#before = strip.editor.selected.peek();
    this.kept = isAdding ? this.#before : [];
    this.#from = { time: strip.timeAt(from.x), x: contentX(strip, from.x), y: contentY(strip, from.y) };
    strip.begin();
  }

  /** @param {import("../gestures.js").PointerPlace} place */
  move({ x, y }) {
    const { strip, kept } = this;
    const to = { time: strip.timeAt(x), x: contentX(strip, x), y: contentY(strip, y) };
    const [start, end] = [Math.min(to.time, this.#from.time), Math.max(to.time, this.#from.time)];
    const [top, bottom] = [Math.min(to.y, this.#from.y), Math.max(to.y, this.#from.y)];
    const left = Math.min(to.x, this.#from.x);
    strip.shown.value = { frame: { left, top, width: Math.abs(to.x - this.#from.x), height: bottom - top } };
    const inside = this.places.filter(
      ({ entry, ...row }) => entry.start < end && entry.end > start && row.top < bottom && row.bottom > top,
    );
    const ids = [...new Set([...kept, ...inside.map(({ entry }) => entry.id)])];
    if (ids.join() !== strip.editor.selected.peek().join()) strip.editor.select(ids);
  }

  finish() {
    this.strip.end();
    this.strip.editor.announce("selected", { count: this.strip.editor.selected.peek().length });
  }

  cancel() {
    this.strip.end();
    this.strip.editor.select(this.#before);
  }
}

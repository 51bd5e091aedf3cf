/** Moving texts, pictures, music and captions in time. */

import { batch } from "@preact/signals";
import { timeInWords } from "../../../../../components/ago.js";
import { toFrame, toSeconds } from "../../../../../timeline/frames.js";
import { rateOf } from "../../../../../timeline/operations/index.js";
import { ownOf } from "../../compound-operations.js";
import { entryOf, movedBy, selectedEntries } from "../lanes.js";
import { Snapping } from "../snapping.js";

/** @typedef {import("../lanes.js").Entry} Entry */

export class ItemsDrag {
  #from;
  #snapping;
  #before;
  /** @type {import("../../../../../timeline/operations/operations.js").Operation[]} */
  #operations = [];

  /**
   * @param {import("../strip.js").Strip} strip @param {Entry} entry  that the pointer is on
   * @param {import("../gestures.js").PointerPlace} from
   */
  constructor(strip, entry, from) {
    this.strip = strip;
    this.entry = entry;
    this.items = selectedEntries(strip.editor).filter(({ kind }) => kind !== "clip");
    this.own = ownOf(strip.editor, this.items.map(({ id }) => id));
    this.rate = rateOf(strip.editor.state.peek());
    this.#before = strip.editor.selected.peek();
    this.#from = strip.timeAt(from.x);
    const moved = new Set(this.items);
    this.#snapping = new Snapping(strip, (other) => moved.has(other));
    strip.begin();
  }

  /** @param {import("../gestures.js").PointerPlace} place */
  move({ x, isFree }) {
    const { strip, entry, items, own } = this;
    const { editor } = strip;
    const wanted = this.#snapping.snap([entry.start, entry.end], strip.timeAt(x) - this.#from, isFree);
    const earliest = items.reduce((first, { start }) => Math.min(first, start), Infinity);
    const by = this.#inFrames(Math.max(wanted.by, -earliest));
    const operations = by ? [...own.operations, ...movedBy(items, by, own.idOf)] : [];
    batch(() => {
      if (!editor.preview(operations.length ? operations : null)) return;
      this.#operations = operations;
      this.#select(operations.length > 0);
      strip.shown.value = { line: wanted.by >= -earliest ? wanted.line : null };
    });
  }

  finish() {
    const { strip, entry, own, rate } = this;
    strip.end();
    if (!this.#operations.length || !strip.editor.apply(this.#operations)) return;
    const { start, label } = entryOf(strip.editor, own.idOf(entry.id)) ?? entry;
    strip.editor.announce("movedTo", { name: label, time: timeInWords(start, rate) });
  }

  cancel() {
    this.strip.end();
    this.strip.editor.preview(null);
    this.#select(false);
  }

  /** Items get other ids when they become the timeline's own. @param {boolean} isMoved */
  #select(isMoved) {
    const ids = isMoved ? this.#before.map(this.own.idOf) : this.#before;
    const { editor } = this.strip;
    if (ids.join() !== editor.selected.peek().join()) editor.select(ids);
  }

  /** @param {number} seconds */
  #inFrames(seconds) {
    const { rate, entry } = this;
    return toSeconds(toFrame(entry.start + seconds, rate) - toFrame(entry.start, rate), rate);
  }
}

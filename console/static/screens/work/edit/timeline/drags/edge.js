/**
 * Pulling an edge of a clip or an item, while the player shows the frame there.
 *
 * @typedef {import("../lanes.js").Entry} Entry
 * @typedef {import("../strip.js").Strip} Strip
 */

import { batch } from "@preact/signals";
import { toFrame, toSeconds } from "../../../../../timeline/frames.js";
import { rateOf } from "../../../../../timeline/operations/index.js";
import { announceLength } from "../../announcements.js";
import { ownOf } from "../../compound-operations.js";
import { entriesOf, entryOf } from "../lanes.js";
import { Snapping } from "../snapping.js";
import { trimmed } from "../trimming.js";

export class EdgeDrag {
  #strip;
  #entry;
  #edge;
  #from;
  #time;
  #snapping;
  #shifted;
  #own;
  /** @type {ReturnType<typeof trimmed>} */
  #trim = null;

  /**
   * @param {Strip} strip @param {Entry} entry @param {"start"|"end"} edge
   * @param {import("../gestures.js").PointerPlace} from
   */
  constructor(strip, entry, edge, from) {
    this.#strip = strip;
    this.#entry = entry;
    this.#edge = edge;
    this.#from = strip.timeAt(from.x);
    this.#time = strip.player.time.peek();
    this.#snapping = new Snapping(strip, (other) => isMovedBy(other, entry, edge));
    this.#shifted = entry.kind === "clip" && edge === "start" ? fromOn(strip, entry) : null;
    this.#own = ownOf(strip.editor, [entry.id]); // a preview already shows the entry as the timeline's own
    strip.player.pause();
    strip.begin();
  }

  /** @param {import("../gestures.js").PointerPlace} place */
  move({ x, isFree }) {
    const { editor, player, shown } = this.#strip;
    const edge = this.#entry[this.#edge];
    const wanted = this.#snapping.snap([edge], this.#strip.timeAt(x) - this.#from, isFree);
    const trim = trimmed(editor, this.#entry, this.#edge, wanted.by, this.#own);
    const by = trim?.by ?? 0;
    const isThere = Math.abs(by - wanted.by) < 0.5 / 24;
    const preview = () => {
      if (!editor.preview(trim && trim.operations)) return;
      this.#trim = trim;
      shown.value = { line: isThere ? wanted.line : null, ...(this.#shifted && { shift: { ids: this.#shifted, by } }) };
    };
    player.seekAfter(() => batch(preview), () => this.#timeOfEdge());
  }

  finish() {
    const { editor } = this.#strip;
    let isApplied = false;
    this.#goBack(() => (isApplied = this.#trim !== null && editor.apply(this.#trim.operations)));
    if (!this.#trim || !isApplied) return;
    editor.select([this.#trim.id]);
    announceLength(editor, this.#trim.id);
  }

  cancel() {
    this.#goBack(() => this.#strip.editor.preview(null));
  }

  /** @param {() => void} change */
  #goBack(change) {
    this.#strip.player.seekAfter(change, () => this.#time);
    this.#strip.end();
  }

  /** When the frame begins that is shown while the edge is pulled: the first one, or the last. */
  #timeOfEdge() {
    const { editor } = this.#strip;
    const entry = entryOf(editor, this.#trim?.id ?? this.#entry.id) ?? this.#entry;
    const rate = rateOf(editor.state.peek());
    const frame = toFrame(entry[this.#edge], rate) - (this.#edge === "end" ? 1 : 0);
    return toSeconds(frame, rate);
  }
}

/**
 * A clip and what follows: while its left edge is pulled, they are shown where they were, though they
 * will begin earlier or later.
 * @param {Strip} strip @param {Entry} entry
 */
function fromOn({ editor }, { start }) {
  const entries = entriesOf(editor);
  const clips = entries.filter((each) => each.kind === "clip" && each.start >= start).map(({ id }) => id);
  const anchored = entries.filter(({ action }) => clips.includes(action.anchor)).map(({ id }) => id);
  return new Set([...clips, ...anchored]);
}

/**
 * Whether an entry moves when an edge is pulled: clips follow each other.
 * @param {Entry} other @param {Entry} entry @param {"start"|"end"} edge
 */
function isMovedBy(other, entry, edge) {
  if (other.id === entry.id) return true;
  return edge === "end" && entry.kind === "clip" && other.kind === "clip" && other.start >= entry.end;
}

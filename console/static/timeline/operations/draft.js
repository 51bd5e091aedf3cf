/**
 * A timeline while an operation changes it. Each track is read when it is asked for, and written once
 * at the end if it was set.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./clip-track.js").Clip} Clip
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./items.js").ItemKind} ItemKind
 */

import { rateOf } from "./rate.js";
import { clipsOf, startsOf, withArranged, writeClips } from "./clip-track.js";
import { ITEM_KINDS, framesOf, isAnchored, readItems, storedItems, timed, withItems, writeItems } from "./items.js";

export class Draft {
  /** @type {Clip[]|undefined} */ #clipsBefore;
  /** @type {Clip[]|undefined} */ #clips;
  /** @type {Map<ItemKind, Item[]>} */ #itemsBefore = new Map();
  /** @type {Map<ItemKind, Item[]>} */ #items = new Map();
  #isSet = false;

  /** @param {State} state @param {Context} context */
  constructor(state, context) {
    /** Parts that are not read as clips or items may be replaced here. */
    this.state = state;
    /** Whether the scenes do not play even if there are no clips. */
    this.isArranged = true;
    this.context = context;
    this.rate = rateOf(state);
  }

  /** The clips; before they are arranged, the scenes. */
  get clips() {
    return this.#clips ?? this.clipsBefore;
  }

  set clips(clips) {
    this.#clips = clips;
    this.#isSet = true;
  }

  get clipsBefore() {
    return (this.#clipsBefore ??= clipsOf(this.state, this.context, this.rate));
  }

  get changesClips() {
    return this.#isSet;
  }

  /** @param {ItemKind} kind @returns {Item[]} */
  items(kind) {
    return this.#items.get(kind) ?? this.itemsBefore(kind);
  }

  /** @param {ItemKind} kind @param {Item[]} items */
  setItems(kind, items) {
    this.#items.set(kind, items);
  }

  /** @param {ItemKind} kind @returns {Item[]} */
  itemsBefore(kind) {
    const known = this.#itemsBefore.get(kind) ?? readItems(this.state, kind);
    this.#itemsBefore.set(kind, known);
    return known;
  }

  /** Return the state after the operation. @returns {State} */
  finish() {
    if (this.#isSet) this.#followClips();
    const clips = this.#clips;
    let state = this.state;
    for (const [kind, items] of this.#items) {
      state = writeItems(state, kind, this.itemsBefore(kind), items);
    }
    if (!this.#isSet || !clips) return state;
    return withArranged(writeClips(state, clips, this.rate), this.isArranged && clips.length === 0);
  }

  /** Move what is anchored to clips with them; what was anchored to one that is gone stays. */
  #followClips() {
    const [before, after] = [startsOf(this.clipsBefore), startsOf(this.clips)];
    for (const kind of ITEM_KINDS) {
      if (!storedItems(this.state, kind).some(isAnchored)) continue;
      const followed = this.items(kind).map((item) => followedItem(item, before, after, this.rate));
      const changed = followed.filter((item, index) => item !== this.items(kind)[index]);
      if (changed.length > 0) this.setItems(kind, withItems(kind, this.items(kind), changed));
    }
  }
}

/**
 * @param {Item} item @param {Map<string, number>} before @param {Map<string, number>} after
 * @param {import("../frames.js").Rate} rate
 */
function followedItem(item, before, after, rate) {
  const { anchor, ...action } = item.action;
  const start = before.get(anchor);
  if (start === undefined) return item;
  const by = (after.get(anchor) ?? NaN) - start;
  if (Number.isNaN(by)) return { ...item, action };
  return by === 0 ? item : shifted(item, by, rate);
}

/**
 * Move an item by frames, at most to the start of the video.
 * @param {Item} item @param {number} by @param {import("../frames.js").Rate} rate
 */
function shifted(item, by, rate) {
  const { start, end } = framesOf(item.action, rate);
  const from = Math.max(0, start + by);
  return timed(item, from, from + end - start, rate);
}

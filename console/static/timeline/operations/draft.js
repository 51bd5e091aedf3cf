/**
 * A timeline while an operation changes it. Each track is read when it is asked for, and written once
 * at the end if it was set.
 *
 * @typedef {import("../editor-state.js").State} State
 * @typedef {import("./clip-operations.js").Clip} Clip
 * @typedef {import("./arguments.js").Context} Context
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./items.js").ItemKind} ItemKind
 */

import { isArranged } from "../editor-state.js";
import { atClip } from "../voices.js";
import { rateOf } from "./rate.js";
import { clipsOf, startsOf, withArranged, writeClips } from "./clip-operations.js";
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
      if (kind === "voice") {
        if (!this.isArranged) continue; // they are at their scenes' clips
        if (!isArranged(this.state)) this.#placeVoices(before);
        this.#removeWithClips(before, after);
      }
      const followed = this.items(kind).map((item) => followedItem(item, before, after, this.rate));
      const changed = followed.filter((item, index) => item !== this.items(kind)[index]);
      if (changed.length > 0) this.setItems(kind, withItems(kind, this.items(kind), changed));
    }
  }

  /**
   * Let voices be at the clips that they are anchored to, however long scenes were before.
   * @param {Map<string, number>} starts
   */
  #placeVoices(starts) {
    const before = new Set(this.itemsBefore("voice"));
    const placed = this.items("voice").map((item) => {
      const clip = starts.get(item.action.anchor);
      const isKept = clip === undefined || !before.has(item);
      return isKept ? item : { ...item, action: atClip(item.action, clip, this.rate) };
    });
    this.setItems("voice", placed);
  }

  /**
   * Remove voices with the clips that they are anchored to, unless others show the scene.
   * @param {Map<string, number>} before @param {Map<string, number>} after
   */
  #removeWithClips(before, after) {
    const shown = new Set(this.clips.map(({ action }) => (action.assetId ? null : action.sceneIndex)));
    const isKept = (/** @type {Item} */ { action: { anchor, sceneIndex } }) =>
      !before.has(anchor) || after.has(anchor) || shown.has(sceneIndex);
    const voices = this.items("voice");
    if (!voices.every(isKept)) this.setItems("voice", voices.filter(isKept));
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

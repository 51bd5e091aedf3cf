/**
 * What the parts of the timeline share: what is on it, which part of it is seen, and what a gesture
 * shows.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../player/player.js").Player} Player
 * @typedef {import("./lanes.js").Entry} Entry
 *
 * @typedef {object} Shown  what a gesture shows beside the state that it previews
 * @property {Set<string>} [carried]  ids of clips that are with the pointer
 * @property {number} [mark]  seconds: where they will be put
 * @property {number|null} [line]  seconds: what an edge has snapped to
 * @property {{ids: Set<string>, by: number}} [shift]  entries that are shown later, by seconds
 * @property {{left: number, top: number, width: number, height: number}} [frame]  pixels
 */

import { batch, computed, signal } from "@preact/signals";
import { toSeconds } from "../../../../timeline/frames.js";
import { LANES, keptWhileEqual } from "./lanes.js";

/**
 * The lanes that are shown. While the pointer is over the timeline, none of them goes or gets lower, so
 * that nothing moves away from under it.
 *
 * @typedef {import("./lanes.js").Lane} Lane
 */

/**
 * @param {import("@preact/signals").ReadonlySignal<Lane[]>} lanes  those with something on them
 * @param {import("@preact/signals").ReadonlySignal<boolean>} isPointerOver
 */
function watchShownLanes(lanes, isPointerOver) {
  /** @type {Lane[]} */
  let before = [];
  return computed(() => {
    before = isPointerOver.value ? LANES.flatMap(({ kind }) => kept(find(before, kind), find(lanes.value, kind))) : lanes.value;
    return before;
  });
}

/** @param {Lane[]} lanes @param {import("./lanes.js").Kind} kind */
const find = (lanes, kind) => lanes.find((lane) => lane.kind === kind);

/** @param {Lane|undefined} before @param {Lane|undefined} now @returns {Lane[]} */
function kept(before, now) {
  if (!now) return before ? [before.entries.length ? { ...before, entries: [] } : before] : [];
  return [before && before.rows > now.rows ? { ...now, rows: before.rows } : now];
}

// The transitions that are shown, by the ids of the clips that they lead away from.

/**
 * @typedef {object} Transition
 * @property {string} name
 * @property {number} start  seconds
 * @property {number} end  that of the clip
 * @property {number} longest  seconds
 */

/** @param {import("../editor.js").Editor} editor */
function watchTransitions(editor) {
  return computed(() => {
    const { clips, rate } = editor.model.value.plan;
    /** @type {Map<string, Transition>} */
    const found = new Map();
    clips.forEach(({ clip, start, end, transitionFrames }, index) => {
      const following = clips[index + 1];
      if (!transitionFrames || !following || clip.id === null) return;
      const longest = Math.floor(Math.min(end - start, following.end - following.start) / 2);
      const [from, to, most] = [end - transitionFrames, end, longest].map((frames) => toSeconds(frames, rate));
      found.set(clip.id, { name: clip.transition, start: from, end: to, longest: most });
    });
    return found;
  });
}

const FREE = 0.35; // of the width, after the end, to drag to
const LATE = 0.01; // seconds: less is rounding
const REDRAWN = 1.3; // a scale that differs by that factor needs other entries

export class Strip {
  /** The part whose entries are in the page, in seconds, and the scale that they are for. */
  range = signal({ from: 0, to: 60, scale: 64 });
  /** @type {import("@preact/signals").Signal<Shown>} */
  shown = signal({});
  /** The entry that had the focus last. @type {import("@preact/signals").Signal<string|null>} */
  focused = signal(/** @type {string|null} */ (null));
  /** Whether it gets the focus when it is in the page. */
  wantsFocus = false;
  /** Whether the pointer is over the timeline. */
  isPointerOver = signal(false);
  /** Whether a gesture goes on. */
  isBusy = false;
  /** The least length while a gesture goes on, so that nothing scrolls away. */
  leastLength = signal(0);
  /** @type {HTMLElement} */ scroller = /** @type {any} */ (null);
  /** @type {HTMLElement} */ content = /** @type {any} */ (null);
  /** Pixels that the names of the lanes take. */
  head = 0;

  /** @param {Editor} editor @param {Player} player @param {import("./zoom.js").Zoom} zoom */
  constructor(editor, player, zoom) {
    Object.assign(this, { editor, player, zoom });
    /** @type {Editor} */ this.editor = editor;
    /** @type {Player} */ this.player = player;
    this.zoom = zoom;
    this.lanes = editor.lanes;
    this.shownLanes = watchShownLanes(editor.lanes, this.isPointerOver);
    this.transitions = watchTransitions(editor);
    /** How the music steps back; the same object until it changes. */
    this.music = keptWhileEqual(() => editor.model.value.plan.music ?? []);
    this.ducking = keptWhileEqual(() => editor.model.value.plan.ducking ?? []);
    this.carried = computed(() => this.shown.value.carried);
    this.shift = computed(() => this.shown.value.shift);
    /** The id of the entry that Tab goes to. */
    this.stop = computed(() => {
      const id = this.focused.value;
      const entries = this.lanes.value.flatMap((lane) => lane.entries);
      const entry = entries.find((each) => each.id === id) ?? entries.find(({ kind }) => kind === "clip") ?? entries[0];
      return entry?.id ?? null;
    });
    /** Seconds of what is on the timeline. */
    this.length = computed(() => {
      const ends = this.lanes.value.flatMap(({ entries }) => entries.map(({ end }) => end));
      return ends.reduce((last, end) => Math.max(last, end), Math.max(player.end.value, this.leastLength.value));
    });
    /** Seconds of the video, and whether something goes on after it. */
    this.videoEnd = computed(() => editor.model.value.duration);
    this.isOverhung = computed(() => this.lanes.value.some(({ entries }) => entries.some(({ end }) => end > this.videoEnd.value + LATE)));
    zoom.anchor = (scale, x) => this.#rescale(scale, x);
    zoom.toStart = () => this.#toStart();
  }

  /** @param {HTMLElement} scroller @param {HTMLElement} content */
  attach(scroller, content) {
    this.scroller = scroller;
    this.content = content;
    this.measure();
  }

  /** Adapt to the size of the window. */
  measure() {
    this.head = /** @type {HTMLElement} */ (this.content.querySelector(".ruler")).offsetLeft;
    this.zoom.width.value = this.scroller.clientWidth - this.head;
    this.follow();
  }

  /** Let the page have the entries of what is seen. */
  follow() {
    const scale = this.zoom.scale.peek();
    const width = this.zoom.width.peek() / scale;
    const from = this.scroller.scrollLeft / scale;
    const { range } = this;
    const { from: first, to: last, scale: before } = range.peek();
    const isSimilar = scale / before < REDRAWN && before / scale < REDRAWN;
    if (first <= from && from + width <= last && isSimilar) return;
    range.value = { from: Math.max(0, from - width / 2), to: from + width * 1.5, scale };
  }

  /** The time at a place of the window. @param {number} x  client pixels */
  timeAt(x) {
    const { left } = this.scroller.getBoundingClientRect();
    return Math.max(0, (x - left - this.head + this.scroller.scrollLeft) / this.zoom.scale.peek());
  }

  /** Scroll until a span of seconds is seen. @param {number} start @param {number} [end] */
  reveal(start, end = start) {
    const scale = this.zoom.scale.peek();
    const { scroller } = this;
    const margin = 24;
    const left = start * scale - margin;
    const right = end * scale + margin - this.zoom.width.peek();
    if (scroller.scrollLeft > left) scroller.scrollLeft = left;
    else if (scroller.scrollLeft < right) scroller.scrollLeft = Math.min(left, right);
    this.follow();
  }

  /** A gesture begins. */
  begin() {
    this.isBusy = true;
    this.leastLength.value = this.length.peek() + (this.zoom.width.peek() * FREE) / this.zoom.scale.peek();
  }

  /** A gesture has ended: show nothing of it any more. */
  end() {
    this.isBusy = false;
    batch(() => {
      this.shown.value = {};
      this.leastLength.value = 0;
    });
  }

  #toStart() {
    this.scroller.scrollLeft = 0;
    this.follow();
  }

  /**
   * Change the scale, and keep the time at a place there; by default the current time's, if it is seen.
   * @param {number} scale @param {number} [x]  client pixels
   */
  #rescale(scale, x) {
    const { scroller, head, zoom } = this;
    const now = this.player.time.peek() * zoom.scale.peek() - scroller.scrollLeft;
    const isSeen = now >= 0 && now <= zoom.width.peek();
    const place = x === undefined ? (isSeen ? now : zoom.width.peek() / 2) : x - scroller.getBoundingClientRect().left - head;
    const time = (scroller.scrollLeft + place) / zoom.scale.peek();
    zoom.scale.value = scale;
    scroller.scrollLeft = time * scale - place;
    this.follow();
  }
}

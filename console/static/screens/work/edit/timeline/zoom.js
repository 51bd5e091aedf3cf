/** How many pixels a second of the timeline is wide. */

import { computed, effect, signal } from "@preact/signals";

const WIDEST = 480; // pixels of a second
const WIDEST_FITTED = 160; // of a timeline that is shorter than the strip
const NARROWEST = 0.2;
const TAIL = 32; // pixels that are free after the end
const STEP = 1.5; // of the buttons

export class Zoom {
  /** Pixels of a second. */
  scale = signal(64);
  /** Pixels that are visible. */
  width = signal(0);
  /** The seconds that a fitted timeline shows. */
  #seconds;
  /** Whether the scale follows the width. */
  #isFitted = true;
  /** Changes the scale, and keeps what is seen at a place there. @type {(scale: number, x?: number) => void} */
  #anchor = (scale) => (this.scale.value = scale);
  /** Scrolls to the beginning. */
  toStart = () => {};
  #stop;

  /** @param {() => number} seconds  of the timeline */
  constructor(seconds) {
    this.#seconds = seconds;
    /** The scale that shows the whole timeline. */
    this.fitting = computed(() => {
      const scale = Math.max(this.width.value - TAIL, 1) / Math.max(seconds(), 0.1);
      return Math.min(Math.max(scale, NARROWEST), WIDEST_FITTED);
    });
    this.narrowest = computed(() => Math.min(this.fitting.value, WIDEST / 4));
    this.#stop = effect(() => {
      if (this.width.value > 0 && this.#isFitted) this.scale.value = this.fitting.peek();
    });
  }

  /** Let the strip say how its scale changes. @param {(scale: number, x?: number) => void} anchor */
  set anchor(anchor) {
    this.#anchor = anchor;
  }

  /** Show the whole timeline. */
  fit() {
    this.#anchor(this.fitting.peek());
    this.toStart();
    this.#isFitted = true;
  }

  /** Zoom in by a factor. @param {number} factor @param {number} [x]  client pixels that stay */
  by(factor, x) {
    this.to(this.scale.peek() * factor, x);
  }

  /** @param {number} scale @param {number} [x]  client pixels that stay */
  to(scale, x) {
    this.#isFitted = false;
    this.#anchor(Math.min(Math.max(scale, this.narrowest.peek()), WIDEST), x);
  }

  zoomIn() {
    this.by(STEP);
  }

  zoomOut() {
    this.by(1 / STEP);
  }

  /** From 0, the whole timeline, to 1. */
  get position() {
    const low = this.narrowest.value;
    return Math.log(this.scale.value / low) / Math.log(WIDEST / low);
  }

  /** @param {number} position */
  set position(position) {
    const low = this.narrowest.peek();
    this.to(low * (WIDEST / low) ** position);
  }

  destroy() {
    this.#stop();
  }
}

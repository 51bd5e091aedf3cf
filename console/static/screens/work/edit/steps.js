/** The changes of this page on a timeline, to undo and redo, and what was selected before each deletion. */

import { computed, effect, signal } from "@preact/signals";
import { EMPTY, record, redone, seal, undone } from "../../../timeline/history.js";

/**
 * @typedef {import("../../../timeline/history.js").Step} Step
 * @typedef {import("../../../timeline/editor-state.js").State} State
 */

export class Steps {
  #history = signal(EMPTY);

  constructor() {
    this.canUndo = computed(() => this.#history.value.past.length > 0);
    this.canRedo = computed(() => this.#history.value.future.length > 0);
  }

  /** The change that is undone next. @returns {Step|undefined} */
  get last() {
    return this.#history.peek().past.at(-1);
  }

  /** The change that is made again next. @returns {Step|undefined} */
  get next() {
    return this.#history.peek().future[0];
  }

  /** @param {Step} step */
  record(step) {
    this.#history.value = record(this.#history.peek(), step);
  }

  /** End a change that went on under one key. */
  seal() {
    this.#history.value = seal(this.#history.peek());
  }

  /** The last change was undone. @param {State} before @param {State} after */
  undone(before, after) {
    this.#history.value = undone(this.#history.peek(), before, after);
  }

  /** The next change was made again. @param {State} before @param {State} after */
  redone(before, after) {
    this.#history.value = redone(this.#history.peek(), before, after);
  }

  /** Call a function once the last change is undone. @param {() => void} run */
  whenUndone(run) {
    const step = this.last;
    const stop = effect(() => {
      if (this.#history.value.past.some((each) => each === step)) return;
      queueMicrotask(() => {
        stop();
        run();
      });
    });
  }
}

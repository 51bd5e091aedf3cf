/** What is kept while the Edit screen is not shown: the history of each document, the tabs, and a choice. */

import { computed, signal } from "@preact/signals";
import { StepStore } from "../../../documents/step-store.js";
import { user } from "../../../state/session.js";
import { keptSignal, readStored, store } from "../../../stored.js";
import { EMPTY, continued, record, redone, seal, undone } from "../../../timeline/history.js";
import { newId } from "../../../timeline/operations/index.js";

// The changes of this page on a timeline, to undo and redo, and what was selected before each deletion.

/**
 * @typedef {import("../../../timeline/history.js").Step} Step
 * @typedef {import("../../../timeline/editor-state.js").State} State
 * @typedef {import("../../../timeline/operations/changes.js").Change} Change
 * @typedef {import("../../../documents/step-store.js").StoredStep} StoredStep
 */

export class Steps {
  #history = signal(EMPTY);
  #changes;
  #store;

  /**
   * @param {string} user  the id of whoever edits
   * @param {string} path  of the work
   * @param {(before: State, after: State) => Change[]} changes  between two states
   */
  constructor(user, path, changes) {
    this.#changes = changes;
    this.canUndo = computed(() => this.#history.value.past.length > 0);
    this.canRedo = computed(() => this.#history.value.future.length > 0);
    this.#store = new StepStore(user, path, () => this.#all());
    /** Done once the steps of earlier visits are there. */
    this.found = this.#find();
  }

  /** The change that is undone next. @returns {Step|undefined} */
  get last() {
    return this.#history.peek().past.at(-1);
  }

  /** The change that is made again next. @returns {Step|undefined} */
  get next() {
    return this.#history.peek().future[0];
  }

  /** What a step changed. @param {Step} step @returns {Change[]} */
  changesOf({ changes, before, after }) {
    return changes ?? this.#changes(before, after);
  }

  /** @param {Omit<Step, "id" | "madeAt">} step */
  record(step) {
    const madeAt = Math.max(Date.now(), (this.last?.madeAt ?? 0) + 1);
    this.#set(record(this.#history.peek(), { ...step, id: newId("step"), madeAt }));
  }

  /** End a change that went on under one key. */
  seal() {
    this.#history.value = seal(this.#history.peek());
  }

  /** The last change was undone. @param {State} before @param {State} after */
  undone(before, after) {
    this.#set(undone(this.#history.peek(), before, after));
  }

  /** The next change was made again. @param {State} before @param {State} after */
  redone(before, after) {
    this.#set(redone(this.#history.peek(), before, after));
  }

  async #find() {
    const found = await this.#store.find();
    if (found.length) this.#set(continued(this.#history.peek(), found.map((step) => ({ ...step, key: null }))));
  }

  /** @param {import("../../../timeline/history.js").History} history */
  #set(history) {
    this.#history.value = history;
    this.#store.keepSoon(typeof this.last?.key === "string");
  }

  /** All steps, newest first, as they are stored. */
  #all() {
    const { past, future } = this.#history.peek();
    const all = [...past.map((step) => ({ step, isUndone: false })), ...future.map((step) => ({ step, isUndone: true }))];
    return all.reverse().map(({ step, isUndone }) => ({ step, toStored: () => this.#stored(step, isUndone) }));
  }

  /** @param {Step} step @param {boolean} isUndone @returns {StoredStep} */
  #stored(step, isUndone) {
    const { id, madeAt, removed } = step;
    return { id, madeAt, changes: this.changesOf(step), isUndone, ...(removed && { removed }) };
  }
}

/** @typedef {import("../../../documents/document.js").Document} Document */

const CAPTIONS = "vidworks.captions";

/** @type {WeakMap<Document, Steps>} */
const steps = new WeakMap();

/** The tab of the inspector that is shown. */
export const inspectorTab = keptSignal(() => "format");

/** The tab of the bin that was chosen last, and in which work. */
export const binTab = keptSignal(() => ({ work: "", tab: "scenes" }));

/** Whether the player shows captions; null: where the video has captions of its own. */
const captionChoice = keptSignal(() =>
  readStored(CAPTIONS, /** @type {boolean | null} */ (null), (value) => typeof value === "boolean"),
);

/** @param {boolean} hasOwn  whether the video has captions of its own */
export const showsCaptions = (hasOwn) => captionChoice.value ?? hasOwn;

/** @param {boolean} shown */
export function chooseCaptions(shown) {
  captionChoice.value = shown;
  store(CAPTIONS, shown);
}

/** The changes of a document that can be undone. @param {Document} document */
export function stepsOf(document) {
  const { path, operations } = document;
  if (!operations) throw new TypeError("This document has no timeline");
  const kept = steps.get(document) ?? new Steps(user.peek()?.id ?? "", path, operations.changes.bind(operations));
  steps.set(document, kept);
  return kept;
}

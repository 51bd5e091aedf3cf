/**
 * The editor of a work's timeline: operations on it with undo and redo, what is selected, and its
 * model. Operations are saved by the document.
 */

import { computed, effect, signal } from "@preact/signals";
import { loadSources } from "../../../player/sources.js";
import { toast } from "../../../state/toasts.js";
import { t } from "../../../i18n.js";
import { clipsInOrder, findItem } from "../../../timeline/editor-state.js";
import { placeMusic } from "../../../timeline/display.js";
import { toFrame, toSeconds } from "../../../timeline/frames.js";
import { EMPTY, record, redone, seal, undone } from "../../../timeline/history.js";
import { createModel } from "../../../timeline/model.js";
import { OperationError, rateOf, withClipsOfScenes } from "../../../timeline/operations/index.js";
import { divisionOf, duplicationOf, kindOf, placementOf } from "./compound-operations.js";

/**
 * @typedef {import("../../../documents/document.js").Document} Document
 * @typedef {import("../../../timeline/editor-state.js").State} State
 * @typedef {import("../../../timeline/history.js").History} History
 * @typedef {import("../../../timeline/placed-clips.js").Sources} Sources
 * @typedef {import("../../../timeline/operations/operations.js").Operation} Operation
 */

export class Editor {
  /** The id of an action on a track. @type {import("@preact/signals").Signal<string|null>} */
  selection = signal(/** @type {string|null} */ (null));
  /** The tab of the inspector that is shown. */
  tab = signal("format");
  /** @type {import("@preact/signals").Signal<Sources>} */
  sources = signal(/** @type {Sources} */ ({}));
  /** Whether the media were measured. */
  ready = signal(false);
  /** Whether captions are shown as exports can draw them. */
  showsCaptions = signal(false);

  #history = signal(EMPTY);
  #media = "";
  #stop;

  /** @param {Document} document */
  constructor(document) {
    this.document = document;
    /**
     * The state with all clips on the video track.
     * @type {import("@preact/signals").ReadonlySignal<State>}
     */
    this.state = computed(() => withClipsOfScenes(document.value.value.editorState, this.#operations.context));
    this.model = computed(() =>
      createModel({ ...document.value.value, editorState: this.state.value }, this.sources.value, {
        captions: this.showsCaptions.value ? "burn" : "none",
      }),
    );
    /** The state with music where it is heard, also where it has no places of its own. */
    this.placed = computed(() => placeMusic(this.state.value, this.model.value.duration));
    this.canUndo = computed(() => this.#history.value.past.length > 0);
    this.canRedo = computed(() => this.#history.value.future.length > 0);
    this.#stop = effect(() => this.#follow(document.value.value));
  }

  /** The scenes that play by themselves, in order. */
  get scenes() {
    return this.#operations.context.scenes.filter(({ plays }) => plays !== false).map(({ scene }) => scene);
  }

  /**
   * Apply operations, which are undone together; those with the same key as the last ones, too.
   * @param {Operation | Operation[]} operations @param {string|null} [key]
   */
  apply(operations, key = null) {
    const { version } = this.#operations;
    this.#operate([operations].flat(), (before, after) =>
      before === after ? this.#history.peek() : record(this.#history.peek(), { before, after, key, version }),
    );
  }

  /**
   * Let the service change the timeline, so that it can be undone.
   * @param {() => Promise<void>} action
   */
  async follow(action) {
    const before = this.#stored;
    await action();
    this.#history.value = record(this.#history.peek(), { before, after: this.#stored, key: null });
  }

  /**
   * Change an item on a track. Music under the whole video gets a place first.
   * @param {string} id @param {Record<string, any>} changes  arguments of its operation @param {string} [key]
   */
  changeItem(id, changes, key) {
    this.#withItem(id, (item) => [{ op: kindOf(item.track), id: item.action.id, ...changes }], key);
  }

  /** End a change that went on under one key. */
  seal() {
    this.#history.value = seal(this.#history.peek());
  }

  undo() {
    this.#travel(this.#history.peek().past.at(-1), undone);
  }

  redo() {
    this.#travel(this.#history.peek().future[0], redone);
  }

  /** Divide what is selected at a time, or else the clip there. @param {number} time */
  split(time) {
    const rate = rateOf(this.state.peek());
    const at = toSeconds(toFrame(time, rate), rate);
    const isThere = (/** @type {{start: number, end: number}} */ { start, end }) => start < at && at < end;
    const selected = findItem(this.placed.peek(), this.selection.peek());
    if (selected) {
      if (isThere(selected.action)) this.#withItem(selected.action.id, (item) => divisionOf(this.state.peek(), item, at));
      return;
    }
    const clip = clipsInOrder(this.state.peek()).find(isThere);
    if (clip) this.apply({ op: "split", clip: clip.id, at: at - clip.start });
  }

  remove() {
    const id = this.selection.peek();
    if (id === null) return;
    const item = findItem(this.placed.peek(), id);
    const isImplied = item && !findItem(this.state.peek(), id);
    const kind = item ? kindOf(item.track) : "clip";
    this.apply(isImplied ? { op: "music", asset: null } : { op: "delete", kind, id });
    this.selection.value = null;
  }

  duplicate() {
    const id = this.selection.peek();
    if (id !== null) this.#withItem(id, (item) => [duplicationOf(this.state.peek(), item)]);
  }

  /** The state as it is saved, without what is only shown. @returns {State} */
  get #stored() {
    return this.document.value.peek().editorState;
  }

  get #operations() {
    if (!this.document.operations) throw new TypeError("This document has no timeline");
    return this.document.operations;
  }

  destroy() {
    this.#stop();
  }

  /**
   * Apply the operations of an item, after that which gives music under the whole video a place.
   * @param {string} id @param {(item: import("../../../timeline/editor-state.js").Item) => Operation[]} make
   * @param {string|null} [key]
   */
  #withItem(id, make, key) {
    const item = findItem(this.placed.peek(), id);
    if (!item) return;
    if (findItem(this.state.peek(), id)) {
      this.apply(make(item), key);
      return;
    }
    const place = placementOf(item.action);
    this.apply([place, ...make({ ...item, action: { ...item.action, id: place.new } })], key);
    if (this.selection.peek() === id) this.selection.value = place.new;
  }

  /**
   * Revert a step of the history, as far as nobody else has changed the same since.
   * @param {import("../../../timeline/history.js").Step|undefined} step
   * @param {(history: History, before: State, after: State) => History} moved
   */
  #travel(step, moved) {
    if (!step) return;
    const changes = this.#operations.changes(step.before, step.after);
    this.#operate([{ op: "revert", changes }], (before, after) => moved(this.#history.peek(), before, after));
  }

  /** @param {Operation[]} operations @param {(before: State, after: State) => History} next */
  #operate(operations, next) {
    const before = this.#stored;
    try {
      this.document.operate(operations);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      toast(t("edit.refused", { reason: error.reason }), { kind: "error" });
      return;
    }
    this.#history.value = next(before, this.#stored);
  }

  /** Measure new media. @param {any} work */
  #follow(work) {
    const media = JSON.stringify(
      work.generatedScenes.map((/** @type {any} */ { status, error, ...media }) => media),
    );
    if (media === this.#media) return;
    this.#media = media;
    loadSources(work).then((sources) => {
      this.sources.value = sources;
      this.ready.value = true;
    });
  }
}

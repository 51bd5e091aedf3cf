/**
 * The editor of a work's timeline: its state with undo and redo, what is selected, and its model.
 * Changes are saved by the document.
 */

import { computed, effect, signal } from "@preact/signals";
import { equal } from "../../../documents/merge.js";
import { loadSources } from "../../../player/sources.js";
import { arrange, clipsInOrder, removeClip, splitClip } from "../../../timeline/clips.js";
import { createHistory, record, redo, seal, undo } from "../../../timeline/history.js";
import { createModel } from "../../../timeline/model.js";
import { duplicateItem, findItem, placeMusic, removeItem, splitItem } from "../../../timeline/overlays.js";

/**
 * @typedef {import("../../../documents/document.js").Document} Document
 * @typedef {import("../../../timeline/editor-state.js").State} State
 * @typedef {import("../../../timeline/placed-clips.js").Sources} Sources
 */

export class Editor {
  /** The id of an action on a track. @type {import("@preact/signals").Signal<string|null>} */
  selection = signal(/** @type {string|null} */ (null));
  /** @type {import("@preact/signals").Signal<Sources>} */
  sources = signal(/** @type {Sources} */ ({}));
  /** Whether the media were measured. */
  ready = signal(false);
  /** Whether captions are shown as exports can draw them. */
  showsCaptions = signal(false);

  #history;
  #media = "";
  #stop;

  /** @param {Document} document */
  constructor(document) {
    this.document = document;
    this.#history = signal(createHistory(document.value.value.editorState));
    /**
     * The state with all clips on the video track.
     * @type {import("@preact/signals").ReadonlySignal<State>}
     */
    this.state = computed(() =>
      arrange({ ...document.value.value, editorState: this.#history.value.present }, this.sources.value),
    );
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

  /**
   * Change the state. Changes with the same key are undone together.
   * @param {(state: State) => State} change @param {string} [key]
   */
  change(change, key) {
    const state = change(this.state.peek());
    if (state === this.state.peek()) return;
    this.#history.value = record(this.#history.peek(), state, key);
    this.#save();
  }

  /**
   * Change a clip or an item on a track. Music under the whole video gets a place first.
   * @param {string} id @param {(state: State) => State} change @param {string} [key]
   */
  changeItem(id, change, key) {
    const placed = this.placed.peek();
    const isMusic = findItem(placed, id)?.track === "audioTrack";
    const before = isMusic ? placed : this.state.peek();
    const after = change(before);
    if (after !== before) this.change(() => after, key);
  }

  /** End a change that went on under one key. */
  seal() {
    this.#history.value = seal(this.#history.peek());
  }

  undo() {
    this.#travel(undo);
  }

  redo() {
    this.#travel(redo);
  }

  /** Divide what is selected at a time, or else the clip there. @param {number} time */
  split(time) {
    const id = this.selection.peek();
    if (id !== null && findItem(this.placed.peek(), id)) {
      this.changeItem(id, (state) => splitItem(state, id, time));
      return;
    }
    this.change((state) => {
      const clip = clipsInOrder(state).find(({ start, end }) => start < time && time < end);
      return clip ? splitClip(state, clip.id, time) : state;
    });
  }

  remove() {
    const id = this.selection.peek();
    if (id === null) return;
    this.changeItem(id, (state) => (findItem(state, id) ? removeItem(state, id) : removeClip(state, id)));
    this.selection.value = null;
  }

  duplicate() {
    const id = this.selection.peek();
    if (id !== null) this.changeItem(id, (state) => duplicateItem(state, id));
  }

  destroy() {
    this.#stop();
  }

  /** @param {(history: any) => any} step */
  #travel(step) {
    const before = this.#history.peek();
    this.#history.value = step(before);
    if (this.#history.peek() !== before) this.#save();
  }

  /** Save all parts; those that the state has no more are removed by null. */
  #save() {
    const { present } = this.#history.peek();
    const stored = Object.keys(this.document.value.peek().editorState);
    const removed = stored.filter((part) => !(part in present)).map((part) => [part, null]);
    this.document.edit({ editorState: { ...Object.fromEntries(removed), ...present } });
  }

  /** Take over what another client changed, and measure new media. @param {any} work */
  #follow(work) {
    const history = this.#history.peek();
    if (!equal(parts(work.editorState), parts(history.present))) {
      this.#history.value = record(history, work.editorState);
    }
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

/** Return the parts of a state that are set. @param {State} state */
function parts(state) {
  return Object.fromEntries(Object.entries(state).filter(([, part]) => part !== null));
}

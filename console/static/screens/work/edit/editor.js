/**
 * The editor of a work's timeline: operations on it with undo and redo, what is selected, and its
 * model. Operations are saved by the document.
 */

import { batch, computed, effect, signal } from "@preact/signals";
import { voiceWordsOf } from "../../../documents/voice-words.js";
import { t } from "../../../i18n.js";
import { toast } from "../../../state/toasts.js";
import { roomForCaptions } from "../../../timeline/captions-apart.js";
import { captionsOf, placeMusic, showVoices } from "../../../timeline/display.js";
import { clipsInOrder, findItem, hasFields } from "../../../timeline/editor-state.js";
import { CUT } from "../../../timeline/facts.js";
import { createModel, frameStart } from "../../../timeline/model.js";
import {
  OperationError,
  applyOperation,
  captionIds,
  rateOf,
  withClipsOfScenes,
} from "../../../timeline/operations/index.js";
import { overrunsOf } from "../../../timeline/voice-fit.js";
import { pauseAfter } from "../../../timeline/voices.js";
import { Announcements, deletionSaid } from "./announcements.js";
import { deletionOf, divisionOf, kindOf, ownOf, settingOf } from "./compound-operations.js";
import { duplicatesOf } from "./copies.js";
import { inspectorTab, showsCaptions, stepsOf } from "./kept.js";
import { Library } from "./library.js";
import { WorkMedia } from "./media.js";
import { watchLanes } from "./timeline/lanes.js";

// What is selected on the timeline.

class Selection {
  /** The id of the one whose fields are shown. @type {import("@preact/signals").Signal<string|null>} */
  primary = signal(/** @type {string|null} */ (null));
  /** All ids. @type {import("@preact/signals").Signal<string[]>} */
  ids = signal(/** @type {string[]} */ ([]));
  /** The clip whose transition to the next is selected in its place. @type {import("@preact/signals").Signal<string|null>} */
  transition = signal(/** @type {string|null} */ (null));
  #stops;

  constructor() {
    this.#stops = [effect(() => this.#followPrimary()), effect(() => this.#followIds())];
  }

  /** @param {string[]} ids @param {string|null} [primary] */
  set(ids, primary = ids.at(-1) ?? null) {
    batch(() => {
      this.ids.value = ids;
      this.primary.value = primary;
      this.transition.value = null;
    });
  }

  /** Add one, or take it away. @param {string} id */
  toggle(id) {
    const ids = this.ids.peek();
    this.set(ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id]);
  }

  /** Select the transition from a clip to the next. @param {string} clip */
  setTransition(clip) {
    batch(() => {
      this.set([clip]);
      this.transition.value = clip;
    });
  }

  /** Select what was selected before. @param {{ids: string[], transition: string|null}} earlier */
  restore({ ids, transition }) {
    if (transition) this.setTransition(transition);
    else this.set(ids);
  }

  destroy() {
    for (const stop of this.#stops) stop();
  }

  /** Whoever sets the primary one selects it alone, unless it is selected already. */
  #followPrimary() {
    const id = this.primary.value;
    const ids = this.ids.peek();
    if (id === null ? ids.length > 0 : !ids.includes(id)) this.ids.value = id === null ? [] : [id];
  }

  #followIds() {
    const ids = this.ids.value;
    if (this.transition.peek() !== ids[0] || ids.length > 1) this.transition.value = null;
  }
}

/**
 * @typedef {import("../../../documents/document.js").Document} Document
 * @typedef {import("../../../timeline/editor-state.js").State} State
 * @typedef {import("../../../timeline/operations/operations.js").Operation} Operation
 */

/** @param {import("../../../state/voices.js").Spoken[]} narration */
const isSpoken = (narration) => narration.some(({ words }) => words.length > 0);

export class Editor {
  #selection = new Selection();
  /** The id of the clip, item or caption whose fields are shown. */
  selection = this.#selection.primary;
  /** The ids of all that are selected. */
  selected = this.#selection.ids;
  /** The clip whose transition to the next is selected in its place. */
  transition = this.#selection.transition;
  announcements = new Announcements();
  /** The assets of the project. */
  library = new Library();
  /** The names of the project's assets, by their ids. */
  assetNames = this.library.names;
  /** The text that is to be typed into where it is shown. @type {import("@preact/signals").Signal<string|null>} */
  typing = signal(/** @type {string|null} */ (null));
  /** Where a menu is open. @type {import("@preact/signals").Signal<import("./context-menu.js").MenuPlace|null>} */
  menu = signal(/** @type {any} */ (null));
  /** The tab of the inspector that is shown. */
  tab = inspectorTab;
  #media = new WorkMedia();
  /** What is known of the media of clips. */
  sources = this.#media.sources;
  /** What the voices say. */
  narration = this.#media.narration;
  /** What is known of the music; null while it is measured. */
  song = this.#media.song;
  /** What is known of recordings, by their addresses. */
  songs = this.#media.songs;
  /** Whether the media were measured. */
  ready = this.#media.ready;

  /** The state while operations are only shown. @type {import("@preact/signals").Signal<State|null>} */
  #previewed = signal(/** @type {State|null} */ (null));
  /** The captions without what is previewed. @type {import("../../../timeline/captions-apart.js").Span[]} */
  #captionsBefore = [];
  #stop;

  /** @param {Document} document @param {boolean} [isReadOnly] whether operations are refused */
  constructor(document, isReadOnly = false) {
    this.document = document;
    this.isReadOnly = isReadOnly;
    /** What was changed, to undo and redo. */
    this.steps = stepsOf(document);
    this.canUndo = this.steps.canUndo;
    this.canRedo = this.steps.canRedo;
    /**
     * The state with all clips on the video track.
     * @type {import("@preact/signals").ReadonlySignal<State>}
     */
    this.state = computed(() => {
      const { editorState } = document.value.value;
      return withClipsOfScenes(this.#previewed.value ?? editorState, this.#operations.context);
    });
    /** Whether captions are shown as exports can draw them. */
    this.showsCaptions = computed(() => showsCaptions((this.state.value.captions ?? []).length > 0 || isSpoken(this.narration.value)));
    this.model = computed(() =>
      createModel({ ...document.value.value, editorState: this.state.value }, this.sources.value, {
        captions: this.showsCaptions.value ? "burn" : "none",
        narration: this.narration.value,
        song: this.song.value,
        songs: this.songs.value,
      }),
    );
    /** The state with music and voices where they are heard, also where they have no places of their own. */
    this.placed = computed(() => {
      const { voices, duration } = this.model.value;
      return showVoices(placeMusic(this.state.value, duration), voices);
    });
    /** The voices that do not fit. */
    this.overruns = computed(() => {
      const { voices, duration } = this.model.value;
      return overrunsOf(voices, duration, pauseAfter(this.state.value, true));
    });
    /** The captions, with ids, and whether they are the video's own; else, of voices or scenes' texts. */
    this.captions = computed(() => {
      const captions = captionsOf(this.state.value, this.model.value);
      const ids = captionIds(captions);
      return { all: captions.map((caption, index) => ({ ...caption, id: ids[index] })), isOwn: (this.state.value.captions ?? []).length > 0 };
    });
    this.lanes = watchLanes(this);
    this.#stop = effect(() => this.#media.follow(document, [...this.library.gone.value.keys()]));
  }

  /** The scenes that play by themselves, in order. */
  get scenes() {
    return this.#operations.context.scenes.filter(({ plays }) => plays !== false).map(({ scene }) => scene);
  }

  /** @param {string[]} ids @param {string|null} [primary] */
  select(ids, primary) {
    this.#selection.set(ids, primary);
  }

  /** Add something to the selection, or take it away. @param {string} id */
  toggleSelected(id) {
    this.#selection.toggle(id);
  }

  /** Select the transition from a clip to the next. @param {string} clip */
  selectTransition(clip) {
    this.#selection.setTransition(clip);
  }

  /**
   * Show what operations would do, without doing it, until others are applied; null ends that.
   * @param {Operation[] | null} operations
   * @returns {boolean} whether they are possible
   */
  preview(operations) {
    if (operations && this.isReadOnly) return false;
    const { context } = this.#operations;
    try {
      const all = operations && this.#withRoom(operations);
      const shown = all?.reduce((state, each) => applyOperation(state, each, context), this.#stored);
      this.#previewed.value = shown ?? null;
      return true;
    } catch (error) {
      if (error instanceof OperationError) return false;
      throw error;
    }
  }

  /**
   * Apply operations, which are undone together; those with the same key as the last ones, too.
   * @param {Operation | Operation[]} operations @param {string|null} [key]
   * @param {import("../../../timeline/history.js").Step["removed"]} [removed]  to select when they are undone
   * @returns {boolean} whether they were possible
   */
  apply(operations, key = null, removed) {
    const { version } = this.#operations;
    return this.#operate(this.#withRoom([operations].flat()), (before, after) => {
      if (before !== after) this.steps.record({ before, after, key, version, removed });
    });
  }

  /** Say what was done: a text of `edit.said`. @param {string} name @param {Record<string, string|number>} [values] */
  announce(name, values) {
    this.announcements.say(name, values);
  }

  /**
   * Let the service change the timeline, so that it can be undone.
   * @param {() => Promise<void>} action
   */
  async follow(action) {
    const before = this.#stored;
    await action();
    this.steps.record({ before, after: this.#stored, key: null });
  }

  /**
   * Change an item on a track. Music under the whole video gets a place first.
   * @param {string} id @param {Record<string, any>} changes  arguments of its operation @param {string} [key]
   */
  changeItem(id, changes, key) {
    this.#withItem(id, (item) => [settingOf(kindOf(item.track), item.action, changes)], key);
  }

  /** End a change that went on under one key. */
  seal() {
    this.steps.seal();
  }

  undo() {
    const step = this.steps.last;
    if (!step || !this.#revert(step, (before, after) => this.steps.undone(before, after))) return;
    if (step.removed) this.#selection.restore(step.removed);
    this.announce("undone");
  }

  redo() {
    const step = this.steps.next;
    if (!step || !this.#revert(step, (before, after) => this.steps.redone(before, after))) return;
    if (step.removed) this.select([]);
    this.announce("redone");
  }

  /** Divide what is selected at a time, or else the clip there. @param {number} time */
  split(time) {
    const at = frameStart(time, rateOf(this.state.peek()));
    const { item, clip } = this.#dividedAt(at);
    if (item) this.#withItem(item.action.id, (own) => divisionOf(this.state.peek(), own, at));
    if (clip && this.apply({ op: "split", clip: clip.id, at: at - clip.start })) this.announce("split");
  }

  /** Whether there is something to divide at a time. @param {number} time */
  canSplit(time) {
    const { item, clip } = this.#dividedAt(frameStart(time, rateOf(this.state.peek())));
    return Boolean(item ?? clip);
  }

  /** @param {number} at  seconds @returns {{item?: import("../../../timeline/editor-state.js").Item, clip?: import("../../../timeline/editor-state.js").Action}} */
  #dividedAt(at) {
    const isThere = (/** @type {{start: number, end: number}} */ { start, end }) => start < at && at < end;
    const item = findItem(this.placed.peek(), this.selection.peek());
    if (!item) return { clip: clipsInOrder(this.state.peek()).find(isThere) };
    const isWhole = item.track === "voiceTrack"; // a scene has one voice
    return !isWhole && hasFields(this.state.peek(), item) && isThere(item.action) ? { item } : {};
  }

  /**
   * Delete what is selected. Clips behind a deleted one follow, or stay where they are.
   * @param {{leaveGap?: boolean}} [options]
   */
  remove({ leaveGap = false } = {}) {
    const clip = this.transition.peek();
    const ids = this.selected.peek();
    if (ids.length === 0) return;
    const removal = clip ? [{ op: "transition", clip, transition: CUT }] : deletionOf(this, ids, leaveGap);
    const said = deletionSaid(this, ids, clip);
    if (!this.apply(removal, null, { ids, transition: clip })) return;
    this.select([]);
    this.announce(...said);
  }

  /** Add what is selected once more. */
  duplicate() {
    const { operations, ids } = duplicatesOf(this, this.selected.peek());
    if (ids.length > 0 && this.apply(operations)) this.select(ids);
  }

  /** Operations with those that push captions apart. @param {Operation[]} operations */
  #withRoom(operations) {
    if (this.#previewed.peek() === null) this.#captionsBefore = this.captions.peek().all;
    if (!operations.some(({ op }) => op === "caption")) return operations;
    return [...operations, ...roomForCaptions(this.#captionsBefore, operations)];
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
    voiceWordsOf(this.document).flush();
    this.announcements.stop();
    this.#selection.destroy();
  }

  /**
   * Apply the operations of an item, after those that make it the timeline's own.
   * @param {string} id @param {(item: import("../../../timeline/editor-state.js").Item) => Operation[]} make
   * @param {string|null} [key]
   */
  #withItem(id, make, key) {
    const item = findItem(this.placed.peek(), id);
    if (!item) return;
    const own = ownOf(this, [id]);
    const ownId = own.idOf(id);
    this.apply([...own.operations, ...make({ ...item, action: { ...item.action, id: ownId } })], key);
    if (this.selection.peek() === id) this.selection.value = ownId;
  }

  /**
   * Revert a step of the history, as far as nobody else has changed the same since.
   * @param {import("../../../timeline/history.js").Step} step
   * @param {(before: State, after: State) => void} moved
   */
  #revert(step, moved) {
    return this.#operate([{ op: "revert", changes: this.steps.changesOf(step) }], moved);
  }

  /** @param {Operation[]} operations @param {(before: State, after: State) => void} done */
  #operate(operations, done) {
    if (this.isReadOnly) return false;
    const before = this.#stored;
    try {
      batch(() => {
        this.#previewed.value = null;
        this.document.operate(operations);
      });
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      this.#previewed.value = null;
      toast(t("edit.refused", { reason: error.reason }), { kind: "error" });
      return false;
    }
    done(before, this.#stored);
    return true;
  }
}

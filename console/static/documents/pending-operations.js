/**
 * The operations on a work's timeline that the service has not applied yet, and the timeline with
 * them. They are applied again to what other clients have saved meanwhile.
 */

import { signal } from "@preact/signals";
import { applyOperation, changesOf, coalesce, contextOf, newId, rebaseOperations } from "../timeline/operations/index.js";
import { noticesOf } from "./edit-notices.js";

const BATCH = 100; // operations of a request
const REMEMBERED = 200; // saved changes, to notice when another client undoes them

/**
 * @typedef {import("../timeline/operations/operations.js").Operation} Operation
 * @typedef {import("../timeline/operations/changes.js").Change} Change
 * @typedef {import("./edit-notices.js").Notice} Notice
 */

export class PendingOperations {
  /** What other clients changed beside this page. @type {import("@preact/signals").Signal<Notice[]>} */
  notices = signal(/** @type {Notice[]} */ ([]));
  /** Raised when another client has changed the timeline. */
  version = 0;

  #work;
  #context;
  #state;
  /** @type {Operation[]} */
  #pending = [];
  /** How many of them may have arrived, so that they must not change any more. */
  #sent = 0;
  /** @type {Change[]} */
  #saved = [];
  #isExpected = false;

  /** @param {any} work  as the API answers it */
  constructor(work) {
    this.#work = work;
    this.#context = contextOf(work, sourcesOf(work));
    this.#state = work.editorState;
  }

  get isEmpty() {
    return this.#pending.length === 0;
  }

  /** All of them, to keep in a draft. */
  get all() {
    return this.#pending;
  }

  /** What operations need to know of the work. */
  get context() {
    return this.#context;
  }

  /** The editorState with the operations. */
  get state() {
    return this.#state;
  }

  /** Apply operations, all or none. Throws OperationError. @param {Operation[]} operations */
  add(operations) {
    let [state, waiting] = [this.#state, this.#pending.slice(this.#sent)];
    for (const operation of operations) {
      const after = applyOperation(state, operation, this.#context);
      if (after !== state) waiting = coalesce(waiting, { operationId: newId("operation"), ...operation });
      state = after;
    }
    this.#pending = [...this.#pending.slice(0, this.#sent), ...waiting];
    this.#state = state;
  }

  /**
   * What changed between two states.
   * @param {any} before @param {any} after
   */
  changes(before, after) {
    return changesOf(before, after, this.#context);
  }

  /** Apply operations of an earlier visit, without those whose objects are gone. @param {Operation[]} operations */
  restore(operations) {
    this.#replay([...this.#pending, ...operations], this.#work);
  }

  /** Return the operations to send next. */
  batch() {
    const sent = this.#pending.slice(0, BATCH);
    this.#sent = Math.max(this.#sent, sent.length);
    return sent;
  }

  /**
   * None of those that were sent was applied: forget the ones that the service has refused.
   * @param {Operation[]} sent @param {Record<string, string>} fields  by the paths of what was refused
   * @returns {boolean} whether the others can be sent
   */
  refuse(sent, fields) {
    const refused = new Map(
      Object.entries(fields).map(([path, message]) => [sent[Number(path.split(".")[1])], message]),
    );
    this.#sent = 0;
    this.#replay(this.#pending.filter((each) => !refused.has(each)), this.#work);
    const messages = [...refused.values()].map((message) => ({ outcome: /** @type {const} */ ("refused"), message, other: [] }));
    this.notices.value = [...this.notices.value, ...messages];
    return refused.size > 0;
  }

  /**
   * Take over another version of the work. Operations that it contains are done.
   * @param {any} work
   */
  accept(work) {
    const ids = new Set(work.editorState.operationIds);
    const applied = this.#pending.filter(({ operationId }) => ids.has(operationId ?? ""));
    const saved = rebaseOperations(this.#work.editorState, applied, this.#work.editorState, this.#context).state;
    this.#saved = [...this.#saved, ...this.changes(this.#work.editorState, saved)].slice(-REMEMBERED);
    const [theirs, mine] = [this.changes(saved, work.editorState), this.changes(saved, this.#state)];
    this.#sent = Math.max(0, this.#sent - applied.length);
    this.#replay(this.#pending, work);
    if (!theirs.length) return;
    this.version += 1;
    const notices = this.#isExpected ? [] : noticesOf(theirs, mine, this.#saved);
    this.#isExpected = false;
    this.notices.value = [...this.notices.value, ...notices];
  }

  /** The service is about to change the timeline, as the page has requested. */
  expect() {
    this.#isExpected = true;
  }

  /** @param {Notice} notice */
  dismiss(notice) {
    this.notices.value = this.notices.value.filter((each) => each !== notice);
  }

  /** @param {Operation[]} operations @param {any} work */
  #replay(operations, work) {
    this.#context = contextOf(work, sourcesOf(work));
    const { state, kept } = rebaseOperations(this.#work.editorState, operations, work.editorState, this.#context);
    this.#work = work;
    this.#pending = kept;
    this.#state = state;
  }
}

/**
 * The scenes' media as the service has measured them.
 * @param {any} work
 * @returns {import("../timeline/placed-clips.js").Sources}
 */
function sourcesOf({ generatedScenes }) {
  return Object.fromEntries(
    generatedScenes.map((/** @type {any} */ made) => [made.sceneIndex, { seconds: made.videoDuration ?? null }]),
  );
}

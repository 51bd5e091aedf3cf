/**
 * The operations on a work's timeline that the service has not applied yet, and the timeline with
 * them. They are applied again to what other clients have saved meanwhile.
 */

import { signal } from "@preact/signals";
import {
  applyOperation,
  changesOf,
  coalesce,
  contextOf,
  newId,
  rebaseOperations,
} from "../timeline/operations/index.js";
import { equal } from "./merge.js";

/**
 * What to tell of changes that others made to the same objects of a timeline as this page. Nothing has to
 * be decided: the later change of a property wins, and a deletion wins over changes.
 *
 * @typedef {import("../timeline/operations/changes.js").Change} Change
 * @typedef {"kept"|"replaced"|"deleted"|"undone"|"refused"} Outcome  the changes of both are kept; this
 *   page's replaces that of the other one; the other one deleted the object; the other one undid what was
 *   saved; the service refused an operation of this page
 *
 * @typedef {object} Notice
 * @property {Outcome} outcome
 * @property {Change} [theirs]
 * @property {Change} [mine]
 * @property {string} [message]  of the service
 * @property {Change[]} other  to revert for the other outcome; empty if there is none
 */

/**
 * Return notices, one of each object.
 * @param {Change[]} theirs  from the version before to that of the service
 * @param {Change[]} mine  from the version before to that of this page
 * @param {Change[]} saved  what this page has saved earlier
 * @returns {Notice[]}
 */
function noticesOf(theirs, mine, saved) {
  /** @type {Map<string, Notice>} */
  const notices = new Map();
  for (const change of theirs) {
    const object = `${change.kind} ${change.id}`;
    const notice = meeting(change, mine) ?? undoing(change, saved);
    const known = notices.get(object);
    if (notice && (!known || known.outcome === "kept")) notices.set(object, notice);
  }
  return [...notices.values()];
}

/**
 * A change of an object that this page is changing.
 * @param {Change} theirs @param {Change[]} changes
 * @returns {Notice|null}
 */
function meeting(theirs, changes) {
  const own = changes.filter(({ kind, id }) => kind === theirs.kind && id === theirs.id);
  if (!own.length || theirs.added || own[0].added) return null;
  if (theirs.removed) return own[0].removed ? null : { outcome: "deleted", theirs, mine: own[0], other: [theirs] };
  const mine = own.find(({ field }) => field === theirs.field) ?? own[0];
  if (mine.removed || mine.field !== theirs.field) return { outcome: "kept", theirs, mine, other: [] };
  if (equal(mine.after, theirs.after)) return null;
  const other = [{ ...mine, before: theirs.after }];
  return { outcome: "replaced", theirs, mine, other };
}

/**
 * A change that undoes what this page has saved: another client may have saved an old copy.
 * @param {Change} theirs @param {Change[]} saved
 * @returns {Notice|null}
 */
function undoing(theirs, saved) {
  const mine = saved.findLast((change) => isInverse(change, theirs));
  return mine ? { outcome: "undone", theirs, mine, other: [theirs] } : null;
}

/** @param {Change} a @param {Change} b */
function isInverse(a, b) {
  if (a.kind !== b.kind || a.id !== b.id || a.field !== b.field) return false;
  if (a.field === undefined) return Boolean(a.added && b.removed) || Boolean(a.removed && b.added);
  return equal(a.after, b.before) && equal(a.before, b.after);
}

const BATCH = 100; // operations of a request
const REMEMBERED = 200; // saved changes, to notice when another client undoes them

/**
 * @typedef {import("../timeline/operations/operations.js").Operation} Operation
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
    for (const operation of operations.map(named)) {
      const after = applyOperation(state, operation, this.#context);
      if (after !== state) waiting = coalesce(waiting, operation);
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
    this.#replay(this.#work.editorState, [...this.#pending, ...operations], this.#work);
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
    refused.delete(/** @type {any} */ (undefined)); // of a path without a number
    this.#sent = 0;
    this.#tell([...refused.values()].map(refusal));
    this.#replay(this.#work.editorState, this.#pending.filter((each) => !refused.has(each)), this.#work);
    return refused.size > 0;
  }

  /**
   * Take over another version of the work. Operations that it contains are done.
   * @param {any} work @param {Operation[]} [answered]  which the service has just applied
   */
  accept(work, answered = []) {
    const before = this.#work.editorState;
    const ids = new Set([...(work.editorState.operationIds ?? []), ...answered.map(({ operationId }) => operationId)]);
    const [applied, rest] = [true, false].map((is) => this.#pending.filter((each) => ids.has(each.operationId) === is));
    const saved = rebaseOperations(before, applied, before, this.#context).state;
    this.#saved = [...this.#saved, ...this.changes(before, saved)].slice(-REMEMBERED);
    const [theirs, mine] = [this.changes(saved, work.editorState), this.changes(saved, this.#state)];
    this.#sent = Math.max(0, this.#sent - applied.length);
    const dropped = this.#replay(saved, rest, work);
    if (!theirs.length) return;
    this.version += 1;
    if (!this.#isExpected) this.#tell(withDropped(noticesOf(theirs, mine, this.#saved), dropped));
    this.#isExpected = false;
  }

  /** The service is about to change the timeline, as the page has requested. */
  expect() {
    this.#isExpected = true;
  }

  /** @param {Notice} notice */
  dismiss(notice) {
    this.notices.value = this.notices.value.filter((each) => each !== notice);
  }

  /** Forget all of them. */
  clear() {
    this.#pending = [];
    this.#sent = 0;
  }

  /** @param {Notice[]} notices */
  #tell(notices) {
    if (notices.length) this.notices.value = [...this.notices.value, ...notices];
  }

  /**
   * Apply operations to a version of the work; return those that are not possible there.
   * @param {any} base  the state that they were made on @param {Operation[]} operations @param {any} work
   */
  #replay(base, operations, work) {
    this.#context = contextOf(work, sourcesOf(work));
    const { state, kept, dropped } = rebaseOperations(base, operations, work.editorState, this.#context);
    this.#work = work;
    this.#pending = kept;
    this.#state = state;
    return dropped;
  }
}

/** What an operation makes without an id for it. @type {Record<string, import("../timeline/operations/order.js").Prefix>} */
const MADE = { insert: "clip", split: "clip", text: "text", picture: "picture", caption: "caption", place: "music" };

/**
 * Return an operation with ids, so that the page and the service make the same of it.
 * @param {Operation} operation
 * @returns {Operation}
 */
function named(operation) {
  const prefix = MADE[operation.op];
  const isNew = prefix && operation.id === undefined && operation.new === undefined;
  const clips = operation.op === "arrange" && {
    clips: operation.clips.map((/** @type {any} */ clip) => ({ new: newId("clip"), ...clip })),
  };
  return { operationId: newId("operation"), ...operation, ...(isNew && { new: newId(prefix) }), ...clips };
}

/** @param {string} message @returns {Notice} */
const refusal = (message) => ({ outcome: "refused", message, other: [] });

/**
 * Notices, with those of operations that are not possible any more, unless their object was deleted.
 * @param {Notice[]} notices @param {{operation: Operation, reason: string}[]} dropped
 */
function withDropped(notices, dropped) {
  const lost = new Map(dropped.map(({ operation, reason }) => [operation.clip ?? operation.id ?? operation.op, reason]));
  const deleted = notices.filter(({ outcome }) => outcome === "deleted");
  for (const { theirs } of deleted) lost.delete(theirs?.id);
  const others = notices.filter(({ outcome, mine }) => outcome !== "deleted" && !lost.has(mine?.id));
  return [...deleted, ...others, ...[...lost.values()].map(refusal)];
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

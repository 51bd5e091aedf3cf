/**
 * A resource that is edited: changes are saved automatically, half a second after the last one, and
 * merged with those of other clients.
 */

import { signal } from "@preact/signals";
import { ApiError, get, patch } from "../api.js";
import { onReachable } from "../state/connection.js";
import { on } from "../state/events.js";
import { user } from "../state/session.js";
import { DocumentDraft, unsavedOf } from "./draft.js";
import { rebase, valueAt } from "./merge.js";
import { bodyOf, fitting, has, partsOf, sizeOf, withParts, withValue } from "./parts.js";
import { Refusals } from "./refusals.js";
import { Retry } from "./retry.js";
import { Written } from "./written.js";

const PAUSE = 500; // milliseconds
/** What a document can be, by the names of events. @type {import("../state/events.js").EventName[]} */
const KINDS = ["work", "project", "asset", "template"];

/**
 * @typedef {"saved" | "unsaved" | "saving" | "offline" | "postponed" | "failed" | "conflict"} SaveState
 * @typedef {import("./merge.js").Conflict} Conflict
 * @typedef {import("./parts.js").Parts} Parts
 */

/** Documents that are shown, or were left with unsaved changes. @type {Set<Document>} */
export const openDocuments = new Set();

export class Document {
  /** The content with all changes, saved or not. @type {import("@preact/signals").Signal<any>} */
  value;
  /** @type {import("@preact/signals").Signal<SaveState>} */
  state = signal(/** @type {SaveState} */ ("saved"));
  /** Why the last save failed. @type {import("@preact/signals").Signal<ApiError | null>} */
  error = signal(/** @type {ApiError | null} */ (null));
  /** What another client changed as well. @type {import("@preact/signals").Signal<Conflict[]>} */
  conflicts = signal(/** @type {Conflict[]} */ ([]));
  /** Whether no screen shows it, so that it is only kept until it is saved. */
  isLeft = false;

  #readPath;
  /** @type {any} */
  #base;
  /** @type {string | null} */
  #etag;
  /** Changed fields that are not saved yet. @type {Record<string, any>} */
  #edits = {};
  #refusals = new Refusals();
  #written = new Written();
  #retry = new Retry(() => this.flush());
  #timer = 0;
  #queue = Promise.resolve();
  /** @type {(() => void)[]} */
  #stops = [];

  /**
   * @param {string} path in the API
   * @param {any} data
   * @param {string | null} etag
   * @param {string} [readPath] where it is read, if that is another path
   */
  constructor(path, data, etag, readPath = path) {
    this.path = path;
    this.#readPath = readPath;
    this.#base = data;
    this.#etag = etag;
    this.value = signal(data);
    this.draft = new DocumentDraft(user.value?.id ?? "", path, () => unsavedOf(this.#edits, this.#base, this.conflicts.value));
    this.#stops.push(onReachable(() => this.#saveInTime()));
    for (const name of KINDS) {
      this.#stops.push(on(name, (event) => this.#followChange(event[`${name}Id`], event)));
    }
    this.#stops.push(on("reset", () => this.refresh()));
    openDocuments.add(this);
    this.draft.find(data);
  }

  /** Whether something is not saved yet. */
  get isDirty() {
    return Object.keys(this.#edits).length > 0;
  }

  /** Change fields; they are saved soon. @param {Record<string, any>} fields */
  edit(fields) {
    Object.assign(this.#edits, fields);
    this.value.value = { ...this.value.value, ...fields };
    if (!["conflict", "postponed"].includes(this.state.value)) this.state.value = "unsaved";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#saveInTime(), PAUSE);
    this.draft.keepSoon();
  }

  /** Save all changes now, and wait for that. `state` shows failures. */
  flush() {
    clearTimeout(this.#timer);
    return this.#enqueue(() => this.#save());
  }

  /** Save, unless an attempt is scheduled already, which will save everything. */
  #saveInTime() {
    return this.#enqueue(async () => (this.#retry.isWaiting ? undefined : this.#save()));
  }

  /** Save also what was refused before. */
  retry() {
    this.#refusals.forget();
    this.#retry.end();
    return this.flush();
  }

  /** Restore the draft of an earlier visit, merged with what others have changed since. */
  async restore() {
    if (!this.draft.offered.value) return;
    const { edits, base } = this.draft.offered.value;
    const restored = rebase(edits, base, this.value.value);
    Object.assign(this.#edits, restored.edits);
    this.conflicts.value = [...this.conflicts.value, ...restored.conflicts];
    this.#show();
    this.flush();
    await this.draft.keep();
    await this.forgetDraft();
  }

  /** Discard the draft of an earlier visit. */
  forgetDraft() {
    return this.draft.drop(this.#base);
  }

  /** Run an action after those before it, whether they succeed or not. @param {() => Promise<void>} action */
  #enqueue(action) {
    const done = this.#queue.then(action);
    this.#queue = done.catch(() => {});
    return done;
  }

  /** Read what other clients changed. Failures are ignored until the next call. */
  refresh() {
    return this.#enqueue(async () => {
      try {
        const answer = await get(this.#readPath, { ifNoneMatch: this.#etag });
        if (answer.status !== 304) this.accept(answer.data, answer.etag);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 404) this.#fail(error);
      }
    });
  }

  /**
   * Rebase the changes onto another version, which the service has returned.
   * @param {any} theirs @param {string | null} etag
   */
  accept(theirs, etag) {
    const base = this.#written.recognise(this.#base, theirs);
    const { edits, conflicts } = rebase(this.#edits, base, theirs);
    const asked = this.conflicts.value.map(({ path }) => path);
    const undone = this.#written.undoneBy(base, theirs, edits).filter(({ path }) => !asked.includes(path));
    this.#edits = edits;
    for (const { path, mine } of undone) this.#edits = withValue(this.#edits, path, mine, theirs);
    this.#base = theirs;
    this.#etag = etag;
    this.conflicts.value = [...this.conflicts.value, ...conflicts, ...undone];
    this.#show();
    this.draft.review(theirs);
  }

  /** Accept the next change of a value, which the page has requested. @param {string} path */
  expect(path) {
    this.#written.forget(path);
  }

  /**
   * Decide a conflict; the last decision saves.
   * @param {Conflict} conflict @param {"mine" | "theirs"} choice
   */
  resolve(conflict, choice) {
    if (choice === "theirs") {
      this.#edits = withValue(this.#edits, conflict.path, conflict.theirs, this.#base);
      this.value.value = { ...this.value.value, ...this.#edits };
    }
    this.#written.forget(conflict.path);
    this.conflicts.value = this.conflicts.value.filter((other) => other !== conflict);
    if (!this.conflicts.value.length) {
      this.state.value = "unsaved";
      this.flush();
    }
  }

  /** Save, and stop following changes once everything is saved. */
  async close() {
    this.isLeft = true;
    await this.flush();
    this.#forgetIfSaved();
  }

  /** Forget the document, with what is not saved. */
  discard() {
    clearTimeout(this.#timer);
    this.#retry.end();
    this.draft.stop();
    this.#edits = {};
    openDocuments.delete(this);
    for (const stop of this.#stops) stop();
  }

  #forgetIfSaved() {
    if (this.isLeft && !this.isDirty) this.discard();
  }

  /**
   * Save while the page is being closed: the browser finishes the request. The next visit offers
   * what did not fit into it.
   * @param {number} budget in bytes
   * @returns {number} how many of them were used
   */
  saveOnLeave(budget) {
    this.draft.keep();
    const sent = fitting(this.#unsaved(), budget);
    if (!sent.size || this.conflicts.value.length) return 0;
    this.#written.begin(sent);
    const body = bodyOf(sent);
    patch(this.path, body, { ifMatch: this.#etag, keepalive: true }).catch(() => {});
    return sizeOf(body);
  }

  /** The parts that have to be saved. @returns {Parts} */
  #unsaved() {
    const parts = [...this.#refusals.without(partsOf(this.#edits), this.#base)];
    return new Map(
      parts.filter(([path, value]) => this.#written.mayHaveArrived(path) || !has(this.#base, path, value)),
    );
  }

  async #save() {
    if (!this.isDirty || this.conflicts.value.length) return;
    const sent = this.#unsaved();
    if (!sent.size) return this.#show();
    this.state.value = this.#retry.reason ? "postponed" : "saving";
    this.#written.begin(sent);
    try {
      const { data, etag } = await patch(this.path, bodyOf(sent), { ifMatch: this.#etag });
      this.#finishSave(sent, data, etag);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        this.state.value = "failed";
        throw error;
      }
      await this.#handleFailure(error, sent);
    }
    this.draft.keep();
    this.#forgetIfSaved();
  }

  /** @param {Parts} sent @param {any} data that the service has answered with @param {string | null} etag */
  #finishSave(sent, data, etag) {
    const edited = partsOf(this.#edits);
    const settled = [...sent.keys()].filter((path) => edited.get(path) === sent.get(path));
    this.#edits = withParts(this.#edits, settled.map((path) => [path, valueAt(data, path)]));
    this.#written.succeed(this.#base, sent);
    this.#retry.end();
    this.#base = data;
    this.#etag = etag;
    this.#show();
  }

  /** @param {ApiError} error @param {Parts} sent */
  async #handleFailure(error, sent) {
    if (this.#retry.plan(error) || error.offline) return this.#fail(error);
    this.#written.refuse(sent);
    if (error.status === 412 && error.etag !== this.#etag) this.accept(error.details, error.etag);
    else if (!this.#refusals.add(error, sent)) return this.#fail(error);
    return this.#save();
  }

  /** @param {ApiError} error */
  #fail(error) {
    this.error.value = error;
    this.state.value = this.#retry.reason ? "postponed" : error.offline ? "offline" : "failed";
  }

  /** Update `value`, `error` and `state`. */
  #show() {
    const unsaved = this.#unsaved();
    if (!unsaved.size) this.#retry.end();
    if (!unsaved.size && !this.#refusals.error) this.#edits = {};
    this.value.value = { ...this.#base, ...this.#edits };
    this.error.value = this.#retry.reason ?? this.#refusals.error;
    if (this.conflicts.value.length) this.state.value = "conflict";
    else if (unsaved.size) this.state.value = this.#retry.reason ? "postponed" : "unsaved";
    else this.state.value = this.isDirty ? "failed" : "saved";
  }

  /** @param {string} id @param {{updatedAt: number, deleted?: boolean}} event */
  #followChange(id, { updatedAt, deleted }) {
    if (id === this.#base.id && (deleted || updatedAt > this.#base.updatedAt)) this.refresh();
  }
}

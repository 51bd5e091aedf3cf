/**
 * A resource that is edited: changes are saved automatically, half a second after the last one, and
 * brought together with those of other clients. Fields are merged; operations on the timeline of a work
 * are applied again.
 */

import { signal } from "@preact/signals";
import { ApiError, get, patch, post } from "../api.js";
import { onReachable } from "../state/connection.js";
import { user } from "../state/session.js";
import { DocumentDraft, unsavedOf } from "./draft.js";
import { follow } from "./follow.js";
import { shared } from "./merge.js";
import { bodyOf, fitting, sizeOf } from "./parts.js";
import { PendingFields } from "./pending-fields.js";
import { SaveQueue } from "./save-queue.js";

// The version of a document that the service has, and the requests that read and change it.

/** @typedef {{data: any, etag: string | null}} Version */

class Stored {
  #readPath;

  /**
   * @param {string} path in the API
   * @param {string} readPath where it is read, if that is another path
   * @param {any} data
   * @param {string | null} etag
   */
  constructor(path, readPath, data, etag) {
    this.path = path;
    this.#readPath = readPath;
    this.data = data;
    this.etag = etag;
  }

  /** @param {Version} version */
  set({ data, etag }) {
    this.data = data;
    this.etag = etag;
  }

  /** Read the version that there is now; null if it is the same. Throws ApiError. */
  async readNewer() {
    const answer = await get(this.#readPath, { ifNoneMatch: this.etag });
    return answer.status === 304 ? null : answer;
  }

  /** Save parts of this version. Throws ApiError. @param {import("./parts.js").Parts} parts @returns {Promise<Version>} */
  save(parts) {
    return patch(this.path, bodyOf(parts), { ifMatch: this.etag });
  }

  /**
   * Apply operations to the timeline of this version. Throws ApiError.
   * @param {import("./pending-operations.js").Operation[]} operations
   * @returns {Promise<Version>}
   */
  async operate(operations) {
    const { data, etag } = await this.#postOperations(operations, { ifMatch: this.etag });
    // If all were applied before, the answer may be of a version that others have changed.
    if (data.skipped.length === operations.length) return (await this.readNewer()) ?? { data: this.data, etag };
    return { data: { ...this.data, editorState: data.timeline, updatedAt: data.updatedAt }, etag };
  }

  /**
   * Save while the page is being closed, without waiting for it.
   * @param {import("./parts.js").Parts} parts @param {import("./pending-operations.js").Operation[]} operations
   */
  leave(parts, operations) {
    // First, since the operations make another version. What is refused is offered as a draft.
    if (parts.size) patch(this.path, bodyOf(parts), { ifMatch: this.etag, keepalive: true }).catch(() => {});
    if (operations.length) this.#postOperations(operations, { keepalive: true }).catch(() => {});
  }

  /** The version of an error, if another client has saved it meanwhile. @param {ApiError} error @returns {Version | null} */
  newerIn({ status, etag, details }) {
    return status === 412 && etag !== this.etag ? { data: details, etag } : null;
  }

  /** @param {import("./pending-operations.js").Operation[]} operations @param {object} options */
  #postOperations(operations, options) {
    return post(`${this.path}/timeline/operations`, { operations }, options);
  }
}

/**
 * @typedef {"saved" | "unsaved" | "saving" | "offline" | "postponed" | "failed" | "conflict"} SaveState
 * @typedef {import("./merge.js").Conflict} Conflict
 * @typedef {import("./parts.js").Parts} Parts
 * @typedef {import("./pending-operations.js").PendingOperations} PendingOperations
 */

/** What is shown, or was left with unsaved changes. @type {Set<Document | import("./voice-words.js").VoiceWords>} */
export const openDocuments = new Set();

export class Document {
  /** The content with all changes, saved or not. @type {import("@preact/signals").Signal<any>} */
  value;
  /** @type {import("@preact/signals").Signal<SaveState>} */
  state = signal(/** @type {SaveState} */ ("saved"));
  /** Why the last save failed. @type {import("@preact/signals").Signal<ApiError | null>} */
  error = signal(/** @type {ApiError | null} */ (null));
  /** Whether no screen shows it, so that it is only kept until it is saved. */
  isLeft = false;
  /** What is not saved yet, and what others have replaced. */
  fields = new PendingFields();

  #stored;
  #saves = new SaveQueue(() => this.#save());
  #stops;

  /**
   * @param {string} path in the API
   * @param {any} data
   * @param {string | null} etag
   * @param {string} [readPath] where it is read, if that is another path
   * @param {PendingOperations | null} [operations] on the timeline, of a work
   */
  constructor(path, data, etag, readPath = path, operations = null) {
    this.path = path;
    this.operations = operations;
    this.#stored = new Stored(path, readPath, data, etag);
    this.value = signal(data);
    this.draft = new DocumentDraft(user.value?.id ?? "", path, () =>
      unsavedOf(this.fields.values, this.#stored.data, this.conflicts.value, operations?.all),
    );
    const known = () => (this.#isGone ? { ...this.#stored.data, updatedAt: 0 } : this.#stored.data);
    this.#stops = [onReachable(() => this.#saves.inTime()), ...follow(known, () => this.refresh())];
    openDocuments.add(this);
    this.draft.find(data);
  }

  /** Fields that another client changed as well. */
  get conflicts() {
    return this.fields.conflicts;
  }

  /** Whether it was deleted; it may be restored. */
  get #isGone() {
    return this.error.value?.status === 404;
  }

  /** Whether something is not saved yet. */
  get isDirty() {
    return !this.fields.isEmpty || this.#isOperated;
  }

  get #isOperated() {
    return this.operations?.isEmpty === false;
  }

  /** Change fields; they are saved soon. @param {Record<string, any>} fields */
  edit(fields) {
    this.fields.add(fields);
    this.#showChange(fields);
  }

  /**
   * Apply operations to the timeline, all or none; they are saved soon, unless they change nothing.
   * Throws OperationError.
   * @param {import("../timeline/operations/operations.js").Operation[]} operations
   */
  operate(operations) {
    const before = this.operations?.state;
    this.operations?.add(operations);
    if (this.operations?.state !== before) this.#showChange({ editorState: this.operations?.state });
  }

  /** @param {Record<string, any>} fields  that have changed */
  #showChange(fields) {
    this.value.value = { ...this.value.value, ...fields };
    if (!["conflict", "postponed"].includes(this.state.value)) this.state.value = "unsaved";
    this.#saves.soon();
    this.draft.keepSoon();
  }

  /** Save all changes now, and wait for that. `state` shows failures. */
  flush() {
    return this.#saves.now();
  }

  /** Save also what was refused before. */
  retry() {
    this.fields.forgetRefusals();
    this.#saves.retry.end();
    return this.flush();
  }

  /** Restore the draft of an earlier visit, merged with what others have changed since. */
  async restore() {
    const draft = this.draft.offered.value;
    if (!draft) return;
    this.operations?.restore(draft.operations ?? []);
    this.fields.restore(draft, this.value.value);
    this.#show();
    this.flush();
    await this.draft.keep();
    await this.forgetDraft();
  }

  /** Discard the draft of an earlier visit. */
  forgetDraft() {
    return this.draft.drop(this.#stored.data);
  }

  /** Read what other clients changed. Failures are ignored until the next call. */
  refresh() {
    return this.#saves.run(async () => {
      try {
        const newer = await this.#stored.readNewer();
        if (newer) this.accept(newer.data, newer.etag);
        else if (this.#isGone) this.#show(); // it was restored
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 404) this.#fail(error);
      }
    });
  }

  /**
   * Bring the changes together with another version, which the service has returned.
   * @param {any} answer @param {string | null} etag
   * @param {import("../timeline/operations/operations.js").Operation[]} [answered]  which it contains
   */
  accept(answer, etag, answered) {
    const theirs = shared(this.value.peek(), answer);
    if (this.fields.accept(this.#stored.data, theirs)) this.#saves.soon();
    this.operations?.accept(theirs, answered);
    this.#stored.set({ data: theirs, etag });
    this.#show();
    this.draft.review(theirs);
  }

  /** Accept the next change of a value, which the page has requested. @param {string} path */
  expect(path) {
    this.fields.expect(path);
    this.operations?.expect();
  }

  /**
   * Decide a conflict; the last decision saves.
   * @param {Conflict} conflict @param {"mine" | "theirs"} choice
   */
  resolve(conflict, choice) {
    this.fields.resolve(conflict, choice, this.#stored.data);
    this.value.value = { ...this.value.value, ...this.fields.values };
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
    this.#saves.stop();
    this.draft.stop();
    this.fields.clear();
    this.operations?.clear();
    openDocuments.delete(this);
    for (const stop of this.#stops) stop();
  }

  #forgetIfSaved() {
    if (this.isLeft && !this.isDirty) this.discard();
  }

  /**
   * Save while the page is being closed: the browser finishes the requests. The next visit offers
   * what did not fit into them.
   * @param {number} budget in bytes
   * @returns {number} how many of them were used
   */
  saveOnLeave(budget) {
    this.draft.keep();
    const pending = this.operations?.batch() ?? [];
    const operations = sizeOf({ operations: pending }) > budget ? [] : pending;
    const left = budget - sizeOf({ operations });
    const parts = this.conflicts.value.length ? new Map() : fitting(this.fields.unsaved(this.#stored.data), left);
    if (!parts.size && !operations.length) return 0;
    this.fields.begin(parts);
    this.#stored.leave(parts, operations);
    return budget - left + sizeOf(bodyOf(parts));
  }

  /**
   * Save operations first, then fields: the format of the timeline may follow that of the brief.
   * @returns {Promise<void>}
   */
  async #save() {
    const sent = this.conflicts.value.length ? new Map() : this.fields.unsaved(this.#stored.data);
    if (!this.#isOperated && !sent.size) return this.isDirty ? this.#show() : undefined;
    this.state.value = this.#saves.retry.reason ? "postponed" : "saving";
    try {
      if (this.#isOperated) await this.#saveOperations();
      else await this.#saveFields(sent);
    } catch (error) {
      if (error instanceof ApiError) return this.#fail(error);
      this.state.value = "failed";
      throw error;
    } finally {
      this.draft.keep();
    }
    this.#forgetIfSaved();
    return this.#save();
  }

  /** @param {Parts} sent */
  async #saveFields(sent) {
    this.fields.begin(sent);
    try {
      const { data, etag } = await this.#stored.save(sent);
      const saved = { data: shared(this.value.peek(), data), etag };
      this.fields.succeed(sent, this.#stored.data, saved.data);
      this.#saves.retry.end();
      this.#stored.set(saved);
      this.#show();
    } catch (error) {
      const refusal = this.#refusalIn(error);
      this.fields.fail(sent);
      if (!this.#acceptNewer(refusal) && !this.fields.refuse(refusal, sent)) throw refusal;
    }
  }

  async #saveOperations() {
    const operations = /** @type {PendingOperations} */ (this.operations);
    const sent = operations.batch();
    try {
      const { data, etag } = await this.#stored.operate(sent);
      this.#saves.retry.end();
      this.accept(data, etag, sent);
    } catch (error) {
      const refusal = this.#refusalIn(error);
      if (!this.#acceptNewer(refusal) && !operations.refuse(sent, refusal.fields)) throw refusal;
      this.#show();
    }
  }

  /** Return an error if the service refused to save. Throws all others. @param {unknown} error */
  #refusalIn(error) {
    if (!(error instanceof ApiError) || this.#saves.retry.plan(error) || error.offline) throw error;
    return error;
  }

  /** Accept the version that an error has, if another client has saved it. @param {ApiError} error */
  #acceptNewer(error) {
    const newer = this.#stored.newerIn(error);
    if (newer) this.accept(newer.data, newer.etag);
    return newer !== null;
  }

  /** @param {ApiError} error */
  #fail(error) {
    this.error.value = error;
    this.state.value = this.#saves.retry.reason ? "postponed" : error.offline ? "offline" : "failed";
  }

  /** Update `value`, `error` and `state`. */
  #show() {
    const isUnsaved = this.#isOperated || this.fields.unsaved(this.#stored.data).size > 0;
    if (!isUnsaved) this.#saves.retry.end();
    if (!isUnsaved && !this.fields.error) this.fields.clear();
    const timeline = this.operations && { editorState: this.operations.state };
    this.value.value = { ...this.#stored.data, ...timeline, ...this.fields.values };
    const { reason } = this.#saves.retry;
    this.error.value = reason ?? this.fields.error;
    if (this.conflicts.value.length) this.state.value = "conflict";
    else if (isUnsaved) this.state.value = reason ? "postponed" : "unsaved";
    else this.state.value = this.isDirty ? "failed" : "saved";
  }
}

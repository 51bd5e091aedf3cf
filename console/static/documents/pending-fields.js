/**
 * The fields of a document that this page has changed and the service has not saved yet. They are merged
 * with what other clients have saved meanwhile.
 */

import { signal } from "@preact/signals";
import { equal, rebase, valueAt } from "./merge.js";
import { has, partsOf, withParts, withValue } from "./parts.js";
import { Refusals } from "./refusals.js";
import { Written } from "./written.js";

/**
 * @typedef {import("./merge.js").Conflict} Conflict
 * @typedef {import("./parts.js").Parts} Parts
 */

export class PendingFields {
  /** What another client changed as well. @type {import("@preact/signals").Signal<Conflict[]>} */
  conflicts = signal(/** @type {Conflict[]} */ ([]));

  /** Texts of this page that another client has replaced. @type {import("@preact/signals").Signal<Conflict[]>} */
  replaced = signal(/** @type {Conflict[]} */ ([]));

  /**
   * Changes the fields before they are merged with another version.
   * @type {(edits: Record<string, any>, base: any, theirs: any) => Record<string, any>}
   */
  prepare = (edits) => edits;

  /** @type {Record<string, any>} */
  #edits = {};
  #refusals = new Refusals();
  #written = new Written();

  get isEmpty() {
    return Object.keys(this.#edits).length === 0;
  }

  /** The changed fields. */
  get values() {
    return this.#edits;
  }

  /** What the service has refused; null if it is nothing. */
  get error() {
    return this.#refusals.error;
  }

  /** @param {Record<string, any>} fields */
  add(fields) {
    Object.assign(this.#edits, fields);
  }

  /**
   * Add the fields of a draft.
   * @param {import("./draft-store.js").Draft} draft @param {any} value  of the document
   */
  restore({ edits, base }, value) {
    const restored = rebase(edits, base, value);
    this.add(restored.edits);
    this.conflicts.value = [...this.conflicts.value, ...restored.conflicts];
  }

  /** The parts that have to be saved. @param {any} base @returns {Parts} */
  unsaved(base) {
    const parts = [...this.#refusals.without(partsOf(this.#edits), base)];
    return new Map(
      parts.filter(([path, value]) => this.#written.mayHaveArrived(path) || !has(base, path, value)),
    );
  }

  /** Parts are sent. @param {Parts} sent */
  begin(sent) {
    this.#written.begin(sent);
  }

  /**
   * Parts that were sent are saved.
   * @param {Parts} sent @param {any} base @param {any} data  that the service has answered with
   */
  succeed(sent, base, data) {
    const edited = partsOf(this.#edits);
    const settled = [...sent.keys()].filter((path) => edited.get(path) === sent.get(path));
    this.#edits = withParts(this.#edits, settled.map((path) => [path, valueAt(data, path)]));
    this.#written.succeed(base, sent);
  }

  /** Nothing of what was sent is saved. @param {Parts} sent */
  fail(sent) {
    this.#written.refuse(sent);
  }

  /**
   * Do not send again what the service has refused.
   * @param {import("../api.js").ApiError} error @param {Parts} sent
   * @returns {boolean} whether the rest can be saved
   */
  refuse(error, sent) {
    return this.#refusals.add(error, sent);
  }

  /** Send also what was refused before. */
  forgetRefusals() {
    this.#refusals.forget();
  }

  /**
   * Rebase the fields onto another version of the document.
   * @param {any} before  the version before @param {any} theirs
   * @returns {boolean} whether nothing is left to decide that was before
   */
  accept(before, theirs) {
    const base = this.#written.recognise(before, theirs);
    const { edits, conflicts } = rebase(this.prepare(this.#edits, base, theirs), base, theirs);
    this.#edits = edits;
    const wasAsked = this.conflicts.value.length > 0;
    const asked = this.#stillAsked(theirs).filter(({ path }) => conflicts.every((other) => other.path !== path));
    const known = [...asked, ...conflicts].map(({ path }) => path);
    const undone = this.#written.undoneBy(base, theirs, edits).filter(({ path }) => !known.includes(path));
    for (const { path, mine } of undone) this.#edits = withValue(this.#edits, path, mine, theirs);
    this.conflicts.value = [...asked, ...conflicts, ...undone];
    this.#noteReplaced(base, theirs);
    return wasAsked && !this.conflicts.value.length;
  }

  /** Note which texts are replaced, once each, unless the user is asked about them. @param {any} base @param {any} theirs */
  #noteReplaced(base, theirs) {
    const asked = this.conflicts.value.map(({ path }) => path);
    const found = this.#written.replacedBy(base, theirs).filter(({ path }) => !asked.includes(path));
    for (const { path } of found) this.#written.forget(path);
    if (found.length) this.replaced.value = [...this.replaced.value, ...found];
  }

  /** Forget a text that was replaced. @param {Conflict} change */
  dismiss(change) {
    this.replaced.value = this.replaced.value.filter((other) => other !== change);
  }

  /** The conflicts that are not decided yet, with what the service has now. @param {any} theirs @returns {Conflict[]} */
  #stillAsked(theirs) {
    const shown = { ...theirs, ...this.#edits };
    const asked = this.conflicts.value.map((conflict) => ({ ...conflict, theirs: valueAt(theirs, conflict.path) }));
    return asked.filter((conflict) => !equal(valueAt(shown, conflict.path), conflict.theirs));
  }

  /** Accept the next change of a value, which the page has requested. @param {string} path */
  expect(path) {
    this.#written.forget(path);
  }

  /**
   * Decide a conflict.
   * @param {Conflict} conflict @param {"mine" | "theirs"} choice @param {any} base
   */
  resolve(conflict, choice, base) {
    const { path } = conflict;
    if (choice === "theirs") this.#edits = withValue(this.#edits, path, valueAt(base, path) ?? null, base);
    this.#written.forget(path);
    this.conflicts.value = this.conflicts.value.filter((other) => other.path !== path);
  }

  /** Forget all of them. */
  clear() {
    this.#edits = {};
  }
}

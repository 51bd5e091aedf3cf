/**
 * The fields of a document that this page has changed and the service has not saved yet. They are merged
 * with what other clients have saved meanwhile.
 */

import { signal } from "@preact/signals";
import { rebase, valueAt } from "./merge.js";
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
   */
  accept(before, theirs) {
    const base = this.#written.recognise(before, theirs);
    const { edits, conflicts } = rebase(this.#edits, base, theirs);
    const asked = this.conflicts.value.map(({ path }) => path);
    const undone = this.#written.undoneBy(base, theirs, edits).filter(({ path }) => !asked.includes(path));
    this.#edits = edits;
    for (const { path, mine } of undone) this.#edits = withValue(this.#edits, path, mine, theirs);
    this.conflicts.value = [...this.conflicts.value, ...conflicts, ...undone];
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
    if (choice === "theirs") this.#edits = withValue(this.#edits, conflict.path, conflict.theirs, base);
    this.#written.forget(conflict.path);
    this.conflicts.value = this.conflicts.value.filter((other) => other !== conflict);
  }

  /** Forget all of them. */
  clear() {
    this.#edits = {};
  }
}

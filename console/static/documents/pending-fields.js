/**
 * The fields of a document that this page has changed and the service has not saved yet. They are merged
 * with what other clients have saved meanwhile.
 */

import { signal } from "@preact/signals";
import { ApiError } from "../api.js";
import { changes, equal, leads, rebase, replaceAt, valueAt } from "./merge.js";
import { has, isSamePlace, partWith, partsOf, withParts, withValue } from "./parts.js";

// What this page has saved, or may have saved. It shows when another client restores an older value,
// for example by saving an old copy of the whole document: then the user is asked. A save whose
// response was lost is recognised as this page's own.

/** @typedef {import("./parts.js").Parts} Parts */

const REMEMBERED = 20; // earlier values of each field
const RECENT = 120_000; // milliseconds in which one looks at what one has written

class Written {
  /**
   * By path: the value written last, when, and the values before.
   * @type {Map<string, {mine: any, at: number, earlier: any[]}>}
   */
  #fields = new Map();
  /** Saves without a response. @type {Parts[]} */
  #unanswered = [];

  /** Record that a save was sent. @param {Parts} sent */
  begin(sent) {
    this.#unanswered.push(sent);
  }

  /** Record that a save was refused. @param {Parts} sent */
  refuse(sent) {
    this.#unanswered = this.#unanswered.filter((each) => each !== sent);
  }

  /**
   * Record that a save has succeeded, after which none before it can arrive.
   * @param {any} base
   * @param {Parts} sent
   */
  succeed(base, sent) {
    this.#record(base, withParts(base, sent));
    this.#unanswered = [];
  }

  /** Whether a part was sent and got no response. @param {string} path */
  mayHaveArrived(path) {
    return this.#unanswered.some((sent) => sent.has(path));
  }

  /**
   * Return a base with the saves that have arrived without a response.
   * @param {any} base
   * @param {any} theirs
   */
  recognise(base, theirs) {
    for (const sent of this.#unanswered) {
      const arrived = [...sent].filter(([path, value]) => has(theirs, path, value));
      const after = withParts(base, arrived);
      this.#record(base, after);
      base = after;
    }
    return base;
  }

  /**
   * Record what a save has changed.
   * @param {Record<string, any>} before
   * @param {Record<string, any>} after
   */
  #record(before, after) {
    for (const [path, old, mine] of changes(before, after)) {
      this.#forgetBelow(path);
      const earlier = [...(this.#fields.get(path)?.earlier ?? []), old].slice(-REMEMBERED);
      this.#fields.set(path, { mine, at: Date.now(), earlier });
    }
  }

  /**
   * Return the fields that another version sets back to earlier values.
   * @param {any} base the version before
   * @param {any} theirs
   * @param {Record<string, any>} edits changed fields, which replace theirs
   * @returns {import("./merge.js").Conflict[]}
   */
  undoneBy(base, theirs, edits) {
    const found = [];
    for (const [path, { mine, earlier }] of this.#fields) {
      const now = valueAt(theirs, path);
      if (!leads(theirs, path)) continue; // somebody has removed the whole entry
      const isUndone = equal(valueAt(base, path), mine) && earlier.some((old) => equal(old, now));
      const isShown = equal(valueAt({ ...theirs, ...edits }, path), now);
      if (isUndone && isShown && !equal(mine, now)) found.push({ path, mine, theirs: now });
    }
    return found;
  }

  /**
   * Return the fields with a text of this page, saved a moment ago, that another version replaces.
   * @param {any} base the version before
   * @param {any} theirs
   * @returns {import("./merge.js").Conflict[]}
   */
  replacedBy(base, theirs) {
    const found = [];
    for (const [path, { mine, at }] of this.#fields) {
      const now = valueAt(theirs, path);
      const isText = typeof mine === "string" && mine !== "" && typeof now === "string";
      const isRecent = Date.now() - at < RECENT;
      if (isText && isRecent && mine !== now && valueAt(base, path) === mine) found.push({ path, mine, theirs: now });
    }
    return found;
  }

  /** Forget a value, so that others may change it. @param {string} path */
  forget(path) {
    this.#fields.delete(path);
    this.#forgetBelow(path);
  }

  /** A value was replaced as a whole, such as a list that has become longer. @param {string} path */
  #forgetBelow(path) {
    for (const other of this.#fields.keys()) {
      if (other.startsWith(`${path}.`)) this.#fields.delete(other);
    }
  }
}

// Values that the service has refused, with its reasons. They are not sent again until they change.

/**
 * @typedef {{part: string, value: any, message: string, isAlone: boolean}} Refusal
 *   `isAlone`: the rest of its part can be saved
 */

export class Refusals {
  /** By the paths of the refused values. @type {Map<string, Refusal>} */
  #refused = new Map();

  /**
   * Add the values of a save that were refused.
   * @param {ApiError} error @param {Parts} sent
   * @returns {boolean} whether there are any, so that the rest can be saved
   */
  add(error, sent) {
    let isAdded = false;
    for (const [path, message] of Object.entries(error.fields)) {
      const part = partWith(sent, path);
      if (part === undefined) continue;
      const before = this.#refused.get(path); // its value was not sent: the stored value is refused too
      const value = before ? before.value : valueAt(sent.get(part), within(part, path));
      this.#refused.set(path, { part, value, message, isAlone: !before });
      isAdded = true;
    }
    return isAdded;
  }

  /**
   * Return parts without refused values: these are replaced by those of the base, or their part is omitted.
   * @param {Parts} parts @param {any} base
   * @returns {Parts}
   */
  without(parts, base) {
    const rest = new Map(parts);
    for (const [path, { part, value, isAlone }] of this.#refused) {
      const place = within(part, path);
      const before = valueAt(base, part);
      if (!parts.has(part) || !equal(valueAt(parts.get(part), place), value)) this.#refused.delete(path);
      else if (isAlone && rest.has(part) && isSamePlace(rest.get(part), before, place)) {
        rest.set(part, replaceAt(rest.get(part), place.split("."), valueAt(before, place)));
      } else rest.delete(part);
    }
    return rest;
  }

  forget() {
    this.#refused.clear();
  }

  /** All refusals as one error; null if there are none. */
  get error() {
    if (!this.#refused.size) return null;
    const messages = [...this.#refused].map(([path, { message }]) => [path, message]);
    return new ApiError(400, { error: "Validation failed", details: Object.fromEntries(messages) });
  }
}

/** The rest of a path, after its part. @param {string} part @param {string} path */
const within = (part, path) => path.slice(part.length + 1);

/**
 * @typedef {import("./merge.js").Conflict} Conflict
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
   * @param {import("./draft.js").Draft} draft @param {any} value  of the document
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

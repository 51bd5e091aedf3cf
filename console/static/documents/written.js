/**
 * What was typed here and is saved, or may be: if another client puts an older text back, such as one
 * that saves a whole old copy, that is noticed, and nobody's words go without a question. A save whose
 * answer was lost is not taken for somebody else's.
 */

import { changes, equal, valueAt } from "./merge.js";
import { has, withParts } from "./parts.js";

/** @typedef {import("./parts.js").Parts} Parts */

const REMEMBERED = 20; // earlier values of each field

export class Written {
  /** By path: what was written last, and what was there before. @type {Map<string, {mine: any, earlier: any[]}>} */
  #fields = new Map();
  /** Saves without an answer. @type {Parts[]} */
  #unanswered = [];

  /** Note that a save is on its way. @param {Parts} sent */
  begin(sent) {
    this.#unanswered.push(sent);
  }

  /** Note that a save was refused. @param {Parts} sent */
  refuse(sent) {
    this.#unanswered = this.#unanswered.filter((each) => each !== sent);
  }

  /** Note that a save has succeeded: none before it can arrive any more. @param {any} base @param {Parts} sent */
  succeed(base, sent) {
    this.#note(base, withParts(base, sent));
    this.#unanswered = [];
  }

  /** Whether a part was sent without an answer. @param {string} path */
  mayHaveArrived(path) {
    return this.#unanswered.some((sent) => sent.has(path));
  }

  /** Return a base with what has arrived without an answer. @param {any} base @param {any} theirs */
  recognise(base, theirs) {
    for (const sent of this.#unanswered) {
      const arrived = [...sent].filter(([path, value]) => has(theirs, path, value));
      const after = withParts(base, arrived);
      this.#note(base, after);
      base = after;
    }
    return base;
  }

  /** Note what a save has changed. @param {Record<string, any>} before @param {Record<string, any>} after */
  #note(before, after) {
    for (const [path, old, mine] of changes(before, after)) {
      this.#forgetBelow(path);
      const earlier = [...(this.#fields.get(path)?.earlier ?? []), old].slice(-REMEMBERED);
      this.#fields.set(path, { mine, earlier });
    }
  }

  /**
   * Return the fields that another version puts back to what they were before.
   * @param {any} base the version before
   * @param {any} theirs
   * @param {Record<string, any>} edits changed fields, which replace theirs
   * @returns {import("./merge.js").Conflict[]}
   */
  undoneBy(base, theirs, edits) {
    const found = [];
    for (const [path, { mine, earlier }] of this.#fields) {
      const now = valueAt(theirs, path);
      const isUndone = equal(valueAt(base, path), mine) && earlier.some((old) => equal(old, now));
      const isShown = equal(valueAt({ ...theirs, ...edits }, path), now);
      if (isUndone && isShown && !equal(mine, now)) found.push({ path, mine, theirs: now });
    }
    return found;
  }

  /** Let others change a value from now on. @param {string} path */
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

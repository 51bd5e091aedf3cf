/**
 * What was typed here and is saved: if another client puts an older text back, such as one that
 * saves a whole old copy, that is noticed, and nobody's words go without a question.
 */

import { changes, equal, valueAt } from "./merge.js";

const REMEMBERED = 20; // earlier values of each field

export class Written {
  /** By path: what was written last, and what was there before. @type {Map<string, {mine: any, earlier: any[]}>} */
  #fields = new Map();

  /** Note what a save has changed. @param {Record<string, any>} before @param {Record<string, any>} after */
  note(before, after) {
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
   * @returns {import("./merge.js").Conflict[]}
   */
  undoneBy(base, theirs) {
    const found = [];
    for (const [path, { mine, earlier }] of this.#fields) {
      const now = valueAt(theirs, path);
      const isUndone = equal(valueAt(base, path), mine) && earlier.some((old) => equal(old, now));
      if (isUndone && !equal(mine, now)) found.push({ path, mine, theirs: now });
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

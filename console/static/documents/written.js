/**
 * What this page has saved, or may have saved. It shows when another client restores an older value,
 * for example by saving an old copy of the whole document: then the user is asked. A save whose
 * response was lost is recognised as this page's own.
 */

import { changes, equal, leads, valueAt } from "./merge.js";
import { has, withParts } from "./parts.js";

/** @typedef {import("./parts.js").Parts} Parts */

const REMEMBERED = 20; // earlier values of each field
const RECENT = 120_000; // milliseconds in which one looks at what one has written

export class Written {
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

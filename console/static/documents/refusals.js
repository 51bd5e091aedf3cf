/** Values that the service has refused, with its reasons. They are not sent again until they change. */

import { ApiError } from "../api.js";
import { equal, replaceAt, valueAt } from "./merge.js";
import { isSamePlace, partWith } from "./parts.js";

/**
 * @typedef {import("./parts.js").Parts} Parts
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

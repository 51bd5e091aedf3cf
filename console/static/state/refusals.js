/** What the service has refused to save, and why: until it is changed, it is not sent again. */

import { ApiError } from "../api.js";
import { equal } from "./merge.js";
import { partWith } from "./parts.js";

/** @typedef {import("./parts.js").Parts} Parts */

export class Refusals {
  /** By the paths of parts. @type {Map<string, {value: any, messages: [string, string][]}>} */
  #parts = new Map();

  /**
   * Note what of a save was refused.
   * @param {ApiError} error @param {Parts} sent
   * @returns {boolean} whether something was, so that the rest can be saved
   */
  note(error, sent) {
    const named = Object.entries(error.fields).flatMap(([path, message]) => {
      const part = partWith(sent, path);
      return part === undefined ? [] : [{ part, path, message }];
    });
    for (const { part } of named) this.#parts.set(part, { value: sent.get(part), messages: [] });
    for (const { part, path, message } of named) this.#parts.get(part)?.messages.push([path, message]);
    return named.length > 0;
  }

  /** Return the parts that may be sent. @param {Parts} parts @returns {Parts} */
  without(parts) {
    for (const [path, { value }] of this.#parts) {
      if (!parts.has(path) || !equal(parts.get(path), value)) this.#parts.delete(path);
    }
    return new Map([...parts].filter(([path]) => !this.#parts.has(path)));
  }

  forget() {
    this.#parts.clear();
  }

  /** What was refused, as one answer; null if nothing was. */
  get error() {
    const messages = [...this.#parts.values()].flatMap((each) => each.messages);
    if (!messages.length) return null;
    return new ApiError(400, { error: "Validation failed", details: Object.fromEntries(messages) });
  }
}

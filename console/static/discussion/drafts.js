/** What somebody has typed and not sent yet, or sent without an answer. This browser keeps it until then. */

import { ApiError } from "../api.js";
import { isObject, readStored, store } from "../stored.js";

/** @typedef {{text: string, frame?: number, endFrame?: number | null}} Draft  with the place of a new comment */

export const COMMENT = "comment"; // the name of the draft of a new comment

/** The name of the draft of a reply. @param {string} commentId */
export const replyTo = (commentId) => `reply ${commentId}`;

/** The name of the draft of a message with a decision. @param {string} decision */
export const messageWith = (decision) => `decision ${decision}`;

export class Drafts {
  #key;
  /** The keys of requests that have no answer yet, by their contents. @type {Map<string, string>} */
  #sent;

  /** @param {string} owner  whose they are, and about what */
  constructor(owner) {
    this.#key = `vidworks.drafts.${owner}`;
    this.#sent = new Map(Object.entries(readStored(this.#sentKey, {}, isObject)));
  }

  /** @param {string} name @returns {Draft} */
  get(name) {
    return this.#read()[name] ?? { text: "" };
  }

  /** Keep a draft; one without a text is forgotten. @param {string} name @param {Draft} draft */
  keep(name, draft) {
    const drafts = this.#read(); // another tab may have kept others
    if (draft.text) drafts[name] = draft;
    else delete drafts[name];
    store(this.#key, Object.keys(drafts).length ? drafts : undefined);
  }

  /** The texts of all drafts. */
  texts() {
    return Object.values(this.#read()).map(({ text }) => text);
  }

  /**
   * Send something with a key, which is the same until there was an answer, also after a reload: what the
   * service has stored already is not stored twice.
   * @template T
   * @param {any} contents
   * @param {(key: string) => Promise<T>} send
   * @returns {Promise<T>} Throws what `send` throws.
   */
  async sendOnce(contents, send) {
    const name = JSON.stringify(contents);
    const key = this.#sent.get(name) ?? newKey();
    this.#sent.set(name, key);
    this.#keepSent();
    try {
      const answer = await send(key);
      this.#sent.delete(name);
      return answer;
    } catch (failure) {
      if (failure instanceof ApiError && failure.status >= 400 && failure.status < 500) this.#sent.delete(name);
      throw failure;
    } finally {
      this.#keepSent();
    }
  }

  get #sentKey() {
    return `${this.#key}.sent`;
  }

  #keepSent() {
    store(this.#sentKey, this.#sent.size ? Object.fromEntries(this.#sent) : undefined);
  }

  /** @returns {Record<string, Draft>} */
  #read() {
    return readStored(this.#key, {}, (value) => isObject(value) && Object.values(value).every(isDraft));
  }
}

/** @param {any} value */
const isDraft = (value) => typeof value?.text === "string" && [value.frame ?? 0, value.endFrame ?? 0].every(Number.isInteger);

/** A key of a request that may be repeated. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What is said about the videos of a work: comments, decisions, and what is written and not sent yet. */

import { computed, signal } from "@preact/signals";
import { del, patch, post } from "../api.js";
import { isOpen } from "./threads.js";

/**
 * @typedef {import("./threads.js").Comment} Comment
 * @typedef {import("./threads.js").Decision} Decision
 * @typedef {import("./drafts.js").Drafts} Drafts
 */

/**
 * The same for members (`members.js`) and guests (`guests.js`), who have different ways to the service. All
 * actions throw ApiError.
 */
export class Discussion {
  /** @type {import("@preact/signals").Signal<Comment[]>} */
  comments = signal(/** @type {Comment[]} */ ([]));
  /** @type {import("@preact/signals").Signal<Decision[]>} */
  decisions = signal(/** @type {Decision[]} */ ([]));
  /** Comments that wait to be resolved; replies belong to theirs. */
  open = computed(() => this.comments.value.filter(isOpen));

  /** @param {{comments: string, decisions: string}} addresses in the API @param {Drafts} drafts */
  constructor(addresses, drafts) {
    this.addresses = addresses;
    this.drafts = drafts;
  }

  /** The headers of all requests. @returns {Record<string, string>} */
  headers() {
    return {};
  }

  /** Read the comments. @returns {Promise<any>} */
  async readComments() {}

  /** Read the decisions. @returns {Promise<any>} */
  async readDecisions() {}

  /** Repeating it adds nothing, if there was no answer. @param {Record<string, any>} body */
  async add(body) {
    await this.#post(this.addresses.comments, body);
    await this.readComments();
  }

  /** @param {Comment} parent @param {string} text */
  reply({ id }, text) {
    return this.add({ parentId: id, text });
  }

  /** Change the text of a comment, or whether it is resolved. @param {Comment} comment @param {Record<string, any>} body */
  async change({ id }, body) {
    await patch(`${this.addresses.comments}/${id}`, body, { headers: this.headers() });
    await this.readComments();
  }

  /** @param {Comment} comment */
  async remove({ id }) {
    await del(`${this.addresses.comments}/${id}`, { headers: this.headers() });
    await this.readComments();
  }

  /**
   * @param {string} exportId @param {Decision["decision"]} decision
   * @param {string} text  a message; may be empty
   */
  async decide(exportId, decision, text) {
    await this.#post(this.addresses.decisions, { exportId, decision, ...(text ? { text } : {}) });
    await this.readDecisions();
  }

  /** @param {string} address @param {Record<string, any>} body */
  #post(address, body) {
    return this.drafts.sendOnce([address, body], (key) => post(address, body, { headers: { ...this.headers(), "Idempotency-Key": key } }));
  }
}

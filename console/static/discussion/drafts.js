/** What somebody has typed and not sent yet. This browser keeps it until it is sent. */

import { isObject, readStored, store } from "../stored.js";

/** @typedef {{text: string, frame?: number, endFrame?: number | null}} Draft  with the place of a new comment */

export const COMMENT = "comment"; // the name of the draft of a new comment

/** The name of the draft of a reply. @param {string} commentId */
export const replyTo = (commentId) => `reply ${commentId}`;

/** The name of the draft of a message with a decision. @param {string} decision */
export const messageWith = (decision) => `decision ${decision}`;

export class Drafts {
  #key;

  /** @param {string} owner  whose they are, and about what */
  constructor(owner) {
    this.#key = `vidworks.drafts.${owner}`;
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

  /** @returns {Record<string, Draft>} */
  #read() {
    return readStored(this.#key, {}, (value) => isObject(value) && Object.values(value).every((each) => typeof each?.text === "string"));
  }
}

/** What a guest has typed and not sent yet. This browser keeps it until it is sent. */

/** @typedef {{text: string, frame?: number, endFrame?: number | null}} Draft  with the place of a new comment */

export const COMMENT = "comment"; // the name of the draft of a new comment

/** @param {string} commentId */
export const replyTo = (commentId) => `reply ${commentId}`;

export class Drafts {
  #key;

  /** @param {string} link the token in the address */
  constructor(link) {
    this.#key = `vidworks.drafts.${link}`;
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
    if (Object.keys(drafts).length) localStorage.setItem(this.#key, JSON.stringify(drafts));
    else localStorage.removeItem(this.#key);
  }

  /** The texts of all drafts. */
  texts() {
    return Object.values(this.#read()).map(({ text }) => text);
  }

  /** @returns {Record<string, Draft>} */
  #read() {
    return JSON.parse(localStorage.getItem(this.#key) ?? "{}");
  }
}

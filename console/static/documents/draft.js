/** The drafts of a document: what this tab has not saved yet, and what an earlier visit could not. */

import { signal } from "@preact/signals";
import { dropDraft, findDrafts, keepDraft } from "./draft-store.js";
import { rebase } from "./merge.js";
import { withParts } from "./parts.js";

const PAUSE = 1000; // milliseconds from a change to its draft

/**
 * @typedef {import("./draft-store.js").Draft} Draft
 * @typedef {{edits: Record<string, any>, base: Record<string, any>}} Unsaved changed fields, and their values before
 */

export class DocumentDraft {
  /** What an earlier visit could not save. @type {import("@preact/signals").Signal<Draft | null>} */
  offered = signal(/** @type {Draft | null} */ (null));

  #user;
  #path;
  #read;
  #timer = 0;
  #isKept = false;

  /** @param {string} user the id of whoever edits @param {string} path @param {() => Unsaved | null} read */
  constructor(user, path, read) {
    this.#user = user;
    this.#path = path;
    this.#read = read;
  }

  /** Keep what is not saved, unless it is saved in a moment. */
  keepSoon() {
    this.#timer ||= setTimeout(() => this.keep(), PAUSE);
  }

  /** Keep what is not saved now; nothing if all is saved. */
  async keep() {
    this.stop();
    const unsaved = this.#read();
    if (!unsaved && !this.#isKept) return;
    this.#isKept = Boolean(unsaved);
    const key = { user: this.#user, path: this.#path };
    await (unsaved ? keepDraft({ ...key, ...unsaved, changedAt: Date.now() }) : dropDraft(key));
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Offer what an earlier visit could not save, unless the document has it. @param {any} data */
  async find(data) {
    this.offered.value = null;
    for (const draft of await findDrafts(this.#user, this.#path)) {
      if (isUseful(draft, data)) this.offered.value ??= draft;
      else await dropDraft(draft);
    }
  }

  /** Remove what is offered if the document has it by now. @param {any} data */
  review(data) {
    const draft = this.offered.value;
    if (draft && !isUseful(draft, data)) this.drop(data);
  }

  /** Remove what is offered, and look for more. @param {any} data */
  async drop(data) {
    await dropDraft(/** @type {Draft} */ (this.offered.value));
    await this.find(data);
  }
}

/**
 * What a draft has to contain; null if everything is saved. Conflicts are asked for again: their base is
 * neither version.
 * @param {Record<string, any>} edits
 * @param {any} base
 * @param {import("./merge.js").Conflict[]} conflicts
 * @returns {Unsaved | null}
 */
export function unsavedOf(edits, base, conflicts) {
  const fields = Object.keys(edits);
  if (!fields.length) return null;
  const before = withParts(base, conflicts.map(({ path }) => [path, null]));
  return { edits: { ...edits }, base: Object.fromEntries(fields.map((field) => [field, before[field]])) };
}

/** @param {Draft} draft @param {any} data */
const isUseful = ({ edits, base }, data) => Object.keys(rebase(edits, base, data).edits).length > 0;

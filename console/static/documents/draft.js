/** The drafts of a document: unsaved changes of this tab, and of earlier visits. */

import { signal } from "@preact/signals";
import { BrowserStore, TAB, ofClosedTabs } from "./browser-store.js";
import { rebase } from "./merge.js";
import { withParts } from "./parts.js";

/**
 * Drafts in the browser's database: unsaved changes outlive a page that is closed or crashes while the
 * service cannot be reached. A draft belongs to a user and a tab; other tabs are offered it once that
 * tab is closed. Without a database, the page works without drafts.
 *
 * @typedef {object} Draft
 * @property {string} user  the id of whoever made the changes
 * @property {string} path  of the document in the API
 * @property {string} tab
 * @property {number} changedAt  Unix milliseconds
 * @property {Record<string, any>} edits  the changed fields
 * @property {Record<string, any>} base  their values before
 * @property {import("./pending-operations.js").Operation[]} [operations]  on a timeline
 */

const drafts = new BrowserStore("vidworks", "drafts", ["user", "path", "tab"], "changedAt");

/** Store the draft of this tab, in place of the previous one. @param {Omit<Draft, "tab">} draft */
const keepDraft = (draft) => drafts.change((store) => store.put({ ...draft, tab: TAB }));

/** Remove a draft, by default that of this tab. @param {{user: string, path: string, tab?: string}} draft */
const dropDraft = ({ user, path, tab = TAB }) => drafts.change((store) => store.delete([user, path, tab]));

/**
 * The drafts of a document that closed tabs have left, newest first.
 * @param {string} user @param {string} path
 * @returns {Promise<Draft[]>}
 */
async function findDrafts(user, path) {
  const found = await ofClosedTabs(await drafts.read([user, path]));
  return found.sort((a, b) => b.changedAt - a.changedAt);
}

const PAUSE = 1000; // milliseconds from a change to its draft

/**
 * @typedef {import("./pending-operations.js").Operation} Operation
 * @typedef {{edits: Record<string, any>, base: Record<string, any>, operations: Operation[]}} Unsaved
 *   changed fields, their values before, and operations on a timeline
 */

export class DocumentDraft {
  /** Unsaved changes of an earlier visit. @type {import("@preact/signals").Signal<Draft | null>} */
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

  /** Keep a draft soon, unless everything is saved by then. */
  keepSoon() {
    this.#timer ||= setTimeout(() => this.keep(), PAUSE);
  }

  /** Keep a draft of what is not saved; remove it if everything is. */
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

  /** Offer a draft of an earlier visit, unless the document contains it. @param {any} data */
  async find(data) {
    this.offered.value = null;
    for (const draft of await findDrafts(this.#user, this.#path)) {
      if (isUseful(draft, data)) this.offered.value ??= draft;
      else await dropDraft(draft);
    }
  }

  /** Remove the offered draft if the document contains it by now. @param {any} data */
  review(data) {
    const draft = this.offered.value;
    if (draft && !isUseful(draft, data)) this.drop(data);
  }

  /** Remove the offered draft, and look for more. @param {any} data */
  async drop(data) {
    await dropDraft(/** @type {Draft} */ (this.offered.value));
    await this.find(data);
  }
}

/**
 * The content of a draft; null if everything is saved. Fields in conflict have no base, so that the
 * next visit asks about them again.
 * @param {Record<string, any>} edits
 * @param {any} base
 * @param {import("./merge.js").Conflict[]} conflicts
 * @param {Operation[]} [operations]
 * @returns {Unsaved | null}
 */
export function unsavedOf(edits, base, conflicts, operations = []) {
  const fields = Object.keys(edits);
  if (!fields.length && !operations.length) return null;
  const before = withParts(base, conflicts.map(({ path }) => [path, null]));
  const values = Object.fromEntries(fields.map((field) => [field, before[field]]));
  return { edits: { ...edits }, base: values, operations };
}

/**
 * The names of the fields that a draft would change.
 * @param {Draft} draft @param {any} data
 */
export function changedBy({ edits, base, operations = [] }, data) {
  const fields = Object.keys(rebase(edits, base, data).edits);
  const applied = new Set(data.editorState?.operationIds);
  const isOperated = operations.some(({ operationId }) => !applied.has(operationId));
  return isOperated ? [...fields, "editorState"] : fields;
}

/** @param {Draft} draft @param {any} data */
const isUseful = (draft, data) => changedBy(draft, data).length > 0;

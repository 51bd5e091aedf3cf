/**
 * Steps that can be undone or redone, in the browser's database, as the changes of each: undoing them
 * outlives a reload, and a restart of the browser. They belong to a user and a tab; once that is closed,
 * the next tab that opens the document takes them over. Without a database, they last as long as the page.
 *
 * @typedef {object} StoredStep
 * @property {string} id
 * @property {number} madeAt  Unix milliseconds, later than the step before
 * @property {import("../timeline/operations/changes.js").Change[]} changes
 * @property {{ids: string[], transition: string|null}} [removed]  what was selected, and was deleted
 * @property {boolean} isUndone
 */

import { BrowserStore, TAB, ofClosedTabs } from "./browser-store.js";
import { sizeOf } from "./parts.js";

const BYTES = 1_000_000; // of a document's steps
const PAUSE = 500; // milliseconds, so that the letters of a word are stored together

const stored = new BrowserStore("vidworks.undo", "steps", ["user", "path", "id"], "madeAt");

/** What has changed since it was stored. @type {Set<StepStore<any>>} */
const changed = new Set();

addEventListener("pagehide", keepAll);

function keepAll() {
  for (const store of changed) store.keep();
}

/** The steps of a document. @template {{id: string}} T  as the page has them */
export class StepStore {
  #user;
  #path;
  #read;
  #timer = 0;
  /** What is in the database, by ids; null: it is not known what of a step. @type {Map<string, {step: T, size: number} | null>} */
  #kept = new Map();

  /**
   * @param {string} user  the id of whoever edits @param {string} path
   * @param {() => {step: T, toStored: () => StoredStep}[]} read  all, newest first
   */
  constructor(user, path, read) {
    this.#user = user;
    this.#path = path;
    this.#read = read;
  }

  /**
   * The steps of earlier visits, in the order in which they were made.
   * @returns {Promise<StoredStep[]>}
   */
  async find() {
    keepAll(); // what was left a moment ago
    const all = await stored.read([this.#user, this.#path]);
    const found = [...all.filter(({ tab }) => tab === TAB), ...(await ofClosedTabs(all))];
    for (const { id } of found) this.#kept.set(id, null);
    return found.sort((one, other) => one.madeAt - other.madeAt);
  }

  /**
   * Store the steps once the browser has nothing else to do: what is stored only while a page is being
   * closed may be lost.
   * @param {boolean} goesOn  whether the last step may still change
   */
  keepSoon(goesOn) {
    changed.add(this);
    this.#timer ||= setTimeout(() => whenIdle(() => this.keep()), goesOn ? PAUSE : 0);
  }

  /** Store what has changed. */
  async keep() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!changed.delete(this)) return;
    /** @type {string[]} */
    const ids = [];
    const isKept = await stored.change((store) => ids.push(...this.#write(store)));
    if (isKept) return;
    for (const id of ids) this.#kept.set(id, null); // once more, the next time
  }

  /** Write what is not in the database yet. @param {IDBObjectStore} store @returns {string[]} the ids of that */
  #write(store) {
    const { fitting, added } = this.#fitting();
    const gone = [...this.#kept.keys()].filter((id) => !fitting.has(id));
    this.#kept = fitting;
    for (const id of gone) store.delete([this.#user, this.#path, id]);
    for (const step of added) store.put({ ...step, user: this.#user, path: this.#path, tab: TAB });
    return [...gone, ...added.map(({ id }) => id)];
  }

  /** The newest steps that fit, and which of them are not stored yet. */
  #fitting() {
    /** @type {Map<string, {step: T, size: number} | null>} */
    const fitting = new Map();
    const added = [];
    let left = BYTES;
    for (const { step, toStored } of this.#read()) {
      const known = this.#kept.get(step.id);
      const isKnown = known?.step === step;
      const made = isKnown ? null : toStored();
      const size = made ? sizeOf(made) : /** @type {any} */ (known).size;
      left -= size;
      if (left < 0) break;
      fitting.set(step.id, { step, size });
      if (made) added.push(made);
    }
    return { fitting, added };
  }
}

/** @param {() => void} run */
const whenIdle = (run) => (globalThis.requestIdleCallback ?? setTimeout)(run);

/**
 * Drafts in the browser's database (IndexedDB): unsaved changes outlive a page that is closed or
 * crashes while the service cannot be reached. A draft belongs to a user and a tab; other tabs are
 * offered it once that tab is closed. Without a database, the page works without drafts.
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

const NAME = "drafts";
const KEPT = 30 * 24 * 3600 * 1000; // milliseconds
const LOCK = "vidworks.tab.";
/** This tab. Its lock is held until it is closed; only pages with TLS have locks. */
const TAB = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("-");

navigator.locks?.request(LOCK + TAB, () => new Promise(() => {}));

/** @type {Promise<IDBDatabase> | null} */
let opening = null;

/** Store the draft of this tab, in place of the previous one. @param {Omit<Draft, "tab">} draft */
export const keepDraft = (draft) => change((store) => store.put({ ...draft, tab: TAB }));

/** Remove a draft, by default that of this tab. @param {{user: string, path: string, tab?: string}} draft */
export const dropDraft = ({ user, path, tab = TAB }) => change((store) => store.delete([user, path, tab]));

/**
 * The drafts of a document that closed tabs have left, newest first.
 * @param {string} user @param {string} path
 * @returns {Promise<Draft[]>}
 */
export async function findDrafts(user, path) {
  const range = IDBKeyRange.bound([user, path], [user, path, []]);
  /** @type {Draft[]} */
  const found = (await change((store) => store.getAll(range))) ?? [];
  if (!found.length) return [];
  const locks = (await navigator.locks?.query())?.held ?? [];
  const isOpen = (/** @type {Draft} */ { tab }) => tab === TAB || locks.some(({ name }) => name === LOCK + tab);
  return found.filter((draft) => !isOpen(draft)).sort((a, b) => b.changedAt - a.changedAt);
}

/**
 * Run a request in the database; return its result, undefined if it fails.
 * @param {(store: IDBObjectStore) => IDBRequest} action
 * @returns {Promise<any>}
 */
async function change(action) {
  try {
    const transaction = (await database()).transaction(NAME, "readwrite");
    const request = action(transaction.objectStore(NAME));
    transaction.commit(); // also if the page is being closed
    await ended(transaction);
    return request.result;
  } catch {
    return undefined; // the browser allows no database, or has no space
  }
}

function database() {
  opening ??= openDatabase();
  return opening;
}

async function openDatabase() {
  const request = indexedDB.open("vidworks", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(NAME, { keyPath: ["user", "path", "tab"] });
  await new Promise((resolve, reject) => Object.assign(request, { onsuccess: resolve, onerror: reject }));
  removeOld(request.result);
  return request.result;
}

/** Remove old drafts. @param {IDBDatabase} opened */
function removeOld(opened) {
  const cursor = opened.transaction(NAME, "readwrite").objectStore(NAME).openCursor();
  cursor.onsuccess = () => {
    if (!cursor.result) return;
    if (cursor.result.value.changedAt < Date.now() - KEPT) cursor.result.delete();
    cursor.result.continue();
  };
}

/** @param {IDBTransaction} transaction */
function ended(transaction) {
  return new Promise((resolve, reject) =>
    Object.assign(transaction, { oncomplete: resolve, onerror: reject, onabort: reject }),
  );
}

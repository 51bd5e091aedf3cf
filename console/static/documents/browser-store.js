/**
 * Stores in the browser's database (IndexedDB), and the tabs whose entries they have: what a closed one
 * has stored, another one takes over. Where the browser allows no database, or has no space, nothing is
 * stored.
 */

const KEPT = 30 * 24 * 3600 * 1000; // milliseconds
const LOCK = "vidworks.tab.";
/** This tab. Its lock is held until it is closed; only pages with TLS have locks. */
export const TAB = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("-");

navigator.locks?.request(LOCK + TAB, () => new Promise(() => {}));

export class BrowserStore {
  #database;
  #name;
  #keyPath;
  #time;
  /** @type {Promise<IDBDatabase> | null} */
  #opening = null;

  /**
   * @param {string} database @param {string} name @param {string[]} keyPath
   * @param {string} time  the property with the Unix milliseconds after which an entry is too old one day
   */
  constructor(database, name, keyPath, time) {
    this.#database = database;
    this.#name = name;
    this.#keyPath = keyPath;
    this.#time = time;
  }

  /**
   * Return the entries whose keys begin with something; none if that fails.
   * @param {string[]} beginning
   * @returns {Promise<any[]>}
   */
  async read(beginning) {
    /** @type {IDBRequest<any[]>[]} */
    const requests = [];
    const isRead = await this.change((store) => {
      requests.push(store.getAll(IDBKeyRange.bound(beginning, [...beginning, []])));
    });
    return isRead ? requests[0].result : [];
  }

  /**
   * Run requests, all or none.
   * @param {(store: IDBObjectStore) => void} action
   * @returns {Promise<boolean>} whether that has succeeded
   */
  async change(action) {
    try {
      this.#opening ??= this.#open();
      const transaction = (await this.#opening).transaction(this.#name, "readwrite");
      action(transaction.objectStore(this.#name));
      transaction.commit(); // also if the page is being closed
      await ended(transaction);
      return true;
    } catch {
      return false;
    }
  }

  async #open() {
    const request = indexedDB.open(this.#database, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(this.#name, { keyPath: this.#keyPath }).createIndex(this.#time, this.#time);
    };
    await new Promise((resolve, reject) => Object.assign(request, { onsuccess: resolve, onerror: reject }));
    this.#removeOld(request.result.transaction(this.#name, "readwrite").objectStore(this.#name));
    return request.result;
  }

  /** @param {IDBObjectStore} store */
  #removeOld(store) {
    const isIndexed = store.indexNames.contains(this.#time); // the first databases had no index
    const before = Date.now() - KEPT;
    const request = isIndexed ? store.index(this.#time).openCursor(IDBKeyRange.upperBound(before)) : store.openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      if (cursor.value[this.#time] <= before) cursor.delete();
      cursor.continue();
    };
  }
}

/** @param {IDBTransaction} transaction */
function ended(transaction) {
  return new Promise((resolve, reject) =>
    Object.assign(transaction, { oncomplete: resolve, onerror: reject, onabort: reject }),
  );
}

/** Return what closed tabs have stored. @template {{tab: string}} T @param {T[]} entries @returns {Promise<T[]>} */
export async function ofClosedTabs(entries) {
  if (!entries.length) return [];
  const locks = (await navigator.locks?.query())?.held ?? [];
  const isOpen = (/** @type {T} */ { tab }) => tab === TAB || locks.some(({ name }) => name === LOCK + tab);
  return entries.filter((entry) => !isOpen(entry));
}

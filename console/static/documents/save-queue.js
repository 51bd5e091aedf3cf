/** Saves of a document, one after the other: soon after a change, at once, or when they may be repeated. */

// When a save is repeated that the service has refused temporarily, such as while a document is locked.

/** @typedef {import("../api.js").ApiError} ApiError */

const LONGEST = 60; // seconds between two attempts, unless the service asks for more
const SPREAD = 0.25; // of a pause, so that many pages do not retry at the same moment
const TEMPORARY = [429, 503];

class Retry {
  /** Why saving is postponed; null if it is not. @type {ApiError | null} */
  reason = null;

  #action;
  #attempts = 0;
  #timer = 0;

  /** @param {() => void} action the next attempt */
  constructor(action) {
    this.#action = action;
  }

  /** Whether the next attempt has to wait. */
  get isWaiting() {
    return this.#timer !== 0;
  }

  /**
   * Plan the next attempt after one has failed, if the service has said when.
   * @param {ApiError} error
   * @returns {boolean} whether there will be one
   */
  plan(error) {
    const attempts = this.#attempts;
    this.end();
    if (!TEMPORARY.includes(error.status) || !error.retryAfter) return false;
    const pause = Math.max(error.retryAfter, Math.min(2 ** attempts, LONGEST));
    this.reason = error;
    this.#attempts = attempts + 1;
    this.#timer = setTimeout(() => this.#start(), pause * (1 + SPREAD * Math.random()) * 1000);
    return true;
  }

  /** Cancel the next attempt. */
  end() {
    clearTimeout(this.#timer);
    this.reason = null;
    this.#attempts = 0;
    this.#timer = 0;
  }

  #start() {
    this.#timer = 0;
    this.#action();
  }
}

const PAUSE = 500; // milliseconds

export class SaveQueue {
  #save;
  #timer = 0;
  #last = Promise.resolve();

  /** @param {() => Promise<void>} save */
  constructor(save) {
    this.#save = save;
    this.retry = new Retry(() => this.now());
  }

  /** Save soon, unless something else is to be saved before. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.inTime(), PAUSE);
  }

  /** Save now. */
  now() {
    clearTimeout(this.#timer);
    return this.run(this.#save);
  }

  /** Save, unless an attempt is scheduled already, which will save everything. */
  inTime() {
    return this.run(async () => (this.retry.isWaiting ? undefined : this.#save()));
  }

  /** Run an action after those before it, whether they succeed or not. @param {() => Promise<void>} action */
  run(action) {
    const done = this.#last.then(action);
    this.#last = done.catch(() => {});
    return done;
  }

  stop() {
    clearTimeout(this.#timer);
    this.retry.end();
  }
}

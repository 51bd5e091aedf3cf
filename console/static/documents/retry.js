/** When a save is repeated that the service has refused temporarily, such as while a document is locked. */

/** @typedef {import("../api.js").ApiError} ApiError */

const LONGEST = 60; // seconds between two attempts, unless the service asks for more
const SPREAD = 0.25; // of a pause, so that many pages do not retry at the same moment
const TEMPORARY = [429, 503];

export class Retry {
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

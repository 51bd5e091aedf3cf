/** When the service is asked again after it has refused a save only for now, such as one of a locked document. */

/** @typedef {import("../api.js").ApiError} ApiError */

const LONGEST = 60; // seconds between two attempts, unless the service asks for more
const SPREAD = 0.25; // of a pause: the saves of many pages do not come back all at once
const TEMPORARY = [429, 503];

export class Retry {
  /** Why nothing is saved for now; null if no attempt is due. @type {ApiError | null} */
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
   * Note that an attempt has failed, and plan the next one if the service has said when.
   * @param {ApiError} error
   * @returns {boolean} whether there will be one
   */
  note(error) {
    const attempts = this.#attempts;
    this.end();
    if (!TEMPORARY.includes(error.status) || !error.retryAfter) return false;
    const pause = Math.max(error.retryAfter, Math.min(2 ** attempts, LONGEST));
    this.reason = error;
    this.#attempts = attempts + 1;
    this.#timer = setTimeout(() => this.#start(), pause * (1 + SPREAD * Math.random()) * 1000);
    return true;
  }

  /** Plan no attempt any more. */
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

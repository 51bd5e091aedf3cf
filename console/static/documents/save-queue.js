/** Saves of a document, one after the other: soon after a change, at once, or when they may be repeated. */

import { Retry } from "./retry.js";

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

/**
 * The time of the timeline while it plays: that of the AudioContext, so that pictures follow the sound.
 * While no sound is there, or the context does not run, that of the page.
 */

const STALLED = 0.5; // seconds in which a context that runs has to get on

export class Clock {
  /** @type {() => AudioContext|null} */
  #context;
  /** Whether it is that of the context. */
  isAudio = false;
  #time = 0; // at the anchor
  #speed = 1;
  #seconds = 0; // of the context or the page, at the anchor
  #page = 0; // seconds of the page, at the anchor

  /** @param {() => AudioContext|null} context */
  constructor(context) {
    this.#context = context;
  }

  /** Let the timeline be at a time now. @param {number} time @param {number} speed */
  start(time, speed) {
    [this.#time, this.#speed] = [time, speed];
    this.isAudio = this.#context()?.state === "running";
    this.#page = performance.now() / 1000;
    this.#seconds = this.isAudio ? (this.#context()?.currentTime ?? 0) : this.#page;
  }

  /** The time of the timeline, in seconds. */
  get time() {
    const context = this.#context();
    const page = performance.now() / 1000;
    const now = this.isAudio ? (context?.currentTime ?? this.#seconds) : page;
    const isStalled = this.isAudio && now === this.#seconds && page - this.#page > STALLED;
    return this.#at(isStalled ? this.#seconds + page - this.#page : now);
  }

  /** Whether it is no longer that of the context, or should be. */
  get isOutdated() {
    return this.isAudio !== (this.#context()?.state === "running");
  }

  /** When the timeline is at a time, in seconds of the context. @param {number} time */
  whenOf(time) {
    return this.#seconds + (time - this.#time) / this.#speed;
  }

  /** @param {number} seconds */
  #at(seconds) {
    return this.#time + (seconds - this.#seconds) * this.#speed;
  }
}

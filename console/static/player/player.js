/**
 * Plays a work's timeline, as its export will look and sound.
 *
 * @typedef {import("../timeline/model.js").Model} Model
 * @typedef {import("../timeline/model.js").Moment} Moment
 */

import { signal } from "@preact/signals";
import { toSeconds } from "../timeline/frames.js";
import { frameAt, frameOf, frameStart } from "../timeline/model.js";
import { loadStyles } from "./overlays.js";
import { Sound } from "./sound.js";
import { Stage } from "./stage.js";

const SPEEDS = [1, 2, 4];
const GRACE = 150; // milliseconds for which a clip that plays may get stuck

export class Player {
  /** Seconds of the timeline. */
  time = signal(0);
  playing = signal(false);
  /** While it plays: 1, 2, 4, or backwards -1, -2, -4. */
  speed = signal(1);
  /** Whether it waits for media while it plays. */
  waiting = signal(false);
  muted = signal(false);
  /** The part of the timeline that is played, in seconds. */
  first = signal(0);
  end = signal(0);

  /** @type {Model|null} */
  #model = null;
  #isChanging = false;
  #request = 0;
  #isRunning = false; // false while it waits
  #readyAt = 0; // milliseconds
  #pauseIfHidden = () => {
    if (document.hidden) this.pause();
  };

  /**
   * @param {HTMLElement} root  an element of any size, which shows the frame
   * @param {(assetId: string) => string} assetUrl
   */
  constructor(root, assetUrl) {
    this.styles = loadStyles();
    this.stage = new Stage(root, assetUrl);
    this.sound = new Sound(this.stage);
    document.addEventListener("visibilitychange", this.#pauseIfHidden);
  }

  /** Say which assets were deleted: their names by their ids, "" where that is not known. @param {Map<string, string>} gone */
  showGone(gone) {
    this.stage.showGone(gone);
    if (!this.playing.value) this.#draw(0);
  }

  /** Show a model from now on, at the same time. @param {Model} model */
  load(model) {
    this.#model = model;
    const { plan } = model;
    this.first.value = toSeconds(plan.first, plan.rate);
    this.end.value = toSeconds(plan.last, plan.rate);
    this.stage.load(model);
    this.sound.load(model);
    if (this.#isChanging) return;
    this.time.value = this.playing.value ? this.#within(this.time.value) : this.#onFrame(this.time.value);
    if (!this.playing.value) this.#draw(0);
  }

  /** @param {number} [speed] */
  play(speed = 1) {
    if (!this.#model || this.end.value <= this.first.value) return;
    if (speed > 0 && this.#isAtEnd) this.time.value = this.first.value;
    this.speed.value = speed;
    this.#restart();
    if (this.playing.value) return;
    this.playing.value = true;
    this.sound.start();
    this.#next();
  }

  pause() {
    if (!this.playing.value) return;
    this.playing.value = false;
    this.waiting.value = false;
    this.speed.value = 1;
    cancelAnimationFrame(this.#request);
    this.seek(this.time.value);
  }

  toggle() {
    if (this.playing.value) this.pause();
    else this.play();
  }

  /** Go to the frame that is shown at a time in seconds. @param {number} time */
  seek(time) {
    this.time.value = this.#onFrame(time);
    this.#restart();
    this.#draw(0);
  }

  /**
   * Go to a time of what a change makes of the timeline, and show nothing in between.
   * @param {() => void} change  may load a model @param {() => number} timeOf  seconds, afterwards
   */
  seekAfter(change, timeOf) {
    this.#isChanging = true;
    try {
      change();
    } finally {
      this.#isChanging = false;
    }
    this.seek(timeOf());
  }

  /** Go to the frame so many frames further, and stop there. @param {number} frames */
  step(frames) {
    if (!this.#model) return;
    this.pause();
    const { rate } = this.#model.plan;
    this.seek(toSeconds(frameOf(this.#model, this.time.value) + frames, rate));
  }

  /** Play forwards (1) or backwards (-1), and faster each time. @param {1|-1} direction */
  shuttle(direction) {
    const speed = this.playing.value ? this.speed.value * direction : 0;
    const faster = SPEEDS.find((each) => each > speed) ?? SPEEDS[SPEEDS.length - 1];
    this.play(direction * faster);
  }

  toggleMuted() {
    this.muted.value = !this.muted.value;
    this.sound.volume = this.muted.value ? 0 : 1;
  }

  async toggleFullscreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.stage.root.requestFullscreen();
  }

  /** Wait until the picture of the current time is painted. */
  async settled() {
    await this.styles;
    await this.stage.ready();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }

  destroy() {
    this.pause();
    document.removeEventListener("visibilitychange", this.#pauseIfHidden);
    this.sound.destroy();
    this.stage.destroy();
  }

  /** What is shown. @returns {Model|null} */
  get model() {
    return this.#model;
  }

  get #isAtEnd() {
    const { plan } = /** @type {Model} */ (this.#model);
    return this.time.value >= toSeconds(plan.last - 1, plan.rate) - 1e-6;
  }

  /** Let it begin anew from its time, once the clips there are ready. */
  #restart() {
    this.sound.halt();
    this.#isRunning = false;
    this.#readyAt = performance.now();
  }

  #next() {
    this.#request = requestAnimationFrame(() => this.#tick());
  }

  #tick() {
    const speed = this.speed.value;
    if (this.#isRunning) this.time.value = this.#within(this.sound.time);
    if (speed > 0 ? this.time.value >= this.end.value : this.time.value <= this.first.value) {
      this.pause();
      return;
    }
    this.#runOrWait(speed);
    this.#draw(this.#isRunning ? Math.max(speed, 0) : 0);
    this.#next();
  }

  /** Go on while the clips can; wait for those that cannot. @param {number} speed */
  #runOrWait(speed) {
    const now = performance.now();
    const unready = speed > 0 ? this.stage.unready(this.#moment()) : [];
    if (unready.length === 0) this.#readyAt = now;
    const isLate = now - this.#readyAt > GRACE;
    this.waiting.value = isLate;
    const runs = unready.length === 0 || (this.#isRunning && !isLate && !unready.some((deck) => deck.isNew));
    if (runs && this.#isRunning) this.sound.update();
    else if (runs) this.sound.begin(this.time.value, speed);
    else this.sound.halt();
    this.#isRunning = runs;
  }

  /** @returns {Moment} */
  #moment() {
    return frameAt(/** @type {Model} */ (this.#model), this.time.value);
  }

  /** @param {number} speed */
  #draw(speed) {
    if (!this.#model) return;
    this.stage.show(this.#moment(), speed);
    if (!this.playing.value) this.sound.prepare(this.time.value);
  }

  /** The time at which the frame of a time begins, or the end. @param {number} time */
  #onFrame(time) {
    const within = this.#within(time);
    const rate = this.#model?.plan.rate;
    return rate ? frameStart(within, rate) : within;
  }

  /** @param {number} time */
  #within(time) {
    return Math.max(this.first.value, Math.min(time, this.end.value));
  }
}

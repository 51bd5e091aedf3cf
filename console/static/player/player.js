/**
 * Plays a work's timeline, as its export will look and sound.
 *
 * @typedef {import("../timeline/model.js").Model} Model
 * @typedef {import("../timeline/model.js").Moment} Moment
 */

import { signal } from "@preact/signals";
import { toSeconds } from "../timeline/frames.js";
import { frameAt, frameOf } from "../timeline/model.js";
import { timeMapOf } from "../timeline/placed-clips.js";
import { timeOf } from "../timeline/time-map.js";
import { loadStyles } from "./fonts.js";
import { Sound } from "./sound.js";
import { Stage } from "./stage.js";

const SPEEDS = [1, 2, 4];
const FASTEST = 4; // seconds that pass at once at most, such as after the page was hidden

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
  #request = 0;
  #before = 0; // milliseconds, of the last picture
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

  /** Show a model from now on, at the same time. @param {Model} model */
  load(model) {
    this.#model = model;
    const { plan } = model;
    this.first.value = toSeconds(plan.first, plan.rate);
    this.end.value = toSeconds(plan.last, plan.rate);
    this.stage.load(model);
    this.sound.load(model);
    this.time.value = this.#within(this.time.value);
    if (!this.playing.value) this.#draw(0);
  }

  /** @param {number} [speed] */
  play(speed = 1) {
    if (!this.#model || this.end.value <= this.first.value) return;
    if (speed > 0 && this.#isAtEnd) this.time.value = this.first.value;
    this.speed.value = speed;
    if (this.playing.value) return;
    this.playing.value = true;
    this.sound.start();
    this.#before = performance.now();
    this.#next();
  }

  pause() {
    if (!this.playing.value) return;
    this.playing.value = false;
    this.waiting.value = false;
    this.speed.value = 1;
    cancelAnimationFrame(this.#request);
    this.sound.pause();
    this.#draw(0);
  }

  toggle() {
    if (this.playing.value) this.pause();
    else this.play();
  }

  /** Go to a time in seconds. @param {number} time */
  seek(time) {
    this.time.value = this.#within(time);
    this.#before = performance.now();
    this.#draw(this.playing.value ? this.speed.value : 0);
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

  #next() {
    this.#request = requestAnimationFrame((now) => this.#tick(now));
  }

  /** @param {number} now  milliseconds */
  #tick(now) {
    const passed = Math.min(Math.max(now - this.#before, 0) / 1000, FASTEST) * this.speed.value;
    this.#before = now;
    const time = this.speed.value > 0 ? this.#later(passed) : this.time.value + passed;
    this.waiting.value = time === null;
    this.time.value = this.#within(time ?? this.time.value);
    if (this.speed.value > 0 ? this.time.value >= this.end.value : this.time.value <= this.first.value) {
      this.pause();
      return;
    }
    this.#draw(Math.max(this.speed.value, 0));
    this.#next();
  }

  /**
   * Return the time after so many seconds: that of the clip that plays, so that the rest keeps up
   * with it. Null while it is not ready.
   * @param {number} passed
   */
  #later(passed) {
    const { plan } = /** @type {Model} */ (this.#model);
    const time = this.time.value;
    for (const view of this.#moment().views) {
      const media = this.stage.deckOf(view.clip).mediaTime();
      if (media === undefined) return null;
      if (media === null) continue;
      return Math.max(time, timeOf(timeMapOf(plan.clips[view.clip], plan.rate), media));
    }
    return time + passed;
  }

  /** @returns {Moment} */
  #moment() {
    return frameAt(/** @type {Model} */ (this.#model), this.time.value);
  }

  /** @param {number} speed */
  #draw(speed) {
    if (!this.#model) return;
    const moment = this.#moment();
    const waiting = this.waiting.value;
    this.stage.show(moment, speed, waiting);
    this.sound.play(this.time.value, waiting ? 0 : speed);
  }

  /** @param {number} time */
  #within(time) {
    return Math.max(this.first.value, Math.min(time, this.end.value));
  }
}

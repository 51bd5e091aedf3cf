/** A video that is shown and sought frame by frame. */

import { computed, signal } from "@preact/signals";
import { toFrame, toSeconds } from "../timeline/frames.js";

const MIDDLE = 0.5; // of a frame: browsers show the one before where a frame begins
const TELLS_FRAMES = "requestVideoFrameCallback" in HTMLVideoElement.prototype;

export class VideoPlayer {
  /** The frame that is shown. */
  frame = signal(0);
  playing = signal(false);
  muted = signal(false);
  #stop = new AbortController();
  #request = 0;

  /**
   * @param {HTMLVideoElement} element
   * @param {{rate: import("../timeline/frames.js").Rate, frames: number}} video
   * @param {HTMLElement} screen what is shown full-screen
   */
  constructor(element, { rate, frames }, screen) {
    this.element = element;
    this.screen = screen;
    this.rate = rate;
    this.frames = frames;
    /** Seconds at which the shown frame begins. */
    this.time = computed(() => toSeconds(this.frame.value, rate));
    const { signal: ended } = this.#stop;
    const listen = (/** @type {string} */ name, /** @type {() => void} */ listener) => element.addEventListener(name, listener, { signal: ended });
    listen("play", () => (this.playing.value = true));
    listen("pause", () => (this.playing.value = false));
    listen("volumechange", () => (this.muted.value = element.muted));
    listen("loadeddata", () => this.seekFrame(this.frame.peek())); // not the poster; with another address, where it was
    if (TELLS_FRAMES) this.#watch();
    else listen("timeupdate", () => this.#show(Math.floor(element.currentTime * (rate.num / rate.den))));
  }

  destroy() {
    this.#stop.abort();
    this.element.cancelVideoFrameCallback?.(this.#request);
  }

  toggle() {
    if (this.element.paused) this.play();
    else this.pause();
  }

  play() {
    this.element.play().catch(() => {}); // interrupted by a pause, or the element says why
  }

  pause() {
    this.element.pause();
  }

  /** Play, as often as pressed faster; backwards, a second back. @param {1 | -1} direction */
  shuttle(direction) {
    if (direction < 0) {
      this.pause();
      this.seek(this.time.peek() - 1);
    } else this.play();
  }

  /** @param {number} by frames */
  step(by) {
    this.pause();
    this.seekFrame(this.frame.peek() + by);
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.seekFrame(Number.isFinite(seconds) ? toFrame(seconds, this.rate) : this.frames - 1);
  }

  /** @param {number} frame */
  seekFrame(frame) {
    this.#show(frame);
    this.element.currentTime = toSeconds(this.frame.peek() + MIDDLE, this.rate);
  }

  toggleMuted() {
    this.element.muted = !this.element.muted;
  }

  toggleFullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.screen.requestFullscreen) this.screen.requestFullscreen();
    else /** @type {any} */ (this.element).webkitEnterFullscreen?.(); // iPhones
  }

  /** Follow the frames that are shown. */
  #watch() {
    this.#request = this.element.requestVideoFrameCallback((_, { mediaTime }) => {
      if (!this.element.seeking) this.#show(toFrame(mediaTime, this.rate));
      this.#watch();
    });
  }

  /** @param {number} frame */
  #show(frame) {
    this.frame.value = Math.max(0, Math.min(frame, this.frames - 1));
  }
}

/**
 * A place for one clip or image that fills the frame. Two decks take turns, so that the next clip is
 * ready when the one before it ends.
 *
 * @typedef {import("../timeline/geometry.js").Size} Size
 * @typedef {import("../timeline/model.js").Source} Source
 * @typedef {import("../timeline/timeline.js").Fit} Fit
 * @typedef {import("../unplayable.js").Problem} Problem
 */

import { at } from "../base.js";
import { problemOf } from "../unplayable.js";
import { Backdrop } from "./backdrop.js";
import { follow } from "./follow.js";
import { PictureWindow } from "./picture-window.js";

const NEAR = 0.004; // seconds: closer than that, the same frame is shown
const ENDING = 0.2; // seconds before its end in which a clip is ready with no more data
const REPAINT_DELAY = 100; // milliseconds after a seek

export class Deck {
  /** @type {Source|null} */
  #source = null;
  /** @type {number|null} */
  #pending = null;
  #repaint = 0;
  #isRepainting = false;
  /** @type {Size} */
  #frame = { width: 1, height: 1 };
  /** @type {Fit} */
  #fit = "contain";
  #window = new PictureWindow();

  /** Whether its clip could not be played yet. */
  isNew = true;
  /** Why its clip is not shown. @type {Problem|null} */
  problem = null;
  #onChange;

  /** @param {() => void} onChange  is called when the problem may have changed */
  constructor(onChange) {
    this.#onChange = onChange;
    this.root = element("div", "player-deck");
    this.backdrop = new Backdrop();
    this.video = element("video", "player-picture");
    this.image = element("img", "player-picture");
    this.image.alt = "";
    this.#window.root.append(this.video, this.image);
    this.root.append(this.backdrop.canvas, this.#window.root);
    this.video.playsInline = true;
    this.video.preload = "auto";
    this.video.disablePictureInPicture = true;
    this.video.muted = true; // until its sound is needed: see sound.js
    this.video.addEventListener("loadedmetadata", () => this.#place());
    this.video.addEventListener("seeked", () => {
      this.#seekPending();
      this.#repaintLater();
    });
    for (const name of ["error", "loadedmetadata", "emptied"]) this.video.addEventListener(name, () => this.#check());
    for (const name of ["loadeddata", "seeked"]) this.video.addEventListener(name, () => this.paintBackdrop());
    this.image.addEventListener("load", () => this.#place());
    this.clear();
  }

  /** The size of its picture; null before that is known. @returns {Size|null} */
  get size() {
    const { video, image } = this;
    if (this.#isVideo) return video.videoWidth ? { width: video.videoWidth, height: video.videoHeight } : null;
    return image.naturalWidth ? { width: image.naturalWidth, height: image.naturalHeight } : null;
  }

  /** @param {Size} frame @param {Fit} fit */
  setFrame(frame, fit) {
    this.#frame = frame;
    this.#fit = fit;
    this.#place();
  }

  /**
   * Show a part of its picture.
   * @param {import("../timeline/framing.js").Framing|null} framing  null: all of it
   */
  frameBy(framing) {
    if (this.#window.frameBy(framing)) this.#place();
    else this.#window.move(this.#picture);
  }

  /** @param {Source} source */
  load(source) {
    if (source.url === this.#source?.url) return;
    this.#source = source;
    this.#pending = null;
    this.problem = null;
    this.isNew = true;
    this.video.hidden = !this.#isVideo;
    this.image.hidden = this.#isVideo || !source.url;
    setSource(this.video, this.#isVideo ? source.url : undefined);
    setSource(this.image, this.#isVideo ? undefined : source.url);
    this.#place();
  }

  /** Fetch its media once more if that failed, and show the same time of them. */
  reload() {
    const { video, image } = this;
    if (!this.#isVideo) {
      if (image.complete && !image.naturalWidth) setSource(image, this.#source?.url);
    } else if (this.problem === "file" || video.error?.code === MediaError.MEDIA_ERR_NETWORK) {
      this.#pending ??= video.currentTime;
      video.load();
    }
  }

  clear() {
    this.#source = null;
    this.#pending = null;
    this.problem = null;
    setSource(this.video, undefined);
    setSource(this.image, undefined);
    this.video.hidden = this.image.hidden = true;
  }

  /** Stop, and show the frame at a time of the media. @param {number} sample  seconds */
  seek(sample) {
    if (!this.#isVideo) return;
    this.video.pause();
    this.#pending = sample;
    if (!this.video.seeking) this.#seekPending();
  }

  /**
   * Play from a time of the media on; go on if it plays there already.
   * @param {number} at  seconds @param {number} speed
   */
  play(at, speed) {
    const { video } = this;
    if (!this.#isVideo || video.error) return;
    const wanted = this.#within(at);
    const isHeld = wanted < at || (video.ended && at >= video.currentTime);
    if (isHeld) {
      if (!video.paused) return;
      this.seek(wanted);
      return;
    }
    follow(video, wanted, speed);
  }

  pause() {
    this.video.pause();
  }

  /** Whether it can play on: also an image, or a clip that has ended or failed. */
  get isReady() {
    const { video } = this;
    if (!this.#isVideo || video.error || video.ended) return true;
    if (video.seeking || this.#pending !== null) return false;
    const isEnding = video.currentTime >= video.duration - ENDING;
    const { HAVE_CURRENT_DATA, HAVE_FUTURE_DATA } = HTMLMediaElement;
    const isReady = video.readyState >= (isEnding ? HAVE_CURRENT_DATA : HAVE_FUTURE_DATA);
    this.isNew &&= !isReady;
    return isReady;
  }

  /** Wait until the frame that was sought is there. */
  async ready() {
    if (!this.#isVideo) {
      if (this.#source?.url) await this.image.decode().catch(() => {});
      return;
    }
    const { video } = this;
    while (!video.error && (video.seeking || this.#pending !== null || video.readyState < 2)) {
      await new Promise((resolve) => {
        for (const name of ["seeked", "loadeddata", "error", "emptied"]) {
          video.addEventListener(name, resolve, { once: true });
        }
      });
    }
  }

  /** Draw the blurred copy of the picture, if it is fitted like that. */
  paintBackdrop() {
    const { size } = this;
    const isShown = size !== null && this.#window.isOverCopy(size, this.#frame, this.#fit);
    this.backdrop.canvas.hidden = !isShown;
    if (isShown) this.backdrop.paint(this.#picture, size, this.#window.crop, this.#frame);
  }

  async #check() {
    const { error } = this.video;
    const source = this.#source;
    const problem = this.#isVideo ? await problemOf(this.video) : null;
    if (source !== this.#source || error !== this.video.error) return;
    this.problem = problem;
    this.#onChange();
  }

  get #isVideo() {
    return this.#source !== null && this.#source.seconds !== null;
  }

  /** Return a time of the media, at most that of its last frame. @param {number} time */
  #within(time) {
    const { duration } = this.video;
    return Number.isFinite(duration) ? Math.max(0, Math.min(time, duration - NEAR)) : time;
  }

  #seekPending() {
    if (this.#pending === null) return;
    const { video } = this;
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    const wanted = this.#within(this.#pending);
    this.#pending = null;
    if (Math.abs(video.currentTime - wanted) <= NEAR) return;
    this.#isRepainting = false;
    video.currentTime = wanted;
  }

  /**
   * Repeat a seek once, to the same frame: Chromium drops its picture if it is busy, and shows the
   * one before until another comes.
   */
  #repaintLater() {
    const { video } = this;
    clearTimeout(this.#repaint);
    if (this.#isRepainting || video.seeking) return;
    this.#repaint = setTimeout(() => {
      if (!video.paused || video.seeking) return;
      this.#isRepainting = true;
      video.currentTime += NEAR / 4;
    }, REPAINT_DELAY);
  }

  #place() {
    this.#seekPending();
    const { size } = this;
    if (!size) return;
    this.#window.place(this.#picture, size, this.#frame, this.#fit);
    this.paintBackdrop();
  }

  get #picture() {
    return this.#isVideo ? this.video : this.image;
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name @param {string} className
 * @returns {HTMLElementTagNameMap[Name]}
 */
function element(name, className) {
  return Object.assign(document.createElement(name), { className });
}

/** @param {HTMLVideoElement|HTMLImageElement} target @param {string|undefined} url */
function setSource(target, url) {
  if (url) {
    target.src = at(url);
  } else if (target.hasAttribute("src")) {
    target.removeAttribute("src");
    if (target instanceof HTMLVideoElement) target.load();
  }
}

/**
 * A place for one clip or image that fills the frame. Two decks take turns, so that the next clip is
 * ready when the one before it ends.
 *
 * @typedef {import("../timeline/model.js").Source} Source
 * @typedef {import("../timeline/timeline.js").Fit} Fit
 * @typedef {import("../unplayable.js").Problem} Problem
 */

import { at } from "../base.js";
import { WHOLE, partSize } from "../timeline/framing.js";
import { blurredCopy, fitted } from "../timeline/geometry.js";
import { problemOf } from "../unplayable.js";
import { follow } from "./follow.js";

/**
 * @typedef {import("../timeline/framing.js").Framing} Framing
 * @typedef {import("../timeline/geometry.js").Box} Box
 * @typedef {import("../timeline/geometry.js").Size} Size
 */

/** The box of a picture in the frame, and the part of the picture that fills it: a window in its crop. */
class PictureWindow {
  root = Object.assign(document.createElement("div"), { className: "player-window" });
  /** The part of the picture that is fitted into the frame. */
  crop = WHOLE;
  #window = WHOLE;
  /** @type {Box} */
  #box = { x: 0, y: 0, width: 1, height: 1 };

  /** @param {Framing|null} framing  null: all of the picture @returns {boolean} whether the crop is another one */
  frameBy(framing) {
    const { crop, window } = framing ?? { crop: WHOLE, window: WHOLE };
    const isChanged = this.crop !== crop;
    this.crop = crop;
    this.#window = window;
    return isChanged;
  }

  /**
   * Return whether a blurred copy is behind a picture.
   * @param {Size} size  of the picture @param {Size} frame @param {import("../timeline/timeline.js").Fit} fit
   */
  isOverCopy(size, frame, fit) {
    return fitted(partSize(size, this.crop), frame, fit).isOverCopy;
  }

  /**
   * Bring a picture to its place in the frame.
   * @param {HTMLElement} picture
   * @param {Size} size  of the picture @param {Size} frame @param {import("../timeline/timeline.js").Fit} fit
   */
  place(picture, size, frame, fit) {
    const { box } = fitted(partSize(size, this.crop), frame, fit);
    this.#box = box;
    Object.assign(this.root.style, inPixels(box));
    const { x, y, width, height } = this.crop;
    const whole = { width: box.width / width, height: box.height / height };
    const [left, top] = [x * whole.width, y * whole.height];
    Object.assign(picture.style, inPixels({ x: -left, y: -top, ...whole }));
    picture.style.transformOrigin = `${left}px ${top}px`;
    this.move(picture);
  }

  /** Let the window fill the box. @param {HTMLElement} picture */
  move(picture) {
    const { x, y, width, height } = this.#window;
    const [right, down] = [-x * this.#box.width, -y * this.#box.height];
    const isWhole = width === 1 && height === 1;
    picture.style.transform = isWhole ? "" : `scale(${1 / width}, ${1 / height}) translate(${right}px, ${down}px)`;
  }
}

/** @param {Box} box */
function inPixels({ x, y, width, height }) {
  return { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` };
}

const SIGMA = 4; // pixels of the copy
const MARGIN = 3 * SIGMA; // in which the edges are repeated: filters of CSS take them for transparent

/** The blurred copy behind a picture that does not fill the frame. */
class Backdrop {
  canvas = Object.assign(document.createElement("canvas"), { className: "player-backdrop" });

  /**
   * @param {CanvasImageSource} picture @param {Size} size  of the picture
   * @param {import("../timeline/framing.js").Window} crop  the part of it that is shown @param {Size} frame
   */
  paint(picture, size, crop, frame) {
    const part = partSize(size, crop);
    const { copy, box } = blurredCopy(part, frame);
    this.#resize(copy, frame);
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.save();
    context.beginPath();
    context.rect(MARGIN, MARGIN, copy.width, copy.height);
    context.clip();
    context.fillStyle = picture instanceof HTMLImageElement ? "#fff" : "#000"; // behind transparent parts
    context.fillRect(MARGIN, MARGIN, copy.width, copy.height);
    const [x, y] = [crop.x * size.width, crop.y * size.height];
    context.drawImage(picture, x, y, part.width, part.height, MARGIN + box.x, MARGIN + box.y, box.width, box.height);
    context.restore();
    this.#repeatEdges(context, copy);
  }

  /** @param {Size} copy @param {Size} frame */
  #resize(copy, frame) {
    const [width, height] = [copy.width + 2 * MARGIN, copy.height + 2 * MARGIN];
    if (this.canvas.width === width && this.canvas.height === height) return;
    Object.assign(this.canvas, { width, height });
    const scale = { x: frame.width / copy.width, y: frame.height / copy.height };
    Object.assign(this.canvas.style, {
      left: `${-MARGIN * scale.x}px`,
      top: `${-MARGIN * scale.y}px`,
      width: `${width * scale.x}px`,
      height: `${height * scale.y}px`,
      filter: `blur(${SIGMA * scale.x}px)`,
    });
  }

  /** @param {CanvasRenderingContext2D} context @param {Size} copy */
  #repeatEdges(context, { width, height }) {
    const { canvas } = this;
    const [right, bottom] = [MARGIN + width, MARGIN + height];
    context.drawImage(canvas, MARGIN, MARGIN, width, 1, MARGIN, 0, width, MARGIN);
    context.drawImage(canvas, MARGIN, bottom - 1, width, 1, MARGIN, bottom, width, MARGIN);
    context.drawImage(canvas, MARGIN, 0, 1, canvas.height, 0, 0, MARGIN, canvas.height);
    context.drawImage(canvas, right - 1, 0, 1, canvas.height, right, 0, MARGIN, canvas.height);
  }
}

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
  /** Whether nothing of its media was painted yet. */
  isBlank = false;
  /** Why its clip is not shown. @type {Problem|null} */
  problem = null;
  #onChange;

  /** @param {() => void} onChange  is called when its problem may have changed, or its first picture was painted */
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
    this.video.addEventListener("loadeddata", () => this.#arrived());
    this.video.addEventListener("seeked", () => this.#sought());
    for (const name of ["error", "loadedmetadata", "emptied"]) this.video.addEventListener(name, () => this.#check());
    for (const name of ["load", "error"]) this.image.addEventListener(name, () => (this.#place(), this.#painted()));
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
    [this.#frame, this.#fit] = [frame, fit];
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

  /** Whether it has the media of a source. @param {Source} source */
  has(source) {
    return source.url === this.#source?.url;
  }

  /** @param {Source} source */
  load(source) {
    if (this.has(source)) return;
    this.#source = source;
    this.#pending = null;
    this.problem = null;
    this.isNew = true;
    this.isBlank = Boolean(source.url);
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
    this.#source = this.#pending = this.problem = null;
    this.isBlank = false;
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
    const { video, image } = this;
    if (!this.#isVideo) return this.#source?.url ? image.decode().catch(() => {}) : undefined;
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
    if (problem) this.isBlank = false; // there will be no picture
    this.#onChange();
  }

  #arrived() {
    this.paintBackdrop();
    if (!this.video.seeking) this.#painted();
  }

  #sought() {
    this.paintBackdrop();
    this.#painted();
    this.#seekPending();
    this.#repaintLater();
  }

  /** Its picture is there: it is painted within two frames of the screen. */
  async #painted() {
    const source = this.#source;
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    if (!this.isBlank || source !== this.#source) return;
    this.isBlank = false;
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

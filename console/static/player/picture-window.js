/**
 * The box of a picture in the frame, and the part of the picture that fills it: a window in its crop.
 *
 * @typedef {import("../timeline/framing.js").Framing} Framing
 * @typedef {import("../timeline/geometry.js").Box} Box
 * @typedef {import("../timeline/geometry.js").Size} Size
 */

import { WHOLE, partSize } from "../timeline/framing.js";
import { fitted } from "../timeline/geometry.js";

export class PictureWindow {
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

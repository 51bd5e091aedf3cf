/**
 * The blurred copy behind a picture that does not fill the frame.
 *
 * @typedef {import("../timeline/geometry.js").Size} Size
 */

import { partSize } from "../timeline/framing.js";
import { blurredCopy } from "../timeline/geometry.js";

const SIGMA = 4; // pixels of the copy
const MARGIN = 3 * SIGMA; // in which the edges are repeated: filters of CSS take them for transparent

export class Backdrop {
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

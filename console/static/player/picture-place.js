/**
 * Where a picture above the video is.
 *
 * @typedef {import("../timeline/geometry.js").Size} Size
 * @typedef {import("../timeline/model.js").PictureOverlay} PictureOverlay
 */

import { roundHalfEven } from "../timeline/frames.js";

/**
 * Put a picture at its place: as exports do, to whole pixels unless it is rotated.
 * @param {HTMLImageElement} element @param {PictureOverlay} overlay @param {Size} frame
 */
export function placePicture(element, { width, height, centerX, centerY, rotation, keepAspect }, frame) {
  const { naturalWidth, naturalHeight } = element;
  if (!naturalWidth) return;
  const factor = Math.min(width / naturalWidth, height / naturalHeight);
  const [w, h] = keepAspect ? [naturalWidth * factor, naturalHeight * factor] : [width, height];
  const left = frame.width / 2 + centerX - w / 2;
  const top = frame.height / 2 + centerY - h / 2;
  const whole = rotation % 360 ? (/** @type {number} */ length) => length : roundHalfEven;
  Object.assign(element.style, {
    left: `${whole(left)}px`,
    top: `${whole(top)}px`,
    width: `${Math.max(1, whole(w))}px`,
    height: `${Math.max(1, whole(h))}px`,
  });
}

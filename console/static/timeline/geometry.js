/**
 * Where a picture is in the frame, for each way to fit it. The rules are those of
 * export/render/filters.py; lengths are pixels of the exported frame.
 *
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 */

import { roundHalfEven } from "./frames.js";

const NEARLY_FULL = 2; // pixels of difference that are taken for none
const BLUR_DIVISOR = 8; // the blurred copy is made of a small one

/**
 * Return the box of a picture in the frame, and whether a blurred copy of it is behind it.
 * A box that is larger than the frame is cut off by it.
 * @param {Size} picture @param {Size} frame @param {import("./timeline.js").Fit} fit
 * @returns {{box: Box, isOverCopy: boolean}}
 */
export function fitted(picture, frame, fit) {
  const inside = centred(fittedSize(picture, frame, false), frame);
  const isFull = inside.width === frame.width && inside.height === frame.height;
  if (isFull || fit !== "cover") return { box: inside, isOverCopy: !isFull && fit === "blur" };
  return { box: covering(picture, frame), isOverCopy: false };
}

/**
 * Return the size of the small copy that is blurred behind a picture, and the picture's box in it.
 * @param {Size} picture @param {Size} frame
 * @returns {{copy: Size, box: Box}}
 */
export function blurredCopy(picture, frame) {
  const copy = {
    width: evenSide(frame.width / BLUR_DIVISOR),
    height: evenSide(frame.height / BLUR_DIVISOR),
  };
  return { copy, box: covering(picture, copy) };
}

/**
 * Return the size of a picture scaled into the frame, or so that it covers it, in even pixels.
 * @param {Size} picture @param {Size} frame @param {boolean} cover
 * @returns {Size}
 */
function fittedSize(picture, frame, cover) {
  const factors = [frame.width / picture.width, frame.height / picture.height];
  const factor = cover ? Math.max(...factors) : Math.min(...factors);
  return {
    width: side(picture.width * factor, frame.width),
    height: side(picture.height * factor, frame.height),
  };
}

/** @param {number} length @param {number} whole */
function side(length, whole) {
  const even = evenSide(length);
  return Math.max(2, Math.abs(even - whole) <= NEARLY_FULL ? whole : even);
}

/** @param {number} length */
function evenSide(length) {
  return Math.max(2, roundHalfEven(length / 2) * 2);
}

/** @param {Size} picture @param {Size} frame */
function covering(picture, frame) {
  return centred(fittedSize(picture, frame, true), frame);
}

/** @param {Size} size @param {Size} frame @returns {Box} */
function centred(size, frame) {
  const offset = (/** @type {number} */ rest) => Math.floor(rest / 4) * 2;
  return {
    ...size,
    x: offset(frame.width - size.width),
    y: offset(frame.height - size.height),
  };
}

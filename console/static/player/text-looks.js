/**
 * The look of a text as styles of CSS: its lines, outline, shadow and box. The numbers are those of
 * media/drawing/effects.py.
 *
 * @typedef {import("../timeline/model.js").TextOverlay} TextOverlay
 */

import { roundHalfEven } from "../timeline/frames.js";

const SHADOW = { offset: 2, blur: 4, color: "rgba(0, 0, 0, 0.7)" };
const BOX = { across: 0.35, down: 0.15, radius: 0.2 }; // of the font's size
const RING = { distance: 0.1, most: 4, fineness: 7, fewest: 8, outer: 64, inner: 16 };
const OPAQUE = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const WORD = /(?:\S|[\u00a0\u202f\u2007])+/g; // lines do not end at these spaces

/** Return the styles of a text's lines. @param {TextOverlay} overlay @returns {Record<string, string>} */
export function lineStyles({ fontSize, color, wrap, align, lineHeight }) {
  return {
    fontSize: `${fontSize}px`,
    lineHeight: String(lineHeight),
    color,
    maxWidth: `${wrap}px`,
    textAlign: align,
  };
}

/**
 * Return the styles of the box behind a text, but for its left and right: see `hug`.
 * @param {TextOverlay} overlay @returns {Record<string, string>}
 */
export function boxStyles({ fontSize, background, text }) {
  const px = (/** @type {number} */ share) => `${roundHalfEven(fontSize * share)}px`;
  return {
    display: background === null || text.trim() === "" ? "none" : "block",
    backgroundColor: background ?? "",
    borderRadius: px(BOX.radius),
    margin: `-${px(BOX.down)} -${px(BOX.across)}`,
  };
}

/**
 * Let a box be as wide as the longest line: an element with several lines is as wide as lines may be.
 * @param {HTMLElement} box @param {HTMLElement} letters  beside it @param {number} scale  of the screen
 */
export function hug(box, letters, scale) {
  const { left, right } = letters.getBoundingClientRect();
  const words = wordsOf(letters);
  const first = words.reduce((least, word) => Math.min(least, word.left), Infinity);
  const last = words.reduce((most, word) => Math.max(most, word.right), -Infinity);
  Object.assign(box.style, { left: `${(first - left) / scale}px`, right: `${(right - last) / scale}px` });
}

/** Return where the words of a text are: spaces at the ends of lines are left out. @param {Node} letters */
function wordsOf(letters) {
  const walker = document.createTreeWalker(letters, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  /** @type {DOMRect[]} */
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const { 0: word, index } of /** @type {string} */ (node.nodeValue).matchAll(WORD)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      found.push(...range.getClientRects());
    }
  }
  return found;
}

/**
 * Return the styles of a text's letters. The shadow of an outline is that of both: a
 * filter, whose radius is half of that of a shadow of letters.
 * @param {TextOverlay} overlay @returns {Record<string, string>}
 */
export function letterStyles({ fontSize, outlineColor, outlineWidth, shadow, scale }) {
  const [offset, blur] = [SHADOW.offset * scale, SHADOW.blur * scale];
  const blurred = (/** @type {number} */ radius) => `${offset}px ${offset}px ${radius}px ${SHADOW.color}`;
  if (outlineWidth === 0) return { textShadow: shadow ? blurred(blur) : "none", filter: "none" };
  const opaque = OPAQUE.test(outlineColor) ? outlineColor : `rgb(from ${outlineColor} r g b)`;
  const copies = ringOffsets(outlineWidth, fontSize).map(([x, y]) => `${x}px ${y}px 0 ${opaque}`);
  return { textShadow: copies.join(", "), filter: shadow ? `drop-shadow(${blurred(blur / 2)})` : "none" };
}

/**
 * Return where copies of letters are that make their outline, in rings without gaps.
 * @param {number} width @param {number} size  of the font
 * @returns {[number, number][]}
 */
function ringOffsets(width, size) {
  const rings = Math.min(Math.max(Math.ceil(width / (size * RING.distance)), 1), RING.most);
  return Array.from({ length: rings }, (_, index) => {
    const number = index + 1;
    return ring((width * number) / rings, number === rings ? RING.outer : RING.inner);
  }).flat();
}

/** @param {number} radius @param {number} most @returns {[number, number][]} */
function ring(radius, most) {
  const copies = Math.min(Math.max(Math.ceil(RING.fineness * Math.sqrt(radius)), RING.fewest), most);
  return Array.from({ length: copies }, (_, copy) => {
    const angle = (2 * Math.PI * copy) / copies;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}
